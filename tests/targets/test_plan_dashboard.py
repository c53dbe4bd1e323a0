"""The plan's rows wherever they stand: every number is the API's for the same question; order, filters, goals."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from tests.reading import ShownRow, plain, target_rows, text
from tests.targets.desk import AUDITOR, ROOT, Desk

PAGES = ("/", "/targets/", "/dashboard/")
QUESTIONS: list[dict[str, str]] = [
    {"as_of_year": "2017"},
    {"as_of_year": "2018"},
    {"as_of_year": "2020"},
    {"as_of_year": "2018", "known_by": "2018-12-31"},
    {"as_of_year": "2020", "known_by": "2018-12-31"},
    {"as_of_year": "2020", "view": "reported"},
]
Browse = Callable[[str], Client]
Assessments = dict[str, dict[str, Any]]
NUMBER = re.compile(r"[−+]?\d[\d,]*(?:\.\d+)?")


def answer(api: APIClient, question: dict[str, str]) -> dict[str, Any]:
    response = api.get(f"{ROOT}dashboard/", question)
    assert response.status_code == 200, response.content
    return dict(response.json())


def by_code(found: dict[str, Any]) -> Assessments:
    return {
        row["code"]: row["assessment"] | {"target_value": row["target_value"]}
        for goal in found["goals"]
        for row in goal["targets"]
    }


def numbers(words: str) -> set[str]:
    return {plain(found) for found in NUMBER.findall(words)}


def change_of(wanted: dict[str, Any], earlier: dict[str, Any] | None) -> str | None:
    """Since the year before: from the API's answer for it, or from the baseline."""
    year, value, before = wanted["data_year"], wanted["value"], None
    if earlier and earlier["data_year"] == year - 1:
        before = earlier["value"]
    elif wanted["baseline_year"] == year - 1:
        before = wanted["baseline_value"]
    return None if before is None else str(Decimal(value) - Decimal(before))


def check(row: ShownRow, wanted: dict[str, Any], earlier: dict[str, Any] | None) -> None:
    """Each number of a row, in the words, in the drawing and in its title."""
    assert row.status == wanted["status"]
    title, drawn = row.bullet
    if wanted["value"] is None:
        assert row.value is None
        assert row.cells["missing"].startswith("尚未报送（责任单位：")
        assert numbers(title) == {wanted["target_value"]}
        return
    assert row.value == wanted["value"]
    lagged = "数据为 " if "lagged" in wanted["flags"] else ""
    assert f"{lagged}{wanted['data_year']}年 ·" in row.cells["value"]
    pace = wanted["pace_pct"]
    assert plain(row.cells["pace"]) == (f"{pace}%" if pace else "—不计进度比")
    assert plain(row.cells["change"]) == (change_of(wanted, earlier) or "—没有可比的上年数据")
    stated = {str(wanted["data_year"]), wanted["value"], wanted["target_value"]}
    if wanted["progress_pct"] is not None:
        stated |= {wanted["progress_pct"], wanted["expected_value"]}
    assert numbers(title) == stated
    value = {wanted["value"]} if 'data-state="drawn"' in row.html["bullet"] else set()
    assert numbers(drawn) == {wanted["target_value"], wanted["baseline_value"]} - {None} | value


def known_on(api: APIClient, row: ShownRow, wanted: dict[str, Any]) -> set[str]:
    """From which days the figures of a row's value and year count, by the open list."""
    figures = api.get(f"{ROOT}targets/{row.code}/figures/?page_size=500").json()["results"]
    own = [figure for figure in figures if figure["area"] is None and figure["year"] == wanted["data_year"]]
    return {figure["known_from"] for figure in own if figure["value"] == wanted["value"]}


@pytest.fixture
def _at_work(desk: Desk) -> None:
    """A figure that waits, a sum of two years, and a count."""
    desk.in_state("submitted", target="registered-results", year=2020, value="1850")
    desk.in_state("approved", target="innovation-teams", year=2016, value="12")
    desk.in_state("approved", target="innovation-teams", year=2017, value="8")
    desk.in_state("approved", target="internet-plus-platforms", year=2016, value="1")


@pytest.mark.usefixtures("_at_work")
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda asked: "-".join(asked.values()))
def test_every_number_of_a_row_is_the_apis(browse: Browse, desk: Desk, question: dict[str, str]) -> None:
    api, today = desk.client(AUDITOR), timezone.localdate().isoformat()
    found = answer(api, question)
    wanted = by_code(found)
    past: dict[int, Assessments] = {}
    for path in PAGES:
        page = browse("demo-auditor").get(path, question)
        shown = target_rows(page)
        on_home = set(wanted) - set(found["roll_up"]["unassessed"])
        assert {row.code for row in shown} == (on_home if path == "/" else set(wanted))
        for row in shown:
            year = wanted[row.code]["data_year"]
            if year and year > 2016 and year not in past:
                past[year] = by_code(answer(api, question | {"as_of_year": str(year - 1)}))
            check(row, wanted[row.code], past.get(year, {}).get(row.code))
            if year:
                assert row.known_on in (known_on(api, row, wanted[row.code]) or {today})
        assert ("1,850" in text(page)) == ("view" in question)
        if path != "/targets/":
            assert counts(page) == found["roll_up"]["counts"]


