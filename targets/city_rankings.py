"""The prefectures of one target and year, ranked: rows, bars and words ready to be shown."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.web.writing import translated, written_figure, written_percent
from targets.areas import AreaFigures, CityFigure, Comparison, TargetAreas
from targets.city_charts import Extent, bar_extents
from targets.models import Target
from targets.wording import with_unit


@dataclass(frozen=True)
class RankedCity:
    """A prefecture in its place; `is_marked` where the reader came for it."""

    city: City
    reported: CityFigure
    bar: Extent
    is_marked: bool


@dataclass(frozen=True)
class Ranking:
    """Those that reported, best first; those that did not; and those whose figure is on another basis."""

    target: Target
    year: int
    finding: str
    rows: tuple[RankedCity, ...]
    missing: tuple[City, ...]
    set_aside: tuple[City, ...]
    comparison: Comparison

    @property
    def missing_names(self) -> str:
        return _("、").join(city.name for city in self.missing)

    @property
    def set_aside_names(self) -> str:
        return _("、").join(city.name for city in self.set_aside)


def ranking_of(areas: AreaFigures, target: TargetAreas, year: int, *, marked: Collection[City] = ()) -> Ranking:
    """The ranking of a target's prefectures in a year; no query of its own."""
    by_code = {city.code: city for city in areas.cities}
    ranked = [by_code[code] for code, _figure in target.areas.ranking(year)]
    found = [(city, figure) for city in ranked if (figure := target.figure(city, year))]
    bars = bar_extents([reported.figure.value for _city, reported in found])
    rest = [city for city in areas.cities if city not in ranked]
    set_aside = tuple(city for city in rest if target.figure(city, year))
    return Ranking(
        target=target.target,
        year=year,
        finding=_finding(target.target, year, found, set_aside=len(set_aside), total=len(areas.cities)),
        rows=tuple(
            RankedCity(city, reported, bar, is_marked=city in marked)
            for (city, reported), bar in zip(found, bars, strict=True)
        ),
        missing=tuple(city for city in rest if city not in set_aside),
        set_aside=set_aside,
        comparison=target.comparison(year),
    )


def _finding(target: Target, year: int, found: list[tuple[City, CityFigure]], *, set_aside: int, total: int) -> str:
    """Who is first, and how many reported: those on another basis did too."""
    reported = len(found) + set_aside
    facts: dict[str, object] = {
        "target": translated(target.name),
        "year": year,
        "count": reported,
        "total": total,
    }
    if not reported:
        return _("%(target)s（%(year)s 年）：还没有市（地）报送。") % facts
    if not found:
        return _("%(target)s（%(year)s 年）：%(total)s 个市（地）中 %(count)s 个已报送，都与全省口径不同。") % facts
    first = [city.name for city, reported in found if reported.figure.rank == 1]
    value = with_unit(written_figure(found[0][1].figure.value, target.decimals), target.unit)
    facts |= {"first": _("、").join(first), "value": value, "same": len(found)}
    if set_aside:
        return (
            _(
                "%(target)s（%(year)s 年）：同口径的 %(same)s 个市（地）中%(first)s居第 1 位，为 %(value)s；"
                "%(total)s 个市（地）中 %(count)s 个已报送。"
            )
            % facts
        )
    return (
        _("%(target)s（%(year)s 年）：%(first)s居第 1 位，为 %(value)s；%(total)s 个市（地）中 %(count)s 个已报送。")
        % facts
    )


def rank_words(reported: CityFigure) -> str:
    """第 2 位（共 9 个市（地）报送）; of a target with bases those on the figure's own are counted, and called so."""
    facts = {"rank": reported.figure.rank, "count": reported.figure.reported}
    if reported.figure.basis:
        return _("第 %(rank)s 位（同口径报送的共 %(count)s 个市（地））") % facts
    return _("第 %(rank)s 位（共 %(count)s 个市（地）报送）") % facts


def standing_words(reported: CityFigure) -> str:
    """A prefecture's place in words: its share where the target has one, and its rank."""
    figure, target = reported.figure, reported.target
    facts = {
        "target": translated(target.name),
        "year": figure.year,
        "rank": rank_words(reported),
        "share": written_percent(figure.share_pct),
        "value": with_unit(written_figure(figure.value, target.decimals), target.unit),
    }
    if figure.share_pct is None:
        return _("%(target)s %(year)s 年为 %(value)s，居%(rank)s") % facts
    return _("%(target)s %(year)s 年占全省 %(share)s，居%(rank)s") % facts
