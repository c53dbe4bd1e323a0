"""The pages of the prefectures: one of them, and a few side by side, ready to be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.web.writing import written_figure, written_sentences
from targets.areas import AreaFigures, CityFigure, TargetAreas
from targets.chart_parts import Point, Series
from targets.city_charts import Extent, LinesChart, bar_extents, lines_chart
from targets.city_rankings import Ranking, ranking_of, standing_words
from targets.models import Target
from targets.question_words import QuestionWords, question_words
from targets.values import written
from targets.wording import basis_label, not_reported

POINTS_OF_A_LINE = 2
CSV_COLUMNS = (
    "target",
    "name",
    "unit",
    "year",
    "value",
    "basis",
    "provisional",
    "revised",
    "state",
    "yearly_change",
    "province",
    "share_pct",
    "rank",
    "reported",
)


@dataclass(frozen=True)
class YearCell:
    """A year of a prefecture's target; None where it has no figure."""

    year: int
    reported: CityFigure | None


@dataclass(frozen=True)
class CityRow:
    """A target of a prefecture: the latest figure, every year, and its place then; `missing` where there is none."""

    target: Target
    latest: CityFigure | None
    cells: tuple[YearCell, ...]
    ranking: Ranking | None
    missing: str


@dataclass(frozen=True)
class CityPage:
    """Everything that the page of a prefecture shows."""

    city: City
    words: QuestionWords
    finding: str
    completeness: str
    years: tuple[int, ...]
    rows: tuple[CityRow, ...]
    before: City
    after: City

    @property
    def reported(self) -> list[CityRow]:
        return [row for row in self.rows if row.latest]


def read_city_page(areas: AreaFigures, city: City) -> CityPage:
    """The page of a prefecture in the view that the figures were read in; no query of its own."""
    years = tuple(range(areas.plan.base_year, areas.last_year + 1))
    rows = tuple(_row(areas, target, city, years) for target in areas.by_target)
    place = areas.cities.index(city)
    return CityPage(
        city=city,
        words=question_words(areas.plan, areas.question),
        finding=_finding(city, rows),
        completeness=_completeness(rows, years),
        years=years,
        rows=rows,
        before=areas.cities[place - 1],
        after=areas.cities[(place + 1) % len(areas.cities)],
    )


def _row(areas: AreaFigures, target: TargetAreas, city: City, years: Sequence[int]) -> CityRow:
    latest = target.latest(city)
    return CityRow(
        target=target.target,
        latest=latest,
        cells=tuple(YearCell(year, target.figure(city, year)) for year in years),
        ranking=ranking_of(areas, target, latest.year, marked=[city]) if latest else None,
        missing="" if latest else _missing(target.target),
    )


def _missing(target: Target) -> str:
    """Why there is no figure: who reports it, or that it is not asked for by prefecture."""
    return not_reported(target.department.name) if target.asks_cities else _("未要求分市（地）报送")


def _finding(city: City, rows: Sequence[CityRow]) -> str:
    """How much is reported, and where the prefecture weighs most: by its share, else by its rank."""
    reported = [row.latest for row in rows if row.latest]
    if not reported:
        return _("%(city)s还没有已报送的数据。") % {"city": city.name}

    def weight(one: CityFigure) -> tuple[bool, Decimal, int]:
        share = one.figure.share_pct
        return (share is not None, share or Decimal(0), -one.figure.rank)

    return _("%(city)s已报 %(count)s 项指标；%(standing)s。") % {
        "city": city.name,
        "count": len(reported),
        "standing": standing_words(max(reported, key=weight)),
    }


def _completeness(rows: Sequence[CityRow], years: Sequence[int]) -> str:
    """What of the asked there is, and apart from it what there is without being asked."""
    asked = [row for row in rows if row.target.asks_cities]
    facts = {
        "asked": len(asked),
        "count": sum(row.latest is not None for row in asked),
        "rest": sum(row.latest is not None for row in rows if not row.target.asks_cities),
        "first": years[0],
        "last": years[-1],
        "figures": sum(cell.reported is not None for row in rows for cell in row.cells),
    }
    sentences = [_("没有指标要求分市（地）报送。")]
    if asked:
        sentences = [_("要求分市（地）报送的 %(asked)s 项指标中，%(count)s 项有数据。") % facts]
    if facts["rest"]:
        sentences.append(_("未要求而有数据的有 %(rest)s 项。") % facts)
    sentences.append(_("%(first)s 至 %(last)s 年共 %(figures)s 个年度数。") % facts)
    return written_sentences(sentences)


def csv_rows(page: CityPage) -> Iterator[dict[str, Any]]:
    """A line for each figure of the prefecture, for a download: numbers as the API writes them."""
    for cell, target in ((cell, row.target) for row in page.rows for cell in row.cells):
        if cell.reported is not None:
            figure = cell.reported.figure
            yield {
                "target": target.code,
                "name": target.name,
                "unit": target.unit,
                "year": figure.year,
                "value": written(figure.value, target.decimals),
                "basis": figure.basis,
                "provisional": figure.provisional,
                "revised": figure.revised,
                "state": cell.reported.stored.state,
                "yearly_change": written(figure.yearly_change, target.decimals),
                "province": written(figure.province, target.decimals),
                "share_pct": written(figure.share_pct, 1),
                "rank": figure.rank,
                "reported": figure.reported,
            }


