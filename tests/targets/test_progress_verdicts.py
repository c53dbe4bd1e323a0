"""The sentences of the method on flags and statuses that no worked case shows, one by one."""

from decimal import Decimal

import pytest

from targets.progress import assess
from tests.targets.series import figure, from_zero, level, verdict, yearly

# §5, §7 Flags


def test_revised_when_an_earlier_version_was_withdrawn() -> None:
    figures = [
        figure(2016, "120", "2017-01-01"),
        figure(2016, None, "2017-02-01"),
        figure(2016, "120", "2017-03-01"),
    ]
    assert "revised" in assess(level(), figures, 2016).flags
    assert "revised" not in assess(level(), [figures[0], figures[2]], 2016).flags


def test_revised_when_an_earlier_version_on_another_basis_differed() -> None:
    figures = [figure(2016, "120", "2017-01-01", basis="old"), figure(2016, "130", "2018-01-01")]
    assert assess(level(), figures, 2016).flags == ["revised", "one_year_only"]


def test_not_revised_by_versions_after_the_one_in_force() -> None:
    figures = [
        figure(2016, "100", "2017-01-01"),
        figure(2016, "90", "2019-01-01", basis="x"),
        figure(2017, "300"),
    ]
    assert "revised" not in assess(from_zero(), figures, 2017).flags


def test_revised_and_provisional_look_at_the_years_in_the_value() -> None:
    figures = [
        figure(2016, "150", "2017-01-01"),
        figure(2016, "200", "2017-02-01", provisional=True),
        figure(2017, "200"),
    ]
    assert assess(level(), figures, 2017).flags == []
    assert assess(from_zero(), figures, 2017).flags == ["provisional", "revised"]
    assert assess(from_zero(submitted_as="running_total"), figures, 2017).flags == []


def test_revised_knows_nothing_of_years_to_come_or_later_days() -> None:
    figures = [figure(2016, "120", "2017-01-01"), figure(2016, "130", "2017-02-01")]
    assert "revised" not in assess(level(), figures, 2016, "2017-01-31").flags


@pytest.mark.parametrize(
    ("as_of_year", "flags"),
    [(2019, []), (2020, ["lagged", "final_missing"]), (2021, ["lagged", "final_missing"])],
)
def test_lagged_and_final_missing(as_of_year: int, flags: list[str]) -> None:
    assert assess(level(), yearly("120", "140", "160", "180"), as_of_year).flags == flags


def test_lagged_follows_what_was_known() -> None:
    figures = yearly("120", "140")
    assert "lagged" in assess(level(), figures, 2017, "2017-12-31").flags
    assert "lagged" not in assess(level(), figures, 2017, "2018-12-31").flags


def test_flags_about_figures_need_figures() -> None:
    assert assess(level(), [], 2021).flags == []


def test_flags_about_the_target_need_no_figures() -> None:
    assert assess(level(baseline="200"), [], 2017).flags == ["hold_target"]
    assert assess(from_zero(kind="count", target="3"), [], 2016).flags == ["nothing_due_yet"]


def test_a_count_built_before_anything_is_due() -> None:
    view = assess(from_zero(kind="count", target="3"), yearly("1"), 2016)
    assert (view.status, view.pace_pct, view.expected_value) == ("on_track", None, 0)
    assert view.flags == ["nothing_due_yet", "one_year_only"]


def test_on_schedule_as_published_only_where_the_pace_alone_would_not_do() -> None:
    indicator = level(baseline="10", target="11", decimals=0)
    view = assess(indicator, yearly("10"), 2016)
    assert (view.status, view.pace_pct, view.expected_value) == ("on_track", 0, 10)
    assert view.flags == ["on_schedule_as_published", "one_year_only"]
    assert "on_schedule_as_published" not in assess(level(baseline="99"), yearly("119"), 2016).flags


def test_as_published_does_not_excuse_a_value_below_the_baseline() -> None:
    view = assess(level(baseline="10.4", target="11", decimals=0), yearly("10.3"), 2016)
    assert (view.status, view.expected_value) == ("regressing", 11)
    worse = assess(level(baseline="10.2", target="11", decimals=0), yearly("10.1"), 2016)
    assert (worse.status, worse.expected_value) == ("regressing", 10)


def test_as_published_works_downwards_too() -> None:
    indicator = level(baseline="13", target="12.2", direction="down", decimals=1)
    view = assess(indicator, yearly("12.9", "12.7"), 2017)
    assert (view.status, view.pace_pct, view.expected_value) == ("on_track", Decimal("93.7"), Decimal("12.7"))


@pytest.mark.parametrize(("value", "on_path"), [("8", True), ("7.9999999999", False)])
def test_growth_path_is_tested_exactly(value: str, on_path: bool) -> None:  # noqa: FBT001
    view = assess(level(baseline="2", target="64", decimals=10), yearly(None, value), 2017)
    assert ("on_growth_path" in view.flags) is on_path