def counts(page: HttpResponse) -> dict[str, int]:
    listed = page.content.decode().split('<ul class="stats"', 1)[1].split("</ul>", 1)[0]
    found = re.findall(r'stat__count">(\d+)</span>.*?data-status="(\w+)"', listed, re.DOTALL)
    return {status: int(count) for count, status in found}


def dashboard(browse: Browse, **asked: Any) -> HttpResponse:
    page = browse("demo-harbin").get("/dashboard/", asked)
    assert page.status_code == 200, page.content
    return page


def codes_under(page: HttpResponse, heading: str) -> list[str]:
    """The targets of the first table after a heading."""
    html = page.content.decode().split(f'id="{heading}"', 1)[1].split("</table>", 1)[0]
    return re.findall(r"/targets/([-\w]+)/(?!figures)", html)


def test_what_needs_attention_stands_first_and_worst_first(browse: Browse, desk: Desk) -> None:
    desk.in_state("approved", target="incubators", year=2018, value="120")
    desk.in_state("approved", target="high-tech-value-added-share", year=2018, value="12.5")
    page = dashboard(browse, as_of_year=2018)
    # Backwards before far behind before behind, against the plan's order.
    attention = answer(desk.client(AUDITOR), {"as_of_year": "2018"})["roll_up"]["attention"]
    assert attention == ["rd-intensity", "incubators", "high-tech-value-added-share"]
    assert codes_under(page, "attention") == attention
    html = page.content.decode()
    assert html.index("哈尔滨市与全省") < html.index('id="province"') < html.index('id="attention"')
    assert html.index('id="attention"') < html.index('id="goal-1"')


def test_the_own_prefecture_is_short_and_leads_to_the_rest(browse: Browse, desk: Desk) -> None:
    own = {"area": "230100"}
    desk.in_state("approved", target="rd-intensity", year=2019, value="1.5", basis="rebased", **own)
    desk.in_state("approved", target="incubators", year=2018, value="60", **own)
    assert "其余" not in text(dashboard(browse))
    desk.in_state("approved", target="registered-results", year=2019, value="412", **own)
    page = dashboard(browse, as_of_year=2019, known_by="2099-01-01")
    assert codes_under(page, "own") == ["rd-intensity", "registered-results", "incubators"]
    html = dashboard(browse).content.decode()
    assert codes_under(dashboard(browse), "own") == ["high-tech-enterprises", "rd-intensity", "registered-results"]
    assert '<a href="/cities/230100/">其余 1 项指标的最新数据</a>' in html
    assert html.index("finding__sentence") < html.index('id="own"') < html.index('id="province"')
    assert html.index('id="own"') < html.index('class="stats"')


def test_qualitative_goals_stand_as_such(browse: Browse) -> None:
    told = text(dashboard(browse))
    assert told.count("本目标为定性目标，规划未设定量指标。") == 2
    only = dashboard(browse, goal=4)
    assert text(only).count("本目标为定性目标，规划未设定量指标。") == 1
    assert (target_rows(only), "没有符合条件的指标" in text(only)) == ([], False)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"goal": "1"}, 3),
        ({"department": "zscqj"}, 1),
        ({"kind": "annual_flow"}, 2),
        ({"status": "not_achieved"}, 1),
        ({"goal": "1", "status": "not_achieved"}, 1),
        ({"goal": "2", "status": "not_achieved"}, 0),
    ],
)
def test_the_dashboard_is_filtered_and_its_address_says_how(browse: Browse, asked: dict[str, str], count: int) -> None:
    page = dashboard(browse, **asked)
    rows = {row.code for row in target_rows(page)}
    assert (len(rows), f"共 {count} 项" in text(page)) == (count, True)
    assert ("rd-intensity" in rows) == ('id="attention"' in page.content.decode())
    form = page.context["selection"].form
    for name, value in asked.items():
        assert f'value="{value}" selected' in str(form[name])
    assert ("没有符合条件的指标" in text(page)) == (count == 0)
    # The counts stay those of the plan, and each leads to its own rows.
    assert sum(counts(page).values()) == 13
    assert 'href="/dashboard/?status=achieved#targets"' in page.content.decode()


def test_a_filter_that_is_none_is_a_400_page(browse: Browse) -> None:
    for asked in ({"status": "perfect"}, {"goal": "99"}, {"department": "x"}, {"kind": "x"}):
        page = browse("demo-harbin").get("/dashboard/", asked)
        assert page.status_code == 400
        assert f"“{next(iter(asked.values()))}”不能用作" in text(page)


def test_queries_do_not_grow_with_figures(browse: Browse, desk: Desk) -> None:
    def queries(**asked: str) -> int:
        client = browse("demo-harbin")
        client.get("/dashboard/", asked)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/dashboard/", asked).status_code == 200
        return len(captured)

    questions = ({}, {"known_by": "2099-12-31"}, {"known_by": "2026-01-01", "as_of_year": "2018"})
    before = [queries(**asked) for asked in questions]
    for code in ("incubators", "registered-results", "innovation-teams"):
        for year in (2017, 2018):
            desk.in_state("approved", target=code, year=year, value="120")
    assert [queries(**asked) for asked in questions] == before
