"""The prefectures' figures beside the province's: who has reported what, and what their sum says (§11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.plan.models import Plan
from planportal.web.writing import written_change, written_figure
from targets.models import Figure, Target, in_force
from targets.progress import compare_areas
from targets.questions import Question
from targets.wording import difference_with_unit, with_unit

Key = tuple[int, int | None, int]


@dataclass(frozen=True)
class CityTarget:
    """How many years of a target a prefecture has approved figures for, and the latest of them."""

    target: Target
    years: int
    latest_year: int
    latest_value: Decimal | None


@dataclass(frozen=True)
class CityLine:
    """A prefecture with the targets it has figures for."""

    city: City
    targets: tuple[CityTarget, ...]


@dataclass(frozen=True)
class Comparison:
    """A target's prefectures beside the province in the latest year that any of them reported."""

    target: Target
    year: int
    province: Decimal | None
    total: Decimal | None
    is_complete: bool
    reported: int
    sentence: str


@dataclass(frozen=True)
class CityFigure:
    """A prefecture's figure of a year beside the province's own."""

    target: Target
    year: int
    value: Decimal
    province: Decimal | None


@dataclass(frozen=True)
class AreaFigures:
    """The figures in force of every area of a plan by target, area (None: the province) and year."""

    targets: tuple[Target, ...]
    cities: tuple[City, ...]
    values: Mapping[Key, Decimal]

    def value(self, target: Target, city: City | None, year: int) -> Decimal | None:
        return self.values.get((target.pk, city.pk if city else None, year))

    def years(self, target: Target, city: City) -> list[int]:
        """The years a prefecture has a figure for, oldest first."""
        return sorted(year for pk, area, year in self.values if (pk, area) == (target.pk, city.pk))


def read_area_figures(plan: Plan, question: Question | None = None) -> AreaFigures:
    """Approved figures in force of the province and its prefectures, proxies left out; three queries.

    A question limits them to its year and to what was known on its day.
    """
    targets = tuple(plan.targets.select_related("plan").order_by("number"))
    figures = Figure.objects.filter(target__in=targets).approved().assessable()
    if question:
        figures = figures.filter(year__lte=question.year)
    if question and question.known_by:
        figures = figures.filter(known_from__lte=question.known_by)
    return AreaFigures(targets=targets, cities=tuple(City.objects.all()), values=_in_force(figures))


def _in_force(figures: Iterable[Figure]) -> dict[Key, Decimal]:
    """Of each target, area and year: the value in force; on several bases, of the one submitted last."""
    by_key: dict[Key, list[Figure]] = {}
    for figure in figures:
        by_key.setdefault((figure.target_id, figure.city_id, figure.year), []).append(figure)
    holding = {key: in_force(same) for key, same in by_key.items()}
    return {key: found.value for key, found in holding.items() if found and found.value is not None}


def city_lines(areas: AreaFigures) -> list[CityLine]:
    """Every prefecture in the order of codes, with what it has reported."""
    return [CityLine(city, tuple(_reported(areas, city))) for city in areas.cities]


def _reported(areas: AreaFigures, city: City) -> Iterable[CityTarget]:
    for target in areas.targets:
        years = areas.years(target, city)
        if years:
            value = areas.value(target, city, years[-1])
            yield CityTarget(target, years=len(years), latest_year=years[-1], latest_value=value)


def reporting_sentence(lines: Sequence[CityLine]) -> str:
    """How many prefectures have reported anything."""
    reporting = [line.city.name for line in lines if line.targets]
    if not reporting:
        return _("%(total)s 个市（地）都还没有已审核的数据。") % {"total": len(lines)}
    return _("%(total)s 个市（地）中，%(count)s 个有已审核的数据：%(names)s。") % {
        "total": len(lines),
        "count": len(reporting),
        "names": _("、").join(reporting),
    }


def city_figures(areas: AreaFigures, city: City) -> list[CityFigure]:
    """A prefecture's figures in the plan's order, newest year first, each beside the province's."""
    found = []
    for target in areas.targets:
        for year in reversed(areas.years(target, city)):
            value = areas.value(target, city, year)
            if value is not None:
                found.append(CityFigure(target, year, value, areas.value(target, None, year)))
    return found


def comparisons(areas: AreaFigures) -> list[Comparison]:
    """One line for each target that any prefecture has reported."""
    found = []
    for target in areas.targets:
        years = [year for city in areas.cities for year in areas.years(target, city)]
        if years:
            found.append(_comparison(areas, target, max(years)))
    return found


def _comparison(areas: AreaFigures, target: Target, year: int) -> Comparison:
    province = areas.value(target, None, year)
    by_city = {city.code: areas.value(target, city, year) for city in areas.cities}
    outcome = compare_areas(target.additive, province, by_city)
    reported = sum(value is not None for value in by_city.values())
    return Comparison(
        target=target,
        year=year,
        province=province,
        total=outcome["sum"],
        is_complete=outcome["sum_is_complete"],
        reported=reported,
        sentence=comparison_sentence(target, outcome, reported=reported),
    )


def comparison_sentence(target: Target, outcome: Mapping[str, Any], *, reported: int) -> str:
    """What `compare_areas` found, in words."""
    difference = written_change(outcome["difference"], target.decimals)
    facts = {
        "reported": reported,
        "missing": len(outcome["missing"]),
        "sum": with_unit(written_figure(outcome["sum"], target.decimals), target.unit),
        "difference": difference_with_unit(difference, target.unit),
    }
    sentences = {
        "not_additive": _("比率类指标，各市（地）数值不相加、不平均。"),
        "no_area_data": _("还没有市（地）数据。"),
        "incomplete": _("%(reported)s 个市（地）合计至少 %(sum)s，还缺 %(missing)s 个，不计差额。"),
        "province_missing": _("各市（地）合计 %(sum)s；全省数还没有报送。"),
        "equal": _("各市（地）合计 %(sum)s，与全省数一致。"),
        "differs": _("各市（地）合计 %(sum)s，与全省数相差 %(difference)s；以全省数为准。"),
    }
    return sentences[outcome["result"]] % facts
