"""The sentences of the method on figures, baselines, facts and forecasts that no worked case shows, one by one."""

from decimal import Decimal

import pytest

from targets.progress import Indicator, Submission, assess
from tests.targets.series import figure, from_zero, level, verdict, yearly

# §2 Figures in force


def test_known_by_is_inclusive() -> None:
    figures = [figure(2016, "110", "2017-06-30"), figure(2016, "120", "2017-07-01")]
    assert assess(level(), figures, 2016, "2017-06-30").value == 110
    assert assess(level(), figures, 2016, "2017-07-01").value == 120
    assert assess(level(), figures, 2016, "2017-06-29").status == "no_data"


def test_later_day_wins_over_later_entry() -> None:
    figures = [figure(2016, "120", "2017-07-01"), figure(2016, "110", "2017-06-30")]
    assert assess(level(), figures, 2016).value == 120


def test_a_withdrawn_submission_for_2015_leaves_the_printed_baseline() -> None:
    figures = [figure(2015, "110", "2016-03-01"), figure(2015, None, "2016-04-01"), *yearly("130")]
    view = assess(level(), figures, 2016)
    assert (view.baseline_value, view.baseline_source, view.flags) == (100, "plan", ["one_year_only"])


def test_basis_is_that_of_the_latest_submission_for_the_latest_year() -> None:
    first = [figure(year, "110", basis="first") for year in (2016, 2017)]
    rebased = figure(2017, "150", "2019-01-01", basis="rebased")
    corrected = figure(2017, "111", "2019-02-01", basis="first")
    assert assess(level(basis="first"), [*first, rebased], 2017).value == 150
    assert assess(level(basis="first"), [*first, rebased, corrected], 2017).value == 111
    assert assess(level(basis="first"), [corrected, rebased, *first], 2017, "2019-01-31").value == 150


def test_a_later_year_decides_the_basis_however_early_it_was_submitted() -> None:
    figures = [figure(2017, "150", "2018-01-01", basis="b"), figure(2016, "120", "2019-01-01", basis="a")]
    view = assess(level(basis="b"), figures, 2017)
    assert (view.value, view.baseline_value, view.flags) == (150, 100, ["series_break"])


def test_a_withdrawn_figure_of_a_new_basis_gives_the_view_back_to_the_old_one() -> None:
    figures = [
        figure(2016, "120", "2017-06-30"),
        figure(2016, "150", "2018-01-01", basis="new"),
        figure(2016, None, "2018-02-01", basis="new"),
    ]
    assert assess(level(), figures, 2016).value == 120


def test_without_plan_figures_a_2015_figure_on_another_basis_replaces_the_printed_baseline() -> None:
    view = assess(level(), [figure(2015, "135", basis="rebased")], 2016)
    assert verdict(view) == ("no_data", "no_figures")
    assert (view.baseline_value, view.baseline_source) == (135, "submitted")
    assert view.flags == ["baseline_revised"]


def test_series_break_for_a_printed_baseline_on_another_basis() -> None:
    figures = [figure(year, value, basis="new") for year, value in ((2016, "120"), (2017, "130"))]
    view = assess(level(), figures, 2017)
    assert (view.baseline_value, view.baseline_source) == (120, "substitute")
    assert view.flags == ["series_break", "substitute_baseline", "one_year_only"]
    with_2015 = assess(level(), [*figures, figure(2015, "110", basis="new")], 2017)
    assert with_2015.flags == ["baseline_revised"]


def test_series_break_for_a_2015_figure_on_another_basis() -> None:
    view = assess(level(), [figure(2015, "90", basis="old"), *yearly("130")], 2016)
    assert (view.baseline_value, view.flags) == (100, ["series_break", "one_year_only"])


@pytest.mark.parametrize(("year", "as_of_year"), [(2010, 2016), (2021, 2021), (2017, 2016)])
def test_no_series_break_for_years_outside_the_view(year: int, as_of_year: int) -> None:
    figures = [*yearly("130", None, None, None, "250" if as_of_year > 2020 else None)]
    assert "series_break" not in assess(level(), [*figures, figure(year, "90", basis="x")], as_of_year).flags


