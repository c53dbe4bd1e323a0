"""Progress against the plan's targets: the method, version 1.0, in exact decimals (pure).

Section signs (§) refer to the published statement of the method. Its notation: B baseline in year b, V value
in year t, T target in year e, n = t - b years gone, N = e - b years in all, s = 1 where higher is better, -1
where lower is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from fractions import Fraction

from targets.progress_areas import AreaFigure, AreaSeries, AreasInView, areas_in_view
from targets.progress_groups import UNASSESSED, compare_areas, roll_up
from targets.progress_inputs import (
    DIRECTIONS,
    FROM_ZERO_KINDS,
    KINDS,
    SUBMITTED_AS,
    Indicator,
    Submission,
    check_input,
    figures_in_view,
    to_day,
)
from targets.progress_paths import Path, Step, actual_path, is_revised, scheduled_path
from targets.progress_quantities import Quantities
from targets.progress_rules import first_rule
from targets.progress_terms import (
    BASELINE_SOURCES,
    FLAGS,
    HEADLINES,
    LAMPS,
    METHOD_VERSION,
    PRECISION,
    REASONS,
    STATUSES,
    BaselineSource,
    Flag,
    Reason,
    Status,
    floored_percentage,
    rounded,
)

__all__ = [
    "BASELINE_SOURCES",
    "DIRECTIONS",
    "FLAGS",
    "FROM_ZERO_KINDS",
    "HEADLINES",
    "KINDS",
    "LAMPS",
    "METHOD_VERSION",
    "REASONS",
    "STATUSES",
    "SUBMITTED_AS",
    "AreaFigure",
    "AreaSeries",
    "AreasInView",
    "Assessment",
    "Indicator",
    "Path",
    "Step",
    "Submission",
    "actual_path",
    "areas_in_view",
    "assess",
    "compare_areas",
    "field_decimals",
    "roll_up",
    "scheduled_path",
]

# The value before the base year stands at the end of the previous five-year plan.
PREVIOUS_PLAN_YEARS = 5

_MEASURED_FIELDS = frozenset(
    {
        "value",
        "baseline_value",
        "expected_value",
        "gap_to_target",
        "forecast_worst",
        "forecast_value",
        "forecast_best",
    }
)


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What the method says about one indicator in one view (§5); None means that it says nothing.

    Percentages are floored to one decimal; `value` and `baseline_value` are as stored; `field_decimals` tells
    with how many decimals each number is shown. `flags` stand in the order of §7.
    """

    status: Status
    reason: Reason | None
    flags: list[Flag]
    data_year: int | None
    value: Decimal | None
    target_met: bool | None
    baseline_value: Decimal | None
    baseline_year: int | None
    baseline_source: BaselineSource
    attainment_pct: Decimal | None
    progress_pct: Decimal | None
    elapsed_pct: Decimal
    schedule_gap_pp: Decimal | None
    pace_pct: Decimal | None
    expected_year: int | None
    expected_value: Decimal | None
    gap_to_target: Decimal | None
    planned_annual_change: Decimal | None
    actual_annual_change: Decimal | None
    needed_annual_change: Decimal | None
    previous_annual_change: Decimal | None
    forecast_worst: Decimal | None
    forecast_value: Decimal | None
    forecast_best: Decimal | None
    forecast_meets_target: bool | None


def field_decimals(name: str, decimals: int) -> int | None:
    """With how many decimals a number is shown given the indicator's own; None for what is no Decimal."""
    if name.endswith(("_pct", "_pp")):
        return 1
    if name.endswith("_annual_change"):
        return decimals + 1
    return decimals if name in _MEASURED_FIELDS else None


def assess(
    indicator: Indicator,
    submissions: Iterable[Submission],
    as_of_year: int,
    known_by: date | str | None = None,
) -> Assessment:
    """Assesses an indicator as of a year, as known by a day (inclusive; None is today's knowledge).

    Submissions of one day count in the order given. Raises ValueError whose text is the code (§8).
    """
    submissions = list(submissions)
    check_input(indicator, submissions, as_of_year)
    day = None if known_by is None else to_day(known_by)
    with localcontext(Context(prec=PRECISION)):
        figures = figures_in_view(indicator, submissions, as_of_year, day)
        return _assessment(Quantities(indicator, figures, as_of_year))


def _flags(q: Quantities, status: Status) -> list[Flag]:
    """The flags that apply, in the order of §7."""
    last_plan_year = min(q.as_of_year, q.end_year)
    applies: dict[Flag, bool] = {
        "provisional": any(q.figures.last_on_basis(year).provisional for year in _years_used(q)),
        "revised": any(is_revised(q.figures, year) for year in _years_used(q)),
        "baseline_revised": _is_baseline_revised(q),
        "series_break": _is_series_broken(q),
        "substitute_baseline": q.baseline is not None and q.baseline.source == "substitute",
        "lower_bound": q.lower_bound,
        "lagged": q.year is not None and q.year < last_plan_year,
        "final_missing": q.year is not None and q.year < q.end_year <= q.as_of_year,
        "over_target": q.above_target is not None and q.above_target > 0,
        "below_baseline": q.below_baseline,
        "hold_target": q.holds,
        "nothing_due_yet": q.nothing_due,
        "on_schedule_as_published": status == "on_track" and q.pace_pct is not None and not q.paces_schedule,
        "on_growth_path": status in ("behind", "far_behind") and _is_on_growth_path(q),
        "one_year_only": q.year is not None and q.baseline is not None and q.gone == 1,
    }
    return [flag for flag in FLAGS if applies[flag]]


