"""The method against its published worked cases and tables, its vocabulary, and the input it refuses."""

import json
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields
from datetime import date, datetime
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest

from targets.progress import (
    BASELINE_SOURCES,
    FLAGS,
    HEADLINES,
    KINDS,
    LAMPS,
    METHOD_VERSION,
    REASONS,
    STATUSES,
    Assessment,
    Indicator,
    Submission,
    assess,
    compare_areas,
    field_decimals,
    roll_up,
)

PUBLISHED = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
ASSESSMENT_FIELDS = [field.name for field in fields(Assessment)]
TEXT_FIELDS = {"baseline_source", "reason", "status"}


def cases_of(case_type: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in PUBLISHED["cases"] if case["type"] == case_type]


def assess_case(given: Mapping[str, Any]) -> Assessment:
    return assess(
        Indicator(**given["indicator"]),
        [Submission(**submission) for submission in given["submissions"]],
        given["as_of_year"],
        given["known_by"],
    )


def as_compared(name: str, value: Any) -> Any:
    is_number = isinstance(value, str) and name not in TEXT_FIELDS
    return Decimal(value) if is_number else value


def level(**changes: Any) -> Indicator:
    given: dict[str, Any] = {"id": "x", "kind": "level", "target": "200", "baseline": "100", "decimals": 0}
    return Indicator(**{**given, **changes})


def figure(year: int, value: Any, submitted_on: Any = "2021-06-30", **changes: Any) -> Submission:
    return Submission(year=year, value=value, submitted_on=submitted_on, **changes)


# Worked cases


def test_every_worked_case_is_of_a_known_type() -> None:
    types = {case["type"] for case in PUBLISHED["cases"]}
    assert types == {"assess", "assess_error", "roll_up", "compare_areas"}
    assert PUBLISHED["meta"]["method_version"] == METHOD_VERSION == "1.0"


@pytest.mark.parametrize("case", cases_of("assess"))
def test_worked_assessment(case: dict[str, Any]) -> None:
    assessment = assess_case(case["input"])
    found = {name: getattr(assessment, name) for name in ASSESSMENT_FIELDS}
    assert found == {name: as_compared(name, value) for name, value in case["expected"].items()}


@pytest.mark.parametrize("case", cases_of("assess"))
def test_numbers_are_decimals_without_negative_zero_and_with_the_decimals_shown(case: dict[str, Any]) -> None:
    assessment = assess_case(case["input"])
    decimals = case["input"]["indicator"]["decimals"]
    for name in ASSESSMENT_FIELDS:
        value, shown = getattr(assessment, name), field_decimals(name, decimals)
        assert isinstance(value, Decimal) <= (shown is not None), name
        if isinstance(value, Decimal) and shown is not None:
            assert value == round(value, shown), name
            assert value or not value.is_signed(), name