def test_growth_path_is_exact_where_100_digits_would_not_do() -> None:
    indicator = level(baseline="1", target="32", decimals=40)
    assert "on_growth_path" in assess(indicator, yearly("2"), 2016).flags
    assert "on_growth_path" not in assess(indicator, yearly("1." + "9" * 40), 2016).flags


@pytest.mark.parametrize("baseline", ["0", "-4"])
def test_no_growth_path_from_zero_or_below(baseline: str) -> None:
    assert "on_growth_path" not in assess(level(baseline=baseline), yearly("30"), 2016).flags


# §7 Status


@pytest.mark.parametrize(("value", "status"), [("119", "on_track"), ("118.99", "behind"), ("112", "behind")])
def test_thresholds_are_inclusive(value: str, status: str) -> None:
    assert assess(level(), yearly(value), 2016).status == status


@pytest.mark.parametrize(
    ("value", "status"), [("111.99", "far_behind"), ("100", "far_behind"), ("99.99", "regressing")]
)
def test_lower_thresholds(value: str, status: str) -> None:
    assert assess(level(), yearly(value), 2016).status == status


def test_a_stale_level_is_not_assessed_even_where_it_meets_the_target() -> None:
    view = assess(level(), yearly("250"), 2018)
    assert verdict(view) == ("not_assessable", "stale")
    assert (view.target_met, view.gap_to_target, view.pace_pct) == (True, 0, None)
    assert view.flags == ["lagged", "over_target", "one_year_only"]


def test_a_sum_that_proves_success_never_goes_stale() -> None:
    view = assess(from_zero(), yearly(None, "1000"), 2020)
    assert verdict(view) == ("achieved", None)
    assert view.flags == ["lower_bound", "lagged", "final_missing"]
    assert (view.schedule_gap_pp, view.needed_annual_change, view.forecast_value) == (60, None, None)


def test_stale_comes_before_gap_years_and_no_baseline() -> None:
    assert assess(from_zero(), yearly(None, "10"), 2019).reason == "stale"
    assert assess(level(baseline=None), yearly("110"), 2018).reason == "stale"


def test_a_final_verdict_never_goes_stale() -> None:
    figures = yearly(None, None, None, None, "150")
    assert verdict(assess(level(), figures, 2030)) == ("not_achieved", None)


@pytest.mark.parametrize(("known", "status"), [("380", "on_track"), ("379", "not_assessable")])
def test_the_known_part_of_a_sum_is_judged_by_the_test_of_rule_8(known: str, status: str) -> None:
    view = assess(from_zero(), yearly(None, known), 2017)
    assert view.status == status
    assert (view.target_met, view.gap_to_target, view.actual_annual_change) == (None, None, None)


def test_a_known_part_on_schedule_proves_nothing_in_the_end_year() -> None:
    view = assess(from_zero(), yearly("500", None, "460", "0", "0"), 2020)
    assert verdict(view) == ("not_assessable", "gap_years")


def test_the_second_half_of_rule_8_serves_the_known_part_too() -> None:
    view = assess(from_zero(target="3"), yearly(None, "1"), 2017)
    assert (view.status, view.expected_value, view.pace_pct) == ("on_track", 1, Decimal("83.3"))
    assert view.flags == ["lower_bound", "on_schedule_as_published"]


def test_running_totals_have_no_gap_and_may_fall() -> None:
    indicator = from_zero(submitted_as="running_total")
    assert assess(indicator, yearly("900", "1000"), 2017).status == "achieved"
    view = assess(indicator, yearly("900", "1000", "950"), 2018)
    assert (view.status, view.value, view.flags) == ("on_track", 950, [])
    assert view.forecast_worst == 850


def test_hold_target_not_met_in_the_end_year() -> None:
    view = assess(level(baseline="200"), yearly(None, None, None, None, "199"), 2020)
    assert verdict(view) == ("not_achieved", None)
    assert (view.expected_value, view.progress_pct, view.pace_pct) == (200, None, None)
    assert view.schedule_gap_pp is view.planned_annual_change is None


def test_no_baseline_at_the_end() -> None:
    indicator = level(baseline=None)
    assert verdict(assess(indicator, yearly(None, None, None, None, "250"), 2020)) == ("achieved", None)
    late = assess(indicator, yearly(None, None, None, "150"), 2020)
    assert verdict(late) == ("not_assessable", "no_baseline")


def test_no_data_as_of_a_year_after_the_plan_shows_the_schedule_of_its_end() -> None:
    view = assess(level(), [], 2025)
    assert (view.expected_year, view.expected_value, view.elapsed_pct) == (2020, 200, 100)


def test_withheld_where_not_assessed() -> None:
    view = assess(from_zero(), yearly("100", None, "100"), 2018)
    assert verdict(view) == ("not_assessable", "gap_years")
    assert (view.pace_pct, view.schedule_gap_pp, view.forecast_value) == (None, None, None)
    assert (view.attainment_pct, view.progress_pct, view.expected_value) == (20, 20, 600)
