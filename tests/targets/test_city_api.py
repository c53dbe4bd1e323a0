"""One prefecture by API: every row follows from the open figures, and nothing unapproved is ever in it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from planportal.plan.models import Plan
from tests.targets.desk import OFFICIAL, ROOT, Desk, codes, rows

HARBIN, QIQIHAR = "230100", "230200"
FIRMS, RESULTS, INTENSITY = "high-tech-enterprises", "registered-results", "rd-intensity"
EMPTY = {"year": None, "value": None, "yearly_change": None, "share_pct": None, "rank": None}


def ask(client: APIClient, code: str = HARBIN, **question: Any) -> dict[str, Any]:
    response = client.get(f"{ROOT}cities/{code}/", question)
    assert response.status_code == 200, response.content
    return dict(response.json())


def row(client: APIClient, target: str, code: str = HARBIN, **question: Any) -> dict[str, Any]:
    return next(one for one in ask(client, code, **question)["targets"] if one["code"] == target)


def test_a_prefecture_is_answered_whole(public: APIClient) -> None:
    found = ask(public)
    assert list(found) == ["code", "name", "as_of_year", "targets"]
    assert (found["code"], found["name"], found["as_of_year"]) == (HARBIN, "哈尔滨市", 2020)
    assert [one["code"] for one in found["targets"]] == [one["code"] for one in rows(public, "targets/")]
    reported = {"year": 2020, "value": "1180", "yearly_change": None, "share_pct": "61.0", "rank": 1}
    assert found["targets"] == [
        {"code": one["code"]} | (reported if one["code"] == FIRMS else EMPTY) for one in found["targets"]
    ]
    assert row(public, FIRMS, QIQIHAR)["rank"] == 2
    assert row(public, FIRMS, as_of_year=2019) == {"code": FIRMS} | EMPTY


def test_changes_ties_ratios_and_a_missing_province(desk: Desk, public: APIClient) -> None:
    for year, value in ((2018, "0"), (2019, "12")):
        desk.in_state("approved", target=RESULTS, year=year, value=value, area=HARBIN)
    desk.in_state("approved", target=RESULTS, year=2019, value="12", area=QIQIHAR)
    desk.in_state("approved", target=INTENSITY, year=2019, value="1.50", area=HARBIN, basis="rebased")
    expected = {"code": RESULTS, "year": 2019, "value": "12", "yearly_change": "12", "share_pct": None, "rank": 1}
    assert row(public, RESULTS) == expected
    assert row(public, RESULTS, QIQIHAR) == expected | {"yearly_change": None}
    assert row(public, RESULTS, as_of_year=2018) == {"code": RESULTS} | EMPTY | {"year": 2018, "value": "0", "rank": 1}
    assert row(public, INTENSITY) == {
        "code": INTENSITY,
        "year": 2019,
        "value": "1.50",
        "yearly_change": None,
        "share_pct": None,
        "rank": 1,
    }
    desk.in_state("approved", target=RESULTS, year=2019, value="36", area=None)
    assert row(public, RESULTS)["share_pct"] == "33.3"


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn"])
def test_what_is_not_approved_is_not_in_it(desk: Desk, public: APIClient, state: str) -> None:
    desk.in_state(state, target=RESULTS, year=2019, value="12", area=HARBIN)
    for client in (public, desk.client(OFFICIAL)):
        assert row(client, RESULTS) == {"code": RESULTS} | EMPTY


def test_a_figure_taken_back_leaves_the_year_before(desk: Desk, public: APIClient) -> None:
    for year, value in ((2018, "7"), (2019, "12")):
        desk.in_state("approved", target=RESULTS, year=year, value=value, area=HARBIN)
    desk.in_state("approved", target=RESULTS, year=2019, value=None, area=HARBIN, reason="报错了", cause="error")
    assert row(public, RESULTS)["year"] == 2018


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("cities/230100/?as_of_year=2015", 400, "invalid"),
        ("cities/230100/?as_of_year=x", 400, "invalid"),
        ("cities/230100/?known_by=2020-01-01", 400, "unknown_parameter"),
        ("cities/230100/?view=approved", 400, "unknown_parameter"),
        ("cities/999999/", 404, "not_found"),
        ("cities/compare/", 404, "not_found"),
    ],
)
def test_what_cannot_be_answered_is_refused(public: APIClient, address: str, status: int, code: str) -> None:
    response = public.get(f"{ROOT}{address}")
    assert (response.status_code, codes(response)) == (status, [code])


def test_a_later_year_is_answered_as_the_plans_and_echoed_as_asked(public: APIClient) -> None:
    later = ask(public, as_of_year=2031)
    assert later == ask(public) | {"as_of_year": 2031}


def test_another_plan_has_its_own_targets(seeded: Plan, public: APIClient, desk: Desk) -> None:
    assert public.get(f"/p/{seeded.code}/api/v1/cities/{HARBIN}/").json() == ask(public)


def test_the_count_of_queries_does_not_grow_with_figures(desk: Desk, public: APIClient) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            ask(public)
        return len(captured)

    ask(public)
    before = queries()
    for area in (HARBIN, QIQIHAR, "230300"):
        desk.in_state("approved", target=RESULTS, year=2019, value="12", area=area)
    assert queries() == before <= 6