@pytest.mark.parametrize("case", cases_of("assess_error"))
def test_worked_refusal(case: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{case['expected']['error']}$"):
        assess_case(case["input"])


@pytest.mark.parametrize("case", cases_of("roll_up"))
def test_worked_roll_up(case: dict[str, Any]) -> None:
    expected = dict(case["expected"])
    for name in ("on_schedule_pct", "coverage_pct"):
        expected[name] = as_compared(name, expected[name])
    assert roll_up(case["input"]["statuses"]) == expected


@pytest.mark.parametrize("case", cases_of("compare_areas"))
def test_worked_comparison_of_areas(case: dict[str, Any]) -> None:
    expected = dict(case["expected"])
    for name in ("sum", "difference"):
        expected[name] = as_compared(name, expected[name])
    assert compare_areas(**case["input"]) == expected


# Tables of the method

SCHEDULES = [
    ("firms", "level", "693", "1100", 0, "774 856 937 1019 1100", "81.4"),
    ("patents", "level", "3.38", "6.7", 2, "4.04 4.71 5.37 6.04 6.70", "0.664"),
    ("incubators", "level", "111", "150", 0, "119 127 134 142 150", "7.8"),
    ("va-gdp", "level", "12.2", "13", 1, "12.4 12.5 12.7 12.8 13.0", "0.16"),
    ("new-firms", "cumulative", None, "2000", 0, "400 800 1200 1600 2000", "400"),
    ("teams", "cumulative", None, "50", 0, "10 20 30 40 50", "10"),
    ("top-talents", "cumulative", None, "100", 0, "20 40 60 80 100", "20"),
    ("young-talents", "cumulative", None, "1000", 0, "200 400 600 800 1000", "200"),
    ("platforms", "count", None, "7", 0, "1 2 4 5 7", "1.4"),
]


@pytest.mark.parametrize(
    ("kind", "baseline", "target", "decimals", "schedule", "change"),
    [pytest.param(*row[1:], id=row[0]) for row in SCHEDULES],
)
def test_table_of_scheduled_values(
    kind: str, baseline: str | None, target: str, decimals: int, schedule: str, change: str
) -> None:
    indicator = Indicator(id="x", kind=kind, target=target, baseline=baseline, decimals=decimals)
    views = [assess(indicator, [], year) for year in range(2016, 2021)]
    assert [view.expected_value for view in views] == [Decimal(value) for value in schedule.split()]
    assert [view.elapsed_pct for view in views] == [20, 40, 60, 80, 100]
    assert {view.planned_annual_change for view in views} == {Decimal(change)}


GROWTH = [
    ("firms", "693", "1100", [82, 86, 90, 95]),
    ("patents", "3.38", "6.7", [74, 80, 86, 92]),
    ("incubators", "111", "150", [88, 91, 93, 96]),
    ("va-gdp", "12.2", "13", [97, 98, 98, 99]),
    ("contract-value", "50", "160", [59, 67, 76, 87]),
]


def on_constant_growth(baseline: str, target: str, years: int) -> Decimal:
    """The value after some years at the yearly rate that just meets the target in five, to 20 decimals."""
    with localcontext(Context(prec=60)):
        rate = (Decimal(target) / Decimal(baseline)) ** (Decimal(years) / 5)
        return (Decimal(baseline) * rate).quantize(Decimal("1E-20"), rounding=ROUND_CEILING)


@pytest.mark.parametrize(("baseline", "target", "paces"), [pytest.param(*row[1:], id=row[0]) for row in GROWTH])
def test_table_of_paces_on_constant_growth(baseline: str, target: str, paces: list[int]) -> None:
    indicator = level(baseline=baseline, target=target, decimals=20)
    values = [on_constant_growth(baseline, target, years) for years in range(1, 5)]
    views = [assess(indicator, [figure(2015 + n, value)], 2015 + n) for n, value in enumerate(values, 1)]
    assert [int(view.pace_pct or 0) for view in views] == paces
    for view in views:
        assert ("on_growth_path" in view.flags) == (view.status in ("behind", "far_behind"))


# Vocabulary


def test_vocabulary_covers_the_worked_cases() -> None:
    assessed = [case["expected"] for case in PUBLISHED["cases"] if case["type"] == "assess"]
    assert {expected["status"] for expected in assessed} == set(STATUSES) == set(LAMPS)
    assert {expected["reason"] for expected in assessed} - {None} == set(REASONS)
    assert {expected["baseline_source"] for expected in assessed} == set(BASELINE_SOURCES)
    assert {flag for expected in assessed for flag in expected["flags"]} == set(FLAGS)
    assert {case["input"]["indicator"]["kind"] for case in PUBLISHED["cases"] if case["type"] == "assess"} == set(
        KINDS
    )
    headlines = {case["expected"]["headline"] for case in PUBLISHED["cases"] if case["type"] == "roll_up"}
    assert headlines | {"on_schedule_incomplete"} == set(HEADLINES)


def test_flags_stand_in_the_order_of_the_method() -> None:
    assert (
        *("provisional", "revised", "baseline_revised", "series_break", "substitute_baseline", "lower_bound"),
        *("lagged", "final_missing", "over_target", "below_baseline", "hold_target", "nothing_due_yet"),
        *("on_schedule_as_published", "on_growth_path", "one_year_only"),
    ) == FLAGS


@pytest.mark.parametrize(
    ("lamp", "statuses"),
    [
        ("green", {"achieved", "reached_early", "on_track"}),
        ("yellow", {"behind"}),
        ("red", {"far_behind", "regressing", "not_achieved"}),
        ("grey", {"not_assessable", "no_data"}),
    ],
)
def test_lamps(lamp: str, statuses: set[str]) -> None:
    assert {status for status in STATUSES if LAMPS[status] == lamp} == statuses


def test_decimals_shown_of_every_field() -> None:
    shown = {name: field_decimals(name, 2) for name in ASSESSMENT_FIELDS}
    assert {name for name, decimals in shown.items() if decimals == 1} == {
        *("attainment_pct", "progress_pct", "elapsed_pct", "schedule_gap_pp", "pace_pct")
    }
    assert {name for name, decimals in shown.items() if decimals == 3} == {
        *("planned_annual_change", "actual_annual_change", "needed_annual_change", "previous_annual_change")
    }
    assert {name for name, decimals in shown.items() if decimals == 2} == {
        *("value", "baseline_value", "expected_value", "gap_to_target"),
        *("forecast_worst", "forecast_value", "forecast_best"),
    }
    assert {name for name, decimals in shown.items() if decimals is None} == {
        *("status", "reason", "flags", "data_year", "target_met", "baseline_year", "baseline_source"),
        *("expected_year", "forecast_meets_target"),
    }


# Input


def test_numbers_and_days_may_be_given_as_text() -> None:
    as_text = figure(2017, "150", "2018-06-30")
    assert as_text == figure(2017, Decimal(150), date(2018, 6, 30)) == figure(2017, 150, "2018-06-30")
    indicator = level(target=200, baseline=Decimal(100))
    assert indicator == level()
    assert assess(indicator, [as_text], 2017, "2018-06-30") == assess(level(), [as_text], 2017, date(2018, 6, 30))


def test_inputs_and_results_cannot_be_changed() -> None:
    for instance in (level(), figure(2016, "1"), assess(level(), [], 2016)):
        with pytest.raises(FrozenInstanceError):
            instance.value = Decimal(1)  # type: ignore[union-attr,misc]


def test_negative_zero_is_zero() -> None:
    view = assess(level(baseline="-0"), [figure(2016, "-0.0")], 2016)
    assert [str(number) for number in (view.value, view.baseline_value)] == ["0.0", "0"]


@pytest.mark.parametrize("name", ["target", "baseline", "previous_value", "decimals", "base_year", "end_year"])
def test_float_in_an_indicator_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"^float_not_allowed$"):
        level(**{name: 2020.0})


