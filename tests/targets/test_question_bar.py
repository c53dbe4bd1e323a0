"""The question bar: every page says which view it is, and leads to each neighbouring one that there is."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from planportal.plan.models import Plan
from targets.models import View
from targets.question_words import question_words
from targets.questions import Question
from tests.reading import links, text

PAGES = ("/", "/targets/", "/targets/rd-intensity/", "/dashboard/")
KNOWLEDGE = (
    ({}, "按今天所知"),
    ({"view": "approved"}, "按今天所知"),
    ({"known_by": "2018-12-31"}, "按 2018年12月31日所知"),
    ({"view": "reported"}, "按今天所知，含待审核数据"),
)
Browse = Callable[[str], Client]


def bar(page: HttpResponse) -> str:
    assert page.status_code == 200, page.content
    return page.content.decode().split('<section class="question"', 1)[1].split("</section>", 1)[0]


def hidden(page: HttpResponse) -> dict[str, str]:
    """What the form that asks for a day sends along."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', bar(page)))


@pytest.mark.parametrize("path", PAGES)
def test_every_combination_says_which_view_it_is(browse: Browse, path: str) -> None:
    client = browse("demo-harbin")
    for year in (*range(2016, 2022), 2030):
        for given, known in KNOWLEDGE:
            page = client.get(path, {"as_of_year": year, **given})
            assert f"<strong>本页：截至 {year} 年、{known}。</strong>" in bar(page)
            marked = re.findall(r'aria-current="true">([^<]*)<', bar(page))
            view = "含待审核" if given.get("view") == "reported" else "已审核"
            assert marked == ([str(year)] if year <= 2020 else []) + [view]


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/", {}),
        ("/targets/", {"goal": "1", "status": "achieved"}),
        ("/targets/rd-intensity/", {"basis": "first"}),
        ("/dashboard/", {"department": "kjt", "kind": "level"}),
    ],
)
def test_each_link_changes_one_thing_and_keeps_the_rest(browse: Browse, path: str, own: dict[str, str]) -> None:
    client = browse("demo-harbin")
    asked = own | {"as_of_year": "2018", "known_by": "2020-01-31"}
    page = client.get(path, asked)
    found = links(page, "question")
    for year in range(2016, 2021):
        assert found[str(year)] == asked | {"as_of_year": str(year)}
    assert found["按当时所知（2019年12月31日，该年报告期结束时）"] == asked | {"known_by": "2019-12-31"}
    assert found["改看按今天所知"] == own | {"as_of_year": "2018"}
    assert hidden(page) == own | {"as_of_year": "2018"}
    assert 'name="known_by" value="2020-01-31"' in bar(page)
    now = links(client.get(path, own | {"as_of_year": "2018"}), "question")
    assert now["含待审核"] == own | {"as_of_year": "2018", "view": "reported"}
    reported = links(client.get(path, own | {"view": "reported"}), "question")
    assert (reported["已审核"], reported["2017"]) == (own, own | {"as_of_year": "2017", "view": "reported"})


@pytest.mark.parametrize("path", PAGES)
def test_what_cannot_be_combined_is_explained_and_not_offered(browse: Browse, path: str) -> None:
    client = browse("demo-harbin")
    known = client.get(path, {"known_by": "2020-01-31"})
    assert "含待审核" not in links(known, "question")
    assert "“含待审核”只有当前情况，选了日期就不能看。" in bar(known)
    reported = client.get(path, {"view": "reported"})
    assert 'type="date"' not in bar(reported)
    assert "“含待审核”只有当前情况，不能再选“按哪一天所知”。" in bar(reported)
    assert not any(name.startswith("按当时所知") for name in links(reported, "question"))
    both = client.get(path, {"view": "reported", "known_by": "2020-01-31"})
    assert both.status_code == 400
    assert "“含待审核”的视图只有当前情况，不能与 known_by 同用。" in text(both)


@pytest.mark.parametrize("path", PAGES[:3])
def test_the_public_is_not_offered_what_waits(seeded: Plan, client: Client, path: str) -> None:
    page = client.get(path)
    assert "含待审核" not in bar(page)
    assert "已审核" not in links(page, "question")


def test_a_choice_of_a_date_is_not_offered_twice(seeded: Plan, client: Client) -> None:
    page = client.get("/targets/?as_of_year=2018&known_by=2019-12-31")
    assert not any(name.startswith("按当时所知") for name in links(page, "question"))


def test_the_day_that_closed_a_year_moves_with_the_year_and_no_other(seeded: Plan, client: Client) -> None:
    found = links(client.get("/targets/?as_of_year=2018&known_by=2019-12-31&status=achieved"), "question")
    for year in range(2016, 2021):
        assert found[str(year)] == {"as_of_year": str(year), "known_by": f"{year + 1}-12-31", "status": "achieved"}
    other = links(client.get("/targets/?as_of_year=2018&known_by=2020-12-31"), "question")
    assert other["2016"] == {"as_of_year": "2016", "known_by": "2020-12-31"}


def test_a_closing_day_that_is_still_to_come_is_no_day_of_knowledge(seeded: Plan) -> None:
    this_year = timezone.localdate().year
    seeded.end_year = this_year
    closed = Question(this_year - 2, this_year - 2, date(this_year - 1, 12, 31), View.APPROVED)
    days = {choice.year: choice.known_by for choice in question_words(seeded, closed).years}
    assert (days[this_year - 2], days[this_year - 1], days[this_year]) == (date(this_year - 1, 12, 31), None, None)


def test_what_was_typed_into_the_address_stays_text(seeded: Plan, client: Client) -> None:
    page = client.get("/targets/", {"x": '"><script>'})
    assert hidden(page) == {"x": "&quot;&gt;&lt;script&gt;"}
    assert unescape(hidden(page)["x"]) == '"><script>'