@dataclass(frozen=True)
class ComparedCell:
    """A prefecture's figure in the year compared, None where it has none; on another basis it has no bar."""

    city: City
    reported: CityFigure | None
    bar: Extent | None


@dataclass(frozen=True)
class ComparedYears:
    """A prefecture's figures year by year; `number` tells its line, 0 where it is set aside and has none."""

    number: int
    city: City
    cells: tuple[YearCell, ...]


@dataclass(frozen=True)
class ComparedTarget:
    """A target in the latest year that any of the prefectures has a figure for, and the way there.

    Only figures on the basis that the year is compared on have bars, ranks and lines; `set_aside` names the
    prefectures on another one. `chart` is None where none of the others has figures of two years.
    """

    target: Target
    year: int
    province: Decimal | None
    cells: tuple[ComparedCell, ...]
    chart: LinesChart | None
    lines: tuple[ComparedYears, ...]
    set_aside: str
    is_whole: bool


@dataclass(frozen=True)
class ComparePage:
    """A few prefectures side by side; `without` are the targets that none of them has a figure for."""

    cities: tuple[City, ...]
    words: QuestionWords
    finding: str
    years: tuple[int, ...]
    targets: tuple[ComparedTarget, ...]
    without: tuple[Target, ...]

    @property
    def names(self) -> str:
        return _("、").join(city.name for city in self.cities)


def read_compare_page(areas: AreaFigures, cities: Sequence[City]) -> ComparePage:
    """The prefectures in the order given, in the view that the figures were read in; no query of its own."""
    years = tuple(range(areas.plan.base_year, areas.last_year + 1))
    compared = tuple(found for target in areas.by_target if (found := _compared(target, cities, years)))
    shown = {one.target for one in compared}
    return ComparePage(
        cities=tuple(cities),
        words=question_words(areas.plan, areas.question),
        finding=_compared_finding(areas, compared),
        years=years,
        targets=compared,
        without=tuple(target.target for target in areas.by_target if target.target not in shown),
    )


def _compared(target: TargetAreas, cities: Sequence[City], years: Sequence[int]) -> ComparedTarget | None:
    year = max((year for city in cities for year in target.years(city)), default=None)
    if year is None:
        return None
    found = [target.figure(city, year) for city in cities]
    basis = target.areas.common_basis(year)
    on_basis = [one for one in found if one and one.figure.basis == basis]
    bars = dict(zip(map(id, on_basis), bar_extents([one.figure.value for one in on_basis]), strict=True))
    return ComparedTarget(
        target=target.target,
        year=year,
        province=target.areas.province_on(basis).values.get(year),
        cells=tuple(ComparedCell(city, one, bars.get(id(one))) for city, one in zip(cities, found, strict=True)),
        chart=_chart([_series(target, city, basis) for city in cities], years),
        lines=tuple(
            ComparedYears(
                number if _is_on(target, city, basis) else 0,
                city,
                tuple(YearCell(year, target.figure(city, year)) for year in years),
            )
            for number, city in enumerate(cities, start=1)
        ),
        set_aside=_set_aside(target, cities, basis),
        is_whole=all(found),
    )


def _is_on(target: TargetAreas, city: City, basis: str) -> bool:
    """Whether the prefecture's figures are on a basis; one without figures stands in nobody's way."""
    series = target.areas.cities[city.code]
    return not series.values or series.basis == basis


def _set_aside(target: TargetAreas, cities: Sequence[City], basis: str) -> str:
    """The prefectures whose figures are on another basis, each with its own."""
    return _("、").join(
        _("%(city)s（%(basis)s）")
        % {"city": city.name, "basis": basis_label(target.areas.cities[city.code].basis) or _("规划口径")}
        for city in cities
        if not _is_on(target, city, basis)
    )


def _chart(series: Sequence[Series], years: Sequence[int]) -> LinesChart | None:
    if all(len(one.points) < POINTS_OF_A_LINE for one in series):
        return None
    return lines_chart(series, first_year=years[0], last_year=years[-1])


def _series(target: TargetAreas, city: City, basis: str) -> Series:
    """The points of a prefecture's line, none where its figures are on another basis."""
    decimals = target.target.decimals
    values = target.areas.cities[city.code].values if _is_on(target, city, basis) else {}
    return Series(city.name, [Point(year, value, written_figure(value, decimals)) for year, value in values.items()])


def _compared_finding(areas: AreaFigures, compared: Sequence[ComparedTarget]) -> str:
    facts = {
        "total": len(areas.by_target),
        "whole": sum(one.is_whole for one in compared),
        "part": sum(not one.is_whole for one in compared),
    }
    if not compared:
        return _("%(total)s 项指标，所选市（地）都还没有数据。") % facts
    return _("%(total)s 项指标中，%(whole)s 项所选市（地）都有同一年的数据，%(part)s 项只有一部分有。") % facts