@pytest.mark.parametrize(("name", "value"), [("year", 2016.0), ("value", 1.5), ("submitted_on", 1.0)])
def test_float_in_a_submission_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=r"^float_not_allowed$"):
        Submission(**{"year": 2016, "value": "1", "submitted_on": "2017-06-30", name: value})  # type: ignore[arg-type]


def test_float_in_the_parameters_of_a_view_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^float_not_allowed$"):
        assess(level(), [], 2016.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^float_not_allowed$"):
        assess(level(), [], 2016, 2016.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^float_not_allowed$"):
        compare_areas(True, 1.5, {})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^float_not_allowed$"):
        compare_areas(False, None, {"A": 1.5})  # type: ignore[dict-item]


@pytest.mark.parametrize("value", ["", "1,200", "N/A", "NaN", "-Infinity", Decimal("sNaN"), Decimal("Inf"), True, []])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^not_a_number$"):
        figure(2016, value)


@pytest.mark.parametrize("value", ["1E+40", "1E-41", "-1E+999999", "0E-999999"])
def test_a_number_too_long_to_compute_with_exactly_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"^number_out_of_range$"):
        figure(2016, value)


@pytest.mark.parametrize("day", ["", "30.6.2017", "2017-02-30", datetime(2017, 6, 30), 20170630, None])
def test_what_is_no_day_is_refused(day: Any) -> None:
    with pytest.raises(ValueError, match=r"^not_a_date$"):
        figure(2016, "1", day)


def test_the_first_code_that_applies_is_raised() -> None:
    """One wrong input after the other is put right; the codes come in the order of the method."""
    wrong: dict[str, Any] = {
        "kind": "ratio",
        "direction": "sideways",
        "submitted_as": "weekly",
        "end_year": 2015,
        "target": "0",
        "baseline": "5",
    }
    repairs: list[tuple[str, dict[str, Any]]] = [
        ("unknown_kind", {"kind": "count"}),
        ("unknown_direction", {"direction": "down"}),
        ("unknown_submitted_as", {"submitted_as": "increment"}),
        ("period_is_empty", {"end_year": 2020}),
        ("as_of_year_not_after_base_year", {"base_year": 2014}),
        ("from_zero_kinds_only_go_up", {"direction": "up"}),
        ("from_zero_kinds_have_no_baseline", {"baseline": "0"}),
        ("from_zero_target_must_be_positive", {"target": "7"}),
    ]
    for code, repair in repairs:
        with pytest.raises(ValueError, match=f"^{code}$"):
            assess(level(**wrong), [figure(2015, "-1")], 2015)
        wrong.update(repair)
    with pytest.raises(ValueError, match=r"^negative_figure_for_from_zero_kind$"):
        assess(level(**wrong), [figure(2015, "-1")], 2015)
    assert assess(level(**wrong), [figure(2015, "1")], 2015).status == "on_track"


def test_a_count_is_submitted_as_increments_unless_said_otherwise() -> None:
    indicator = Indicator(id="x", kind="count", target="7", decimals=0)
    assert assess(indicator, [figure(2016, "1"), figure(2017, "2")], 2017).value == 3


def test_the_surrounding_precision_does_not_matter() -> None:
    figures = [figure(2016, "137.99")]
    with localcontext(Context(prec=3)):
        in_little = assess(level(decimals=2), figures, 2016)
    assert in_little == assess(level(decimals=2), figures, 2016)


# Groups and areas


def test_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^unknown_status$"):
        roll_up([("a", "fine")])


def test_some_unassessed_and_the_rest_on_schedule() -> None:
    group = roll_up([("a", "achieved"), ("b", "no_data"), ("c", "reached_early")])
    assert (group["headline"], group["worst_status"]) == ("on_schedule_incomplete", "reached_early")
    assert (group["on_schedule_pct"], group["coverage_pct"]) == (Decimal("66.6"), Decimal("66.6"))


@pytest.mark.parametrize("status", ["not_achieved", "regressing", "far_behind"])
def test_one_that_needs_attention_makes_the_headline(status: str) -> None:
    group = roll_up([("a", "behind"), ("b", status), ("c", "no_data")])
    assert (group["headline"], group["worst_status"]) == ("needs_attention", status)
    assert group["attention"] == ["b", "a"]


def test_ratios_are_never_summed() -> None:
    compared = compare_areas(False, "1.05", {"B": None, "C": "2.0", "A": None})
    assert compared == {
        "result": "not_additive",
        "sum": None,
        "sum_is_complete": False,
        "difference": None,
        "missing": ["A", "B"],
    }


def test_equal_sum_has_a_difference_of_zero_and_a_reported_zero_is_no_gap() -> None:
    compared = compare_areas(True, "3.50", {"A": "3.5", "B": "0"})
    assert (compared["result"], compared["difference"], compared["missing"]) == ("equal", 0, [])


def test_a_sum_with_a_gap_is_incomplete_even_where_the_province_is_missing() -> None:
    assert compare_areas(True, None, {"A": "1", "B": None})["result"] == "incomplete"


def test_no_areas_are_no_area_data() -> None:
    assert compare_areas(True, None, {})["result"] == "no_area_data"
