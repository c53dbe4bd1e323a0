"""What the method promises for every input: recomputed in fractions from its formulas, on random data."""

import random
from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from targets.progress import (
    FLAGS,
    STATUSES,
    Assessment,
    Indicator,
    Submission,
    assess,
    field_decimals,
    roll_up,
)

YEARS = range(2016, 2021)
ON_SCHEDULE = {"achieved", "reached_early", "on_track"}
UNASSESSED = {"no_data", "not_assessable"}
FACTS = ("attainment_pct", "progress_pct", "gap_to_target", "value", "actual_annual_change")


def numbers(decimals: int, least: int = -3000, most: int = 3000) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda units: Decimal(units).scaleb(-decimals))


@st.composite
def levels(draw: st.DrawFn, *, moving: bool = False) -> Indicator:
    """A level or flow with a printed baseline; `moving`: the baseline does not meet the target yet."""
    decimals = draw(st.integers(0, 3))
    baseline, target = draw(numbers(decimals)), draw(numbers(decimals))
    direction = draw(st.sampled_from(["up", "down"]))
    assume(not moving or (target > baseline if direction == "up" else target < baseline))
    kind = draw(st.sampled_from(["level", "annual_flow"]))
    return Indicator(id="x", kind=kind, target=target, baseline=baseline, decimals=decimals, direction=direction)


@st.composite
def from_zero(draw: st.DrawFn) -> Indicator:
    return Indicator(
        id="x",
        kind=draw(st.sampled_from(["cumulative", "count"])),
        target=Decimal(draw(st.integers(1, 60))),
        decimals=0,
        submitted_as=draw(st.sampled_from(["increment", "running_total"])),
    )


def figure(year: int, value: Decimal | None, day: int = 1, **changes: Any) -> Submission:
    return Submission(year=year, value=value, submitted_on=f"{year + 1}-06-{day:02}", **changes)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Indicator, list[Submission], int]:
    """Any indicator with figures for some years, and the year from which it is looked at."""
    indicator = draw(st.one_of(levels(), from_zero()))
    least = 0 if indicator.kind in ("cumulative", "count") else -3000
    values = draw(st.dictionaries(st.sampled_from(YEARS), numbers(indicator.decimals, least)))
    submissions = [figure(year, value) for year, value in sorted(values.items())]
    return indicator, submissions, draw(st.integers(2016, 2023))


@st.composite
def moving_levels(draw: st.DrawFn) -> tuple[Indicator, Submission]:
    """A level on its way to the target, with a figure for one year before the last."""
    indicator = draw(levels(moving=True))
    return indicator, figure(draw(st.integers(2016, 2019)), draw(numbers(indicator.decimals)))


def floored(exact: Fraction) -> Decimal:
    return Decimal(floor(exact * 10)) / 10


def fraction(number: Decimal | None) -> Fraction:
    assert number is not None
    return Fraction(number)


def pace_of(indicator: Indicator, submission: Submission) -> Fraction:
    """100(V - B)N / ((T - B)n), exactly."""
    baseline = fraction(indicator.baseline)
    progress = (fraction(submission.value) - baseline) / (fraction(indicator.target) - baseline)
    return 100 * progress * 5 / (submission.year - 2015)


@given(moving_levels())
def test_percentages_are_the_formulas_floored_and_never_clamped(case: tuple[Indicator, Submission]) -> None:
    indicator, submission = case
    view = assess(indicator, [submission], submission.year)
    pace, elapsed = pace_of(indicator, submission), Fraction(20 * (submission.year - 2015))
    assert view.pace_pct == floored(pace)
    assert view.progress_pct == floored(pace * elapsed / 100)
    assert view.schedule_gap_pp == floored(pace * elapsed / 100 - elapsed)
    assert view.elapsed_pct == elapsed


@given(moving_levels())
def test_the_percentage_shown_is_on_the_same_side_of_every_threshold(
    case: tuple[Indicator, Submission],
) -> None:
    indicator, submission = case
    view = assess(indicator, [submission], submission.year)
    pace = pace_of(indicator, submission)
    for threshold in (0, 60, 95, 100):
        assert (fraction(view.pace_pct) >= threshold) == (pace >= threshold)
        assert (fraction(view.progress_pct) >= threshold) == (pace * (submission.year - 2015) / 5 >= threshold)