def _years_used(q: Quantities) -> list[int]:
    """The years whose figures make up the value."""
    return q.plan_years if q.indicator.is_summed else q.plan_years[-1:]


def _is_baseline_revised(q: Quantities) -> bool:
    if q.baseline is None or q.baseline.source != "submitted":
        return False
    return q.indicator.baseline is not None and q.indicator.baseline != q.baseline.value


def _is_series_broken(q: Quantities) -> bool:
    """Figures of a year, or the printed baseline, are set aside for their basis (§2)."""
    if q.figures.set_aside:
        return True
    if q.indicator.baseline is None or q.indicator.is_from_zero:
        return False
    return q.indicator.basis != q.figures.basis and q.indicator.base_year not in q.figures.by_year


def _is_on_growth_path(q: Quantities) -> bool:
    """V^N at least B^(N-n) T^n: grown at the constant yearly rate that meets T, tested without roots (§7).

    A rate needs a positive start and end. Where lower is better, that path runs ahead of the straight line.
    """
    if q.value is None or q.baseline is None or q.target is None or q.baseline.value <= 0 or q.target <= 0:
        return False
    reached = Fraction(q.value) ** q.period
    path = Fraction(q.baseline.value) ** (q.period - q.gone) * Fraction(q.target) ** q.gone
    return q.sign * (reached - path) >= 0


def _assessment(q: Quantities) -> Assessment:
    rule = first_rule(q)
    assessed = rule.status not in UNASSESSED
    trend = q.trend if assessed else None
    scenarios = q.scenarios if assessed else []
    return Assessment(
        status=rule.status,
        reason=rule.reason,
        flags=_flags(q, rule.status),
        data_year=q.year,
        value=q.value,
        target_met=_target_met(q),
        baseline_value=q.baseline.value if q.baseline else None,
        baseline_year=q.baseline.year if q.baseline else None,
        baseline_source=q.baseline.source if q.baseline else "none",
        attainment_pct=_attainment_pct(q),
        progress_pct=None if q.moved is None or q.way is None else floored_percentage(q.moved, q.way),
        elapsed_pct=floored_percentage(Decimal(q.gone), Decimal(q.period)),
        schedule_gap_pp=_schedule_gap_pp(q) if assessed else None,
        pace_pct=q.pace_pct if assessed else None,
        expected_year=None if q.scheduled is None else q.clock_year,
        expected_value=q.scheduled,
        gap_to_target=_gap_to_target(q),
        planned_annual_change=_planned_annual_change(q),
        actual_annual_change=_actual_annual_change(q),
        needed_annual_change=_needed_annual_change(q),
        previous_annual_change=_previous_annual_change(q),
        forecast_worst=q.rounded_as_had(scenarios[0]) if scenarios else None,
        forecast_value=None if trend is None else q.rounded_as_had(trend),
        forecast_best=q.rounded_as_had(scenarios[-1]) if scenarios else None,
        forecast_meets_target=_forecast_meets_target(q, trend),
    )


def _target_met(q: Quantities) -> bool | None:
    """None too where a lower bound falls short: the missing years could have met the target."""
    if q.above_target is None or (q.lower_bound and not q.meets_target):
        return None
    return q.meets_target


def _attainment_pct(q: Quantities) -> Decimal | None:
    """100 V/T, or 100 T/V where lower is better; without meaning across zero."""
    if q.value is None or q.target is None or q.target <= 0 or q.value < 0:
        return None
    if q.sign > 0:
        return floored_percentage(q.value, q.target)
    return floored_percentage(q.target, q.value) if q.value else None


def _schedule_gap_pp(q: Quantities) -> Decimal | None:
    """Progress minus elapsed time, as one fraction; a count is due in whole units only and has none."""
    if q.moved is None or q.way is None or q.indicator.kind == "count":
        return None
    return floored_percentage(q.moved * q.period - q.way * q.gone, q.way * q.period)


def _gap_to_target(q: Quantities) -> Decimal | None:
    """|T - V|, 0 once met."""
    if q.above_target is None or _target_met(q) is None:
        return None
    return rounded(max(-q.above_target, Decimal(0)), q.indicator.decimals, ROUND_CEILING)


def _planned_annual_change(q: Quantities) -> Decimal | None:
    return None if q.way is None else q.rounded_as_needed(q.way / q.period, extra_decimals=1)


def _actual_annual_change(q: Quantities) -> Decimal | None:
    if q.moved is None or q.lower_bound:
        return None
    return q.rounded_as_had(q.moved / q.gone, extra_decimals=1)


def _needed_annual_change(q: Quantities) -> Decimal | None:
    if q.value is None or q.target is None or q.meets_target or q.lower_bound:
        return None
    if q.is_final or q.as_of_year > q.end_year:
        return None
    return q.rounded_as_needed((q.target - q.value) / q.years_left, extra_decimals=1)


def _previous_annual_change(q: Quantities) -> Decimal | None:
    """The yearly change of the five years before the base year, on the indicator's own basis only."""
    before = q.indicator.previous_value
    if before is None or q.baseline is None or q.baseline.source not in ("plan", "submitted"):
        return None
    if q.figures.basis != q.indicator.basis:
        return None
    return q.rounded_as_had((q.baseline.value - before) / PREVIOUS_PLAN_YEARS, extra_decimals=1)


def _forecast_meets_target(q: Quantities, trend: Decimal | None) -> bool | None:
    """Decided on the exact forecast, so that it never contradicts the pace."""
    if trend is None or q.target is None:
        return None
    return q.sign * (trend - q.target) >= 0
