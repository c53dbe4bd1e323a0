"""What waits for approval, in the view that counts it: whatever rests on it says so, and nothing calls it approved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from targets import recompute
from tests.reading import target_rows, text
from tests.targets.desk import OFFICIAL, Desk

FIRMS, RESULTS, RD = "high-tech-enterprises", "registered-results", "rd-intensity"
Look = Callable[[str, int, str], HttpResponse]


@pytest.fixture
def look(browse: Callable[[str], Client]) -> Look:
    """The page of a target as of a year in a view, for an official."""
    client = browse(OFFICIAL)

    def page(code: str, year: int, view: str = "reported") -> HttpResponse:
        recompute.sweep()
        response = client.get(f"/targets/{code}/?as_of_year={year}&view={view}")
        assert response.status_code == 200
        return response

    return page


def tags(page: HttpResponse) -> tuple[str, ...]:
    found: tuple[str, ...] = page.context["page"].row.tags
    return found


@pytest.mark.parametrize(
    ("given", "year", "tag"),
    [
        # The value itself; the baseline; a year between, which the path and the scenarios take.
        ({"target": FIRMS, "year": 2020, "value": "2000", "reason": "更正"}, 2020, {"待审核"}),
        ({"target": FIRMS, "year": 2015, "value": "700", "reason": "更正"}, 2020, {"待审核"}),
        ({"target": FIRMS, "year": 2017, "value": "929"}, 2020, {"待审核"}),
        ({"target": "innovation-teams", "year": 2016, "value": "4"}, 2018, {"待审核"}),
        # After the year viewed; on a basis that is not in force.
        ({"target": FIRMS, "year": 2020, "value": "2000", "reason": "更正"}, 2019, set()),
        ({"target": RD, "year": 2018, "value": "0.84", "basis": "first", "reason": "更正"}, 2020, set()),
    ],
)
def test_what_rests_on_a_waiting_figure_is_marked(
    desk: Desk, look: Look, given: dict[str, Any], year: int, tag: set[str]
) -> None:
    desk.in_state("submitted", **given)
    assert {"待审核"} & set(tags(look(given["target"], year, "reported"))) == tag
    assert "待审核" not in tags(look(given["target"], year, "approved"))


def test_a_waiting_withdrawal_marks_what_is_left_and_its_year(
    desk: Desk, look: Look, browse: Callable[[str], Client]
) -> None:
    for year, value in ((2017, "130"), (2018, "140")):
        desk.in_state("approved", target=RESULTS, year=year, value=value)
    desk.in_state("submitted", target=RESULTS, year=2018, value=None, reason="重复统计，内部说明")
    page = look(RESULTS, 2019, "reported")
    shown = page.context["page"]
    assert (shown.row.value, shown.row.value_year, "待审核" in shown.row.tags) == (130, 2017, True)
    assert {line.year: line.source for line in shown.years}[2018] == "撤回待审核"
    assert "内部说明" not in text(page)
    listed = {row.code: row for row in target_rows(browse(OFFICIAL).get("/targets/?as_of_year=2019&view=reported"))}
    assert "待审核" in listed[RESULTS].cells["value"] + listed[RESULTS].cells["lamp"]
    approved = look(RESULTS, 2019, "approved").context["page"]
    assert (approved.row.value, "待审核" in approved.row.tags) == (140, False)
    # Of the only figure: nothing is left, and that waits as well.
    desk.in_state("submitted", target=RESULTS, year=2017, value=None, reason="重复统计")
    last = look(RESULTS, 2019, "reported").context["page"].row
    assert (last.status, "待审核" in last.tags) == ("no_data", True)


def test_a_waiting_baseline_is_not_called_approved(desk: Desk, look: Look) -> None:
    figure = desk.in_state("submitted", target=FIRMS, year=2015, value="700", reason="更正")
    page = look(FIRMS, 2020, "reported")
    assert page.context["page"].baseline == "700 家（2015 年，待审核数据）"
    assert "基期采用后来的数据，与规划所载的基期值不同。" in text(page)
    assert "审核通过的数据" not in text(page)
    assert "规划所载" in look(FIRMS, 2020, "approved").context["page"].baseline
    desk.done("demo-reviewer", figure, "approve")
    assert look(FIRMS, 2020, "reported").context["page"].baseline == "700 家（2015 年，已审核数据）"


def test_queries_do_not_grow_with_what_waits(desk: Desk, browse: Callable[[str], Client]) -> None:
    official = browse(OFFICIAL)

    def cost() -> int:
        recompute.sweep()
        with CaptureQueriesContext(connection) as seen:
            assert official.get("/targets/?as_of_year=2020&view=reported").status_code == 200
        return len(seen)

    desk.in_state("submitted", target=FIRMS, year=2017, value="929")
    before = cost()
    for code, year in ((FIRMS, 2015), (FIRMS, 2018), (RESULTS, 2018), ("innovation-teams", 2016)):
        desk.in_state("submitted", target=code, year=year, value="930", reason="更正")
    assert cost() == before