def test_no_series_break_for_withdrawn_figures() -> None:
    figures = [
        *yearly(None, "130"),
        figure(2016, "9", basis="x"),
        figure(2016, None, "2020-01-01", basis="x"),
    ]
    assert assess(level(), figures, 2017).flags == []


# §3 Baseline


def test_an_unchanged_submitted_baseline_is_not_revised() -> None:
    view = assess(level(), [figure(2015, "100.0"), *yearly("120", "140")], 2017)
    assert (view.baseline_source, view.flags) == ("submitted", [])


def test_a_revised_baseline_counts_in_every_formula() -> None:
    view = assess(level(previous_value="50"), [figure(2015, "120"), *yearly("136")], 2016)
    assert view.flags == ["baseline_revised", "one_year_only"]
    assert (view.pace_pct, view.expected_value, view.planned_annual_change) == (100, 136, 16)
    assert (view.previous_annual_change, view.actual_annual_change, view.forecast_value) == (14, 16, 200)


def test_2015_figures_do_not_count_for_kinds_from_zero() -> None:
    view = assess(from_zero(), [figure(2015, "500"), *yearly("200")], 2016)
    assert (view.value, view.baseline_value, view.baseline_source) == (200, 0, "zero")
    assert view.flags == ["one_year_only"]
    assert assess(from_zero(), [figure(2015, "500")], 2016).status == "no_data"


def test_a_printed_zero_baseline_is_allowed_for_kinds_from_zero() -> None:
    view = assess(from_zero(baseline="0"), [figure(2016, "200", basis="x")], 2016)
    assert (view.baseline_source, view.flags) == ("zero", ["one_year_only"])


def test_the_substitute_restarts_the_clock_and_the_previous_period_has_no_change() -> None:
    view = assess(level(baseline=None, previous_value="50"), yearly(None, "120", "140"), 2018)
    assert (view.baseline_value, view.baseline_year, view.elapsed_pct) == (120, 2017, Decimal("33.3"))
    assert (view.planned_annual_change, view.pace_pct) == (Decimal("26.7"), 75)
    assert view.previous_annual_change is None


def test_a_substitute_that_meets_the_target_makes_a_hold_target() -> None:
    view = assess(level(baseline=None), yearly("210", "190"), 2017)
    assert verdict(view) == ("regressing", None)
    assert view.flags == ["substitute_baseline", "below_baseline", "hold_target", "one_year_only"]


# §5 Facts


def test_previous_change_needs_the_indicators_own_basis() -> None:
    indicator = level(previous_value="51", basis="first")
    own, other = figure(2016, "120", basis="first"), figure(2016, "120", basis="new")
    assert assess(indicator, [own], 2016).previous_annual_change == Decimal("9.8")
    assert assess(indicator, [figure(2015, "90", basis="new"), other], 2016).previous_annual_change is None


def test_previous_change_rounds_away_from_success() -> None:
    assert assess(level(previous_value="99.7"), [], 2016).previous_annual_change == 0
    assert assess(level(previous_value="100.3"), [], 2016).previous_annual_change == Decimal("-0.1")
    down = level(direction="down", target="50", previous_value="99.7")
    assert assess(down, [], 2016).previous_annual_change == Decimal("0.1")


def test_kinds_from_zero_have_no_previous_change() -> None:
    assert assess(from_zero(previous_value="50"), yearly("200"), 2016).previous_annual_change is None


def test_previous_change_stands_without_a_target_and_without_figures() -> None:
    assert assess(level(target=None, previous_value="50"), [], 2016).previous_annual_change == 10


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        (level(target="0", baseline="-10"), "-5"),
        (level(target="-5", baseline="-10"), "-7"),
        (level(), "-1"),
        (level(direction="down", target="0"), "50"),
        (level(direction="down", target="50"), "0"),
    ],
)
def test_attainment_has_no_meaning_across_zero(indicator: Indicator, value: str) -> None:
    view = assess(indicator, yearly(value), 2016)
    assert view.attainment_pct is None
    assert view.progress_pct is not None
    assert view.pace_pct is not None


