"""Figures of usual paces for the years that remain: exact by the method, on random data."""

from decimal import Decimal

from hypothesis import given

from targets.progress import Assessment, Indicator, Submission, assess
from targets.progress_what_if import Figures, paces, supposing, years_left
from tests.targets.test_progress_properties import cases, figure

END = 2020
Case = tuple[Indicator, list[Submission], int]


def outcome(indicator: Indicator, submissions: list[Submission], supposed: Figures) -> Assessment:
    return assess(indicator, supposing(submissions, supposed, basis=""), END)


def known_then(case: Case) -> tuple[Indicator, list[Submission], Assessment]:
    """An indicator with the figures known in a year, and what they say."""
    indicator, submissions, year = case
    return indicator, [known for known in submissions if known.year <= year], assess(indicator, submissions, year)


@given(cases())
def test_enough_is_just_enough(case: Case) -> None:
    indicator, known, now = known_then(case)
    if not years_left(indicator, now):
        return
    enough = paces(indicator, now)["enough"]
    assert outcome(indicator, known, enough).status == "achieved"
    worse = indicator.sign * Decimal(1).scaleb(-indicator.decimals)
    less = {year: value - worse for year, value in enough.items()}
    if indicator.is_from_zero and min(less.values()) < 0:
        assert indicator.is_summed  # the sum so far meets the target: nothing less can be supposed
        assert assess(indicator, known, END).status == "achieved"
    else:
        assert outcome(indicator, known, less).status != "achieved"


@given(cases())
def test_the_pace_so_far_ends_at_the_forecast_and_the_planned_one_is_the_plans(case: Case) -> None:
    indicator, known, now = known_then(case)
    found = paces(indicator, now)
    years = years_left(indicator, now)
    assert all(tuple(figures) == years for figures in found.values())
    assert ("planned" in found, "current" in found) == (
        bool(years) and now.planned_annual_change is not None,
        bool(years) and now.actual_annual_change is not None,
    )
    not_below_zero = indicator.target >= 0 and (indicator.baseline or 0) >= 0
    if "current" in found and now.forecast_value is not None and (now.forecast_value >= 0 or not not_below_zero):
        assert outcome(indicator, known, found["current"]).value == now.forecast_value
    if "planned" in found and now.data_year is None and not indicator.is_from_zero:
        assert outcome(indicator, known, found["planned"]).status == "achieved"


def test_supposed_figures_come_after_the_known_ones_of_their_view() -> None:
    indicator = Indicator(id="x", kind="level", target="10", baseline="1", decimals=0)
    known = [figure(2016, "2"), figure(2017, "3"), figure(2018, "9"), figure(2017, "4", day=2)]
    supposed = {2018: Decimal(5), 2019: Decimal(6), 2020: Decimal(7)}
    before = supposing(known, supposed, basis="", known_by=figure(2017, "3").submitted_on)
    assert [(one.year, one.value) for one in before] == [
        *((2016, 2), (2017, 3)),
        *((2018, 5), (2019, 6), (2020, 7)),
    ]
    assert assess(indicator, before, END).value == 7
    assert assess(indicator, supposing(known, {2020: Decimal(3)}, basis=""), END).value == 3
