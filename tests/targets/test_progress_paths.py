"""The way of an indicator year by year agrees with its assessment, and the schedule with the published table."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from targets.progress import Indicator, Submission, actual_path, assess, scheduled_path

PUBLISHED = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case["id"]) for case in PUBLISHED["cases"] if case["type"] == "assess"]


def inputs(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "indicator": Indicator(**given["indicator"]),
        "submissions": [Submission(**submission) for submission in given["submissions"]],
        "as_of_year": given["as_of_year"],
        "known_by": given["known_by"] and _day(given["known_by"]),
    }


def _day(text: str) -> Any:
    return Submission(year=2016, value=None, submitted_on=text).submitted_on


@pytest.mark.parametrize("case", CASES)
def test_path_ends_at_the_value_of_the_assessment(case: Any) -> None:
    given = inputs(case["input"])
    assessment = assess(**given)
    step = actual_path(**given).at(assessment.data_year)
    assert (step.value if step else None) == assessment.value


@pytest.mark.parametrize("case", CASES)
def test_scheduled_path_passes_through_the_expected_value(case: Any) -> None:
    given = inputs(case["input"])
    assessment = assess(**given)
    path = scheduled_path(given["indicator"], assessment.baseline_value, assessment.baseline_year)
    assert path.get(assessment.expected_year) == assessment.expected_value


@pytest.mark.parametrize(
    ("indicator", "baseline", "due"),
    [
        ({"kind": "level", "target": "1100", "decimals": 0}, "693", "774 856 937 1019 1100"),
        ({"kind": "level", "target": "6.7", "decimals": 2}, "3.38", "4.04 4.71 5.37 6.04 6.70"),
        ({"kind": "level", "target": "150", "decimals": 0}, "111", "119 127 134 142 150"),
        ({"kind": "level", "target": "13", "decimals": 1}, "12.2", "12.4 12.5 12.7 12.8 13.0"),
        ({"kind": "cumulative", "target": "2000", "decimals": 0}, "0", "400 800 1200 1600 2000"),
        ({"kind": "count", "target": "7", "decimals": 0}, "0", "1 2 4 5 7"),
    ],
)
def test_scheduled_path_is_the_published_table(indicator: dict[str, Any], baseline: str, due: str) -> None:
    path = scheduled_path(Indicator(id="x", **indicator), Decimal(baseline), 2015)
    assert list(path) == list(range(2015, 2021))
    assert [str(path[year]) for year in range(2016, 2021)] == due.split()


def test_there_is_no_scheduled_path_without_baseline_or_target() -> None:
    level = {"id": "x", "kind": "level", "decimals": 0}
    assert scheduled_path(Indicator(target="10", **level), None, None) == {}
    assert scheduled_path(Indicator(target=None, **level), Decimal(5), 2015) == {}


def test_a_hold_target_is_due_in_full_every_year() -> None:
    path = scheduled_path(Indicator(id="x", kind="level", target="10", decimals=0), Decimal(12), 2015)
    assert [path[year] for year in range(2016, 2021)] == [10, 10, 10, 10, 10]


def test_a_change_needs_both_years_on_one_basis() -> None:
    submissions = [
        Submission(year=2016, value="1.0", submitted_on="2017-01-01", basis="first"),
        Submission(year=2017, value="1.2", submitted_on="2018-01-01", basis="rebased"),
        Submission(year=2018, value="1.5", submitted_on="2019-01-01", basis="rebased"),
        Submission(year=2020, value="1.6", submitted_on="2021-01-01", basis="rebased", provisional=True),
    ]
    indicator = Indicator(id="x", kind="level", target="2", decimals=1)
    path = actual_path(indicator, submissions, 2020)
    assert path.basis == "rebased"
    assert [(step.year, step.change) for step in path.steps] == [(2017, None), (2018, Decimal("0.3")), (2020, None)]
    assert [step.provisional for step in path.steps] == [False, False, True]


def test_a_sum_steps_by_its_increments_from_zero() -> None:
    submissions = [
        Submission(year=2016, value="3", submitted_on="2017-01-01"),
        Submission(year=2017, value="0", submitted_on="2018-01-01"),
        Submission(year=2018, value="4", submitted_on="2019-01-01"),
        Submission(year=2018, value="5", submitted_on="2019-06-01"),
    ]
    path = actual_path(Indicator(id="x", kind="cumulative", target="8", decimals=0), submissions, 2020)
    assert [(step.year, step.value, step.change) for step in path.steps] == [
        (2015, 0, None),
        (2016, 3, 3),
        (2017, 3, 0),
        (2018, 8, 5),
    ]
    assert [step.revised for step in path.steps] == [False, False, False, True]
    assert [step.meets_target for step in path.steps] == [False, False, False, True]


@pytest.mark.parametrize(
    ("indicator", "known_by", "days"),
    [
        ({"kind": "level", "baseline": "5"}, None, {2015: None, 2016: "2019-05-01", 2017: "2018-03-01"}),
        ({"kind": "level", "baseline": "5"}, "2019-04-30", {2015: None, 2016: "2017-03-01", 2017: "2018-03-01"}),
        ({"kind": "cumulative"}, None, {2015: None, 2016: "2019-05-01", 2017: "2019-05-01"}),
        (
            {"kind": "cumulative", "submitted_as": "running_total"},
            None,
            {2015: None, 2016: "2019-05-01", 2017: "2018-03-01"},
        ),
    ],
)
def test_a_value_is_known_from_the_day_of_its_figure_and_a_sum_from_its_latest(
    indicator: dict[str, Any], known_by: str | None, days: dict[int, str | None]
) -> None:
    figures = [(2016, "6", "2017-03-01"), (2017, "8", "2018-03-01"), (2016, "7", "2019-05-01")]
    submissions = [Submission(year=year, value=value, submitted_on=day) for year, value, day in figures]
    given = Indicator(id="x", target="20", decimals=0, **indicator)
    path = actual_path(given, submissions, 2018, _day(known_by) if known_by else None)
    assert {step.year: step.known_on and step.known_on.isoformat() for step in path.steps} == days
