"""The way of one indicator year by year, for charts and tables: what was due and what was reached (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from targets.progress_inputs import FiguresInView, Indicator, Submission, check_input, figures_in_view
from targets.progress_quantities import Baseline, Quantities, scheduled_value
from targets.progress_terms import PRECISION


@dataclass(frozen=True, kw_only=True)
class Step:
    """The value reached in a year; `change` since the year before, None where that year is missing.

    `provisional` and `revised` are of that year's own figure; `meets_target` is decided on the stored values.
    `known_on` is the day from which the value is known, of a sum that of its latest figure; None where it is printed.
    """

    year: int
    value: Decimal
    change: Decimal | None
    provisional: bool
    revised: bool
    meets_target: bool
    known_on: date | None


@dataclass(frozen=True, kw_only=True)
class Path:
    """The steps of one view, all on one statistical basis, the baseline first where it has the base year."""

    basis: str
    steps: tuple[Step, ...]

    def at(self, year: int | None) -> Step | None:
        return next((step for step in self.steps if step.year == year), None)


@dataclass(frozen=True, kw_only=True)
class Change:
    """From one step of a path to the next one; over missing years it is shared among them."""

    since: Step
    to: Step

    @property
    def years(self) -> int:
        return self.to.year - self.since.year


def worst_and_best(path: Path, *, sign: int) -> tuple[Change, Change] | None:
    """The least and the most favourable yearly change of a path: those that the scenarios carry on (§5).

    `sign` is s of §5. None where there are fewer than two changes.
    """
    changes = [Change(since=since, to=to) for since, to in pairwise(path.steps)]
    if len(changes) < 2:
        return None
    changes.sort(key=lambda change: sign * Fraction(change.to.value - change.since.value) / change.years)
    return changes[0], changes[-1]


def scheduled_path(
    indicator: Indicator, baseline_value: Decimal | None, baseline_year: int | None
) -> dict[int, Decimal]:
    """The scheduled value 应达值 of each year from the baseline's to the last, as §4 rounds it.

    Half up to the published decimals; counts down to whole units; the target itself in every year after the
    baseline where it only has to be held. Empty without a baseline or a target.
    """
    if baseline_value is None or baseline_year is None or indicator.target is None:
        return {}
    baseline = Baseline(value=baseline_value, year=baseline_year, source="plan")
    path = {baseline_year: baseline_value}
    with localcontext(Context(prec=PRECISION)):
        for gone in range(1, indicator.end_year - baseline_year + 1):
            due = scheduled_value(indicator, indicator.target, baseline, gone=gone)
            path[baseline_year + gone] = due
    return path


def actual_path(
    indicator: Indicator, submissions: Iterable[Submission], as_of_year: int, known_by: date | None = None
) -> Path:
    """The value of each year up to `as_of_year` as `assess` takes it: the figure itself, or the sum so far.

    Only figures on the view's basis; takes and refuses what `assess` takes and refuses.
    """
    submissions = list(submissions)
    check_input(indicator, submissions, as_of_year)
    with localcontext(Context(prec=PRECISION)):
        figures = figures_in_view(indicator, submissions, as_of_year, known_by)
        q = Quantities(indicator, figures, as_of_year)
        values = {**_base(q), **q.values}
        steps = tuple(_step(q, year, values) for year in values)
    return Path(basis=figures.basis, steps=steps)


def _base(q: Quantities) -> dict[int, Decimal]:
    """The base year's value; a substitute baseline is a plan year's figure already."""
    return {q.baseline.year: q.baseline.value} if q.baseline else {}


def _step(q: Quantities, year: int, values: dict[int, Decimal]) -> Step:
    value, before = values[year], values.get(year - 1)
    return Step(
        year=year,
        value=value,
        change=None if before is None else value - before,
        provisional=year in q.figures.by_year and q.figures.last_on_basis(year).provisional,
        revised=year in q.figures.by_year and is_revised(q.figures, year),
        meets_target=q.target is not None and q.sign * (value - q.target) >= 0,
        known_on=_known_on(q, year),
    )


def _known_on(q: Quantities, year: int) -> date | None:
    counted = [other for other in q.plan_years if other <= year] if q.indicator.is_summed else [year]
    return max(
        (q.figures.last_on_basis(used).submitted_on for used in counted if used in q.figures.by_year), default=None
    )


def is_revised(figures: FiguresInView, year: int) -> bool:
    """Whether an earlier version of the year, on any basis, a withdrawal included, differed (§5)."""
    *earlier, in_force = figures.history(year)
    return any(version.value != in_force.value for version in earlier)