def test_needed_change_exists_while_the_viewed_year_is_at_most_the_end_year() -> None:
    figures = yearly("120", "140", "150", "170")
    assert assess(level(), figures, 2020).needed_annual_change == 30
    assert assess(level(), figures, 2021).needed_annual_change is None
    assert assess(level(), yearly("120"), 2020).needed_annual_change == 20


def test_what_is_needed_rounds_towards_difficulty_and_what_we_have_away_from_success() -> None:
    view = assess(level(target="201"), yearly("110", "121"), 2017)
    assert (view.planned_annual_change, view.needed_annual_change) == (Decimal("20.2"), Decimal("26.7"))
    down = assess(level(target="49", direction="down"), yearly("90", "79.9"), 2017)
    assert (down.planned_annual_change, down.needed_annual_change) == (Decimal("-10.2"), Decimal("-10.3"))
    assert (down.actual_annual_change, down.gap_to_target) == (Decimal("-10.0"), 31)


def test_nothing_is_capped() -> None:
    view = assess(level(), yearly("1300"), 2016)
    assert (view.progress_pct, view.pace_pct, view.attainment_pct) == (1200, 6000, 650)


def test_without_a_target_the_facts_stay() -> None:
    view = assess(level(target=None, kind="annual_flow"), yearly("90"), 2016)
    assert verdict(view) == ("not_assessable", "no_target")
    assert (view.value, view.actual_annual_change, view.elapsed_pct) == (90, -10, 20)
    assert view.flags == ["below_baseline", "one_year_only"]


# §5 Forecasts


@pytest.mark.parametrize(
    ("indicator", "figures", "forecast"),
    [
        (level(), yearly("60", "40"), "0"),
        (level(baseline="100", target="200"), yearly("-1", "40"), "-50"),
        (level(baseline="-1", target="200"), yearly("0", "-40"), "-99"),
        (level(baseline="100", target="-5", direction="down"), yearly("60", "40"), "-50"),
        (level(baseline="100", target="5", direction="down"), yearly("60", "40"), "0"),
    ],
)
def test_only_a_series_with_no_negative_value_stays_at_zero(
    indicator: Indicator, figures: list[Submission], forecast: str
) -> None:
    view = assess(indicator, figures, 2017)
    assert view.forecast_value == Decimal(forecast)


def test_a_negative_figure_after_the_viewed_year_does_not_count() -> None:
    assert assess(level(), yearly("60", "40", "-5"), 2017).forecast_value == 0


def test_the_range_counts_a_gap_by_the_year() -> None:
    view = assess(level(), yearly("110", None, "150"), 2018)
    assert (view.forecast_worst, view.forecast_best) == (170, 190)


def test_the_range_goes_below_zero_where_the_baseline_does() -> None:
    figures = yearly("50", "20")
    assert assess(level(baseline="-10"), figures, 2017).forecast_worst == -70
    assert assess(level(baseline="10"), figures, 2017).forecast_worst == 0


def test_the_range_takes_a_submitted_baseline() -> None:
    view = assess(level(), [figure(2015, "90"), *yearly("110", "120")], 2017)
    assert (view.forecast_worst, view.forecast_best) == (150, 180)


def test_no_forecast_for_an_achieved_sum_whose_figure_is_stale() -> None:
    view = assess(from_zero(), yearly("600", "500"), 2019)
    assert verdict(view) == ("achieved", None)
    assert view.pace_pct == 275
    assert (view.forecast_value, view.forecast_meets_target, view.forecast_best) == (None, None, None)
    assert view.flags == ["lagged", "over_target"]


def test_a_forecast_that_only_rounds_to_the_target_does_not_meet_it() -> None:
    view = assess(level(decimals=0, target="200"), [figure(2018, "159.999")], 2018)
    assert (view.forecast_value, view.forecast_meets_target) == (199, False)
    assert view.pace_pct == Decimal("99.9")
