"""The prefectures' figures beside the province's: who has reported what, and what their sum says (§11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.plan.models import Plan
from planportal.web.writing import written_change, written_figure
from targets.models import Figure, State, Target
from targets.progress import AreaFigure, AreasInView, Indicator, Submission, areas_in_view
from targets.questions import Question, read_question
from targets.submissions import Counted, counted_by_area
from targets.wording import FLAG, basis_label, difference_with_unit, with_unit

CountedByArea = Mapping[tuple[int, int | None], Sequence[Counted]]


@dataclass(frozen=True)
class CityFigure:
    """A prefecture's figure of a year with what the method makes of it; `tags` say what is special about it.

    `stored` is the row that the value was taken from.
    """

    target: Target
    figure: AreaFigure
    stored: Figure
    tags: tuple[str, ...]

    @property
    def year(self) -> int:
        return self.figure.year

    @property
    def is_waiting(self) -> bool:
        """Whether the value is still to be approved."""
        return self.stored.state == State.SUBMITTED


@dataclass(frozen=True)
class Comparison:
    """A target's prefectures beside the province in a year."""

    target: Target
    year: int
    province: Decimal | None
    total: Decimal | None
    is_complete: bool
    reported: int
    sentence: str


@dataclass(frozen=True)
class TargetAreas:
    """A target's figures of every area in the view of a question; `stored` by city, year and basis."""

    target: Target
    areas: AreasInView
    stored: Mapping[tuple[str, int, str], Figure]

    def figure(self, city: City, year: int | None) -> CityFigure | None:
        found = None if year is None else self.areas.figure(city.code, year)
        if found is None:
            return None
        stored = self.stored[city.code, found.year, found.basis]
        return CityFigure(self.target, found, stored, _tags(found, stored))

    def latest(self, city: City) -> CityFigure | None:
        """Of the latest year that the prefecture has a figure for."""
        return self.figure(city, self.areas.cities[city.code].latest_year)

    def years(self, city: City) -> list[int]:
        """The years the prefecture has a figure for, oldest first."""
        return list(self.areas.cities[city.code].values)

    def comparison(self, year: int) -> Comparison:
        outcome = self.areas.comparison(year)
        reported = len(self.areas.cities) - len(outcome["missing"])
        return Comparison(
            target=self.target,
            year=year,
            province=self.areas.province_on(self.areas.common_basis(year)).values.get(year),
            total=outcome["sum"],
            is_complete=outcome["sum_is_complete"],
            reported=reported,
            sentence=comparison_sentence(self.target, outcome, reported=reported),
        )


def _tags(figure: AreaFigure, stored: Figure) -> tuple[str, ...]:
    tags = (
        (FLAG["provisional"].tag, figure.provisional),
        (FLAG["revised"].tag, figure.revised),
        (State.SUBMITTED.label, stored.state == State.SUBMITTED),
    )
    basis = [basis_label(figure.basis)] if figure.basis else []
    return (*basis, *(str(tag) for tag, applies in tags if applies))


@dataclass(frozen=True)
class AreaFigures:
    """The figures of every area of a plan in the view of a question, target by target in the plan's order.

    `counted` are all that the view counts, whenever they became known.
    """

    plan: Plan
    question: Question
    cities: tuple[City, ...]
    by_target: tuple[TargetAreas, ...]
    counted: CountedByArea

    @property
    def last_year(self) -> int:
        """The last year that the view can have a figure for."""
        return min(self.question.year, self.plan.end_year)

    def as_known_by(self, day: date) -> "AreaFigures":
        """The same as another day knew it, with no query of its own."""
        question = replace(self.question, known_by=day)
        targets = [one.target for one in self.by_target]
        by_target = tuple(_target_areas(target, self.cities, self.counted, question) for target in targets)
        return replace(self, question=question, by_target=by_target)

    def has_later_than(self, day: date) -> bool:
        """Whether any of the figures counted becomes known only after a day."""
        return any(one.submission.submitted_on > day for found in self.counted.values() for one in found)


def read_area_figures(plan: Plan, question: Question | None = None) -> AreaFigures:
    """The figures in force of the province and its prefectures, proxies left out; three queries.

    A question limits them to its year, to what was known on its day and to what its view counts; without one,
    approved figures up to the last completed year of the plan.
    """
    question = question or read_question(plan, {}, signed_in=False)
    targets = tuple(plan.targets.select_related("department").order_by("number"))
    cities = tuple(City.objects.all())
    counted = counted_by_area(targets, question.view)
    return AreaFigures(
        plan=plan,
        question=question,
        cities=cities,
        by_target=tuple(_target_areas(target, cities, counted, question) for target in targets),
        counted=counted,
    )


def _target_areas(target: Target, cities: Sequence[City], counted: CountedByArea, question: Question) -> TargetAreas:
    by_city = {city.code: counted.get((target.pk, city.pk), ()) for city in cities}
    areas = areas_in_view(
        _indicator(target.plan, target),
        additive=target.additive,
        province=_submissions(counted.get((target.pk, None), ())),
        cities={code: _submissions(found) for code, found in by_city.items()},
        as_of_year=question.year,
        known_by=question.known_by,
    )
    # In the order in which they count: of several of a year and basis, the last one known by the day is left.
    stored = {
        (code, one.figure.year, one.figure.basis): one.figure
        for code, found in by_city.items()
        for one in found
        if question.known_by is None or one.submission.submitted_on <= question.known_by
    }
    return TargetAreas(target, areas, stored)


def _submissions(counted: Iterable[Counted]) -> list[Submission]:
    return [one.submission for one in counted]


def _indicator(plan: Plan, target: Target) -> Indicator:
    """What the method needs of a target to compare areas: its period and its printed baseline, no target value."""
    return Indicator(
        id=target.code,
        kind=target.kind,
        target=None,
        baseline=target.baseline_value,
        decimals=target.decimals,
        base_year=plan.base_year,
        end_year=plan.end_year,
    )


def city_figures(areas: AreaFigures, city: City) -> list[CityFigure]:
    """A prefecture's latest figure of each target that it has one for, in the plan's order."""
    return [latest for target in areas.by_target if (latest := target.latest(city))]


def newest(figures: Iterable[CityFigure], most: int) -> list[CityFigure]:
    """At most so many, those of later years first and of one year in the order given."""
    return sorted(figures, key=lambda one: -one.year)[:most]


def comparisons(areas: AreaFigures) -> list[Comparison]:
    """One line for each target that any prefecture has reported, of the latest year that any of them did."""
    reported = [(target, target.areas.years) for target in areas.by_target]
    return [target.comparison(years[-1]) for target, years in reported if years]


def reporting_sentence(reported: Mapping[City, Iterable[CityFigure]]) -> str:
    """How many prefectures have reported anything."""
    names = [city.name for city, figures in reported.items() if figures]
    if not names:
        return _("%(total)s 个市（地）都还没有已审核的数据。") % {"total": len(reported)}
    return _("%(total)s 个市（地）中，%(count)s 个有已审核的数据：%(names)s。") % {
        "total": len(reported),
        "count": len(names),
        "names": _("、").join(names),
    }


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
