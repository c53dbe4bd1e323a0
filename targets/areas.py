"""The prefectures' figures beside the province's: who has reported what, and what their sum says (§11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.plan.models import Plan
from planportal.web.writing import written_change, written_figure
from targets.models import Figure, State, Target, View
from targets.progress import AreaFigure, AreasInView, Indicator, areas_in_view
from targets.questions import Question, read_question
from targets.submissions import submissions_by_area
from targets.wording import FLAG, basis_label, difference_with_unit, with_unit

Waiting = frozenset[tuple[int, int | None, int, str]]


@dataclass(frozen=True)
class CityFigure:
    """A prefecture's figure of a year with what the method makes of it; `tags` say what is special about it."""

    target: Target
    figure: AreaFigure
    tags: tuple[str, ...]

    @property
    def year(self) -> int:
        return self.figure.year


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
    """A target's figures of every area in the view of a question."""

    target: Target
    areas: AreasInView
    waiting: Waiting

    def figure(self, city: City, year: int | None) -> CityFigure | None:
        found = None if year is None else self.areas.figure(city.code, year)
        return CityFigure(self.target, found, self._tags(city, found)) if found else None

    def latest(self, city: City) -> CityFigure | None:
        """Of the latest year that the prefecture has a figure for."""
        return self.figure(city, self.areas.cities[city.code].latest_year)

    def years(self, city: City) -> list[int]:
        """The years the prefecture has a figure for, oldest first."""
        return list(self.areas.cities[city.code].values)

    def _tags(self, city: City, figure: AreaFigure) -> tuple[str, ...]:
        tags = (
            (FLAG["provisional"].tag, figure.provisional),
            (FLAG["revised"].tag, figure.revised),
            (State.SUBMITTED.label, (self.target.pk, city.pk, figure.year, figure.basis) in self.waiting),
        )
        basis = [basis_label(figure.basis)] if figure.basis else []
        return (*basis, *(str(tag) for tag, applies in tags if applies))

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


@dataclass(frozen=True)
class AreaFigures:
    """The figures of every area of a plan in the view of a question, target by target in the plan's order."""

    plan: Plan
    question: Question
    cities: tuple[City, ...]
    by_target: tuple[TargetAreas, ...]

    @property
    def last_year(self) -> int:
        """The last year that the view can have a figure for."""
        return min(self.question.year, self.plan.end_year)


def read_area_figures(plan: Plan, question: Question | None = None) -> AreaFigures:
    """The figures in force of the province and its prefectures, proxies left out; three queries, four if `reported`.

    A question limits them to its year, to what was known on its day and to what its view counts; without one,
    approved figures up to the last completed year of the plan.
    """
    question = question or read_question(plan, {}, signed_in=False)
    targets = tuple(plan.targets.select_related("department").order_by("number"))
    cities = tuple(City.objects.all())
    submissions = submissions_by_area(targets, question.view)
    waiting = _waiting(targets, question)

    def areas_of(target: Target) -> AreasInView:
        return areas_in_view(
            _indicator(plan, target),
            additive=target.additive,
            province=submissions.get((target.pk, None), ()),
            cities={city.code: submissions.get((target.pk, city.pk), ()) for city in cities},
            as_of_year=question.year,
            known_by=question.known_by,
        )

    return AreaFigures(
        plan=plan,
        question=question,
        cities=cities,
        by_target=tuple(TargetAreas(target, areas_of(target), waiting) for target in targets),
    )


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


def _waiting(targets: Sequence[Target], question: Question) -> Waiting:
    """Target, area, year and basis of what waits for approval; asked in the `reported` view only."""
    if question.view != View.REPORTED:
        return frozenset()
    submitted = Figure.objects.filter(target__in=targets, state=State.SUBMITTED).assessable().order_by()
    return frozenset(submitted.values_list("target_id", "city_id", "year", "basis"))


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