@given(moving_levels())
def test_the_forecast_meets_the_target_exactly_when_the_pace_is_100(
    case: tuple[Indicator, Submission],
) -> None:
    indicator, submission = case
    view = assess(indicator, [submission], submission.year)
    assert view.forecast_meets_target == (pace_of(indicator, submission) >= 100)
    assert view.forecast_value is not None
    meets_as_shown = indicator.sign * (view.forecast_value - (indicator.target or 0)) >= 0
    assert meets_as_shown == view.forecast_meets_target


@given(moving_levels())
def test_status_follows_the_pace(case: tuple[Indicator, Submission]) -> None:
    indicator, submission = case
    view = assess(indicator, [submission], submission.year)
    pace = pace_of(indicator, submission)
    if view.target_met:
        assert view.status == "reached_early"
    elif pace >= 95 or "on_schedule_as_published" in view.flags:
        assert view.status == "on_track"
    else:
        assert view.status == ("behind" if pace >= 60 else "far_behind" if pace >= 0 else "regressing")
    assert ("below_baseline" in view.flags) == (pace < 0)


@given(moving_levels())
def test_rounding_is_never_in_favour(case: tuple[Indicator, Submission]) -> None:
    indicator, submission = case
    view = assess(indicator, [submission], submission.year)
    s, n = indicator.sign, submission.year - 2015
    baseline, target, value = (fraction(number) for number in (indicator.baseline, indicator.target, submission.value))
    assert s * fraction(view.actual_annual_change) <= s * (value - baseline) / n
    assert s * fraction(view.planned_annual_change) >= s * (target - baseline) / 5
    assert view.target_met or s * fraction(view.needed_annual_change) >= s * (target - value) / (5 - n)
    assert fraction(view.gap_to_target) == max(0, s * (target - value))


@given(cases())
def test_missing_is_never_zero(case: tuple[Indicator, list[Submission], int]) -> None:
    indicator, submissions, as_of_year = case
    view = assess(indicator, submissions, as_of_year)
    reported = [submission.year for submission in submissions if submission.year <= as_of_year]
    assert view.data_year == max(reported, default=None)
    if not reported:
        assert [getattr(view, name) for name in FACTS] == [None] * len(FACTS)
        assert (view.status, view.target_met, view.pace_pct) == ("no_data", None, None)
    if as_of_year <= 2020 and as_of_year not in reported:
        with_zero = assess(indicator, [*submissions, figure(as_of_year, Decimal(0))], as_of_year)
        assert with_zero != view
        assert with_zero.data_year == as_of_year


@given(cases())
def test_withdrawing_every_figure_leaves_no_data(case: tuple[Indicator, list[Submission], int]) -> None:
    indicator, submissions, as_of_year = case
    withdrawn = [figure(submission.year, None, 2) for submission in submissions]
    assert assess(indicator, [*submissions, *withdrawn], as_of_year) == assess(indicator, [], as_of_year)


@given(cases())
def test_invariants_of_every_assessment(case: tuple[Indicator, list[Submission], int]) -> None:
    indicator, submissions, as_of_year = case
    view = assess(indicator, submissions, as_of_year)
    assert view.status in STATUSES
    assert (view.reason is not None) == (view.status in UNASSESSED)
    assert view.flags == [flag for flag in FLAGS if flag in view.flags]
    assert (view.expected_year is None) == (view.expected_value is None)
    if view.status in UNASSESSED:
        assert (view.pace_pct, view.schedule_gap_pp, view.forecast_value) == (None, None, None)
    if view.status in ("achieved", "reached_early"):
        assert (view.target_met, view.gap_to_target, view.needed_annual_change) == (True, 0, None)
    if view.status == "not_achieved":
        assert (view.data_year, view.target_met) == (2020, False)
    assert_numbers_as_shown(view, indicator.decimals)


def assert_numbers_as_shown(view: Assessment, decimals: int) -> None:
    for field in fields(view):
        value, shown = getattr(view, field.name), field_decimals(field.name, decimals)
        if isinstance(value, Decimal):
            assert shown is not None
            assert value == round(value, shown), field.name
            assert value or not value.is_signed(), field.name


@given(levels(), st.data())
def test_hold_targets_are_kept_or_lost(indicator: Indicator, data: st.DataObject) -> None:
    year, value = data.draw(st.sampled_from(YEARS)), data.draw(numbers(indicator.decimals))
    view = assess(indicator, [figure(year, value)], year)
    holds = indicator.sign * ((indicator.baseline or 0) - (indicator.target or 0)) >= 0
    assert ("hold_target" in view.flags) == holds
    if holds:
        assert (view.progress_pct, view.pace_pct, view.planned_annual_change) == (None, None, None)
        assert view.expected_value == indicator.target
        before = {True: "reached_early", False: "regressing"}
        final = {True: "achieved", False: "not_achieved"}
        assert view.status == (final if year == 2020 else before)[bool(view.target_met)]


@given(from_zero(), st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=5))
def test_sums_with_gaps_prove_success_but_never_failure(indicator: Indicator, values: list[int | None]) -> None:
    submissions = [
        figure(year, Decimal(value)) for year, value in zip(YEARS, values, strict=False) if value is not None
    ]
    assume(submissions)
    view = assess(indicator, submissions, submissions[-1].year)
    reached = range(2016, submissions[-1].year + 1)
    is_partial = indicator.submitted_as == "increment" and len(submissions) < len(reached)
    assert ("lower_bound" in view.flags) == is_partial
    if is_partial:
        assert view.status in ("achieved", "on_track", "not_assessable")
        assert view.target_met is not False
    if indicator.submitted_as == "increment":
        assert view.value == sum(submission.value or 0 for submission in submissions)


@given(cases(), st.randoms(use_true_random=False))
def test_order_matters_only_within_a_day(
    case: tuple[Indicator, list[Submission], int], shuffling: random.Random
) -> None:
    indicator, submissions, as_of_year = case
    corrections = [figure(s.year, (s.value or Decimal(0)) + 1, 2, provisional=True) for s in submissions]
    in_order = [*submissions, *corrections]
    shuffled = shuffling.sample(in_order, len(in_order))
    assert assess(indicator, shuffled, as_of_year) == assess(indicator, in_order, as_of_year)
    same_day = [*submissions, *(figure(s.year, s.value, 1) for s in corrections)]
    assert assess(indicator, same_day, as_of_year).value == assess(indicator, in_order, as_of_year).value


@given(cases())
def test_an_old_page_can_be_rebuilt(case: tuple[Indicator, list[Submission], int]) -> None:
    """Nothing submitted after a day, and nothing for a later year, changes what was known on it."""
    indicator, submissions, as_of_year = case
    known = [s for s in submissions if s.year < as_of_year]
    late = [figure(year, Decimal(7), 20, basis="new") for year in range(2015, 2022)]
    late = [Submission(year=s.year, value=s.value, submitted_on="2030-01-01", basis=s.basis) for s in late]
    for submission in submissions:
        if submission.year > as_of_year:
            late.append(submission)
    then = assess(indicator, known, as_of_year, "2029-12-31")
    assert assess(indicator, [*late, *known], as_of_year, "2029-12-31") == then


@given(st.lists(st.tuples(st.text(), st.sampled_from(STATUSES))))
def test_roll_up_counts_add_up(statuses: list[tuple[str, str]]) -> None:
    group = roll_up(statuses)
    assert sum(group["counts"].values()) == group["total"] == len(statuses)
    assert group["assessed"] + len(group["unassessed"]) == group["total"]
    assert group["on_schedule"] + len(group["attention"]) == group["assessed"]
    assert_shares(group, [status for _, status in statuses])


def assert_shares(group: dict[str, Any], statuses: Iterable[str]) -> None:
    listed = list(statuses)
    if not listed:
        assert group["on_schedule_pct"] is group["coverage_pct"] is None
        return
    on_schedule = sum(status in ON_SCHEDULE for status in listed)
    assessed = sum(status not in UNASSESSED for status in listed)
    assert group["on_schedule_pct"] == floored(Fraction(100 * on_schedule, len(listed)))
    assert group["coverage_pct"] == floored(Fraction(100 * assessed, len(listed)))
