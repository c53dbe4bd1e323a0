"""The page of a research direction: what stands around it, what is related to it, and what it is honest about."""

import re

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fields.models import Direction, RelatedDirection
from planportal.plan.models import Plan


def page_of(client: Client, number: int, *, status: int = 200) -> str:
    response = client.get(f"/directions/{number}/")
    assert response.status_code == status
    return response.content.decode()


def links(page: str, part: str) -> list[str]:
    """The addresses that a part of the page leads to, from its heading to the next part."""
    section = page.split(f'id="{part}"', 1)[1].split("</section>", maxsplit=1)[0].split("</ol>", maxsplit=1)[0]
    return re.findall(r'<a href="([^"]*)"', section)


def test_it_says_what_it_is_where_it_stands_and_what_is_like_it(client: Client, seeded: Plan) -> None:
    page = page_of(client, 33)
    assert '<h1><span class="page-head__number">33</span> 石墨电极材料</h1>' in page
    assert '<a href="/fields/new-materials/">新材料</a>领域（第 1–40 项）' in page
    assert "规划附件1 第 33 项</a></footer>" in page
    assert links(page, "related") == ["/directions/35/", "/directions/36/"]
    assert links(page, "alliances") == ["/alliances/15/"]
    assert page.count("共同的词：<b>石墨</b>") == 3
    assert links(page, "around") == [f"/directions/{number}/" for number in (30, 31, 32, 34, 35, 36)]
    assert '<span aria-current="page">石墨电极材料</span>' in page
    assert "不是规划写明的关系" in page
    # The proof is on the first screen, on a phone too.
    assert "规划附件1 第 33 项</a>" in page.split("<header", 3)[-1].split("</header>")[0]


@pytest.mark.parametrize(
    "address", ["/directions/33/", "/fields/new-energy/", "/alliances/15/", "/platforms/1/", "/institutions/1/"]
)
def test_what_the_plan_alone_says_is_cited_with_the_day_it_was_issued(
    client: Client, seeded: Plan, address: str
) -> None:
    page = client.get(address).content.decode()
    said = f"[EB/OL]. (2017-06-12)[{timezone.localdate().isoformat()}]. http://testserver{address}."
    # Once to be opened and copied, once for paper.
    assert page.count(said) == 2


def test_in_english_places_are_cited_in_english_and_chinese_names_are_marked(client: Client, seeded: Plan) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    field = client.get("/fields/new-energy/").content.decode()
    assert ">The plan, chapter 3, section 2</a>" in field
    assert 'href="/directions/43/" lang="zh-Hans">生物质能热利用技术</a>' in field
    assert not re.search(r"\b1 directions", field)
    direction = page_of(client, 33)
    assert '<h1 lang="zh-Hans">' in direction
    assert '<p lang="zh-Hans">石墨电极材料</p>' in direction
    assert re.search(r'In common: <b lang="zh-Hans">石墨', direction)
    assert '<li aria-current="page">33</li>' in direction
    assert '<li aria-current="page" lang="zh-Hans">' in client.get("/alliances/15/").content.decode()
    assert "chapter 3, section 2" in client.get("/search/?q=新能源").content.decode()
    projects = client.get("/national-projects/").content.decode()
    assert "<h1>National projects that the plan ties its fields to</h1>" in projects


def test_a_field_says_what_the_plan_says_before_what_is_found_by_words(client: Client, seeded: Plan) -> None:
    page = client.get("/fields/new-energy/").content.decode()
    order = [page.index(f'id="{part}"') for part in ("plan", "directions", "alliances")]
    assert order == sorted(order)


@pytest.mark.parametrize(("number", "before", "after"), [(1, None, 2), (40, 39, 41), (41, 40, 42), (362, 361, None)])
def test_the_next_one_is_reached_across_fields(
    client: Client, seeded: Plan, number: int, before: int | None, after: int | None
) -> None:
    page = page_of(client, number)
    ways = {"prev": before, "next": after}
    for rel, wanted in ways.items():
        found = set(re.findall(rf'rel="{rel}" href="/directions/(\d+)/"', page))
        assert found == ({str(wanted)} if wanted else set())
    if after:
        assert Direction.objects.get(number=after).name in page.split('class="ways"')[1]


def test_only_its_own_field_is_listed_around_it(client: Client, seeded: Plan) -> None:
    assert links(page_of(client, 40), "around") == ["/directions/37/", "/directions/38/", "/directions/39/"]


@pytest.mark.parametrize(("number", "twin"), [(355, 362), (362, 355)])
def test_a_text_that_is_printed_twice_is_said_to_be(client: Client, seeded: Plan, number: int, twin: int) -> None:
    page = page_of(client, number)
    assert f'第 {number} 项和<a href="/directions/{twin}/">第 {twin} 项</a>' in page
    assert "把同样的文字印了两次" not in page_of(client, 354)


def test_what_has_no_words_in_common_with_anything_says_so(client: Client, seeded: Plan) -> None:
    page = page_of(client, 145)
    assert "没有别的研发方向与它有共同或相关的词。" in page
    assert "附件3 的联盟，名称都与它没有共同或相关的词。" in page


def test_what_the_plan_ties_to_the_field_is_not_said_of_the_direction(client: Client, seeded: Plan) -> None:
    page = page_of(client, 191)
    assert "规划把国家项目和单位写给整个领域，没有写给单个研发方向。" in page
    assert '<a href="/national-projects/#next-generation-it-3">人工智能2.0</a>' in page
    assert '<a href="/institutions/7/">哈尔滨工业大学</a>' in page
    assert "/api/v1/directions/?format=csv&amp;field=next-generation-it" in page


@pytest.mark.parametrize("number", [0, 363, 10**25])
def test_a_number_that_the_plan_does_not_have_is_404_and_leads_on(client: Client, seeded: Plan, number: int) -> None:
    assert 'href="/directions/"' in page_of(client, number, status=404)


def test_many_relations_ask_as_often_as_none(client: Client, seeded: Plan) -> None:
    asked = []
    for number in (145, 347):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_of(client, number)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_lists_lead_to_it(client: Client, seeded: Plan) -> None:
    for address in ("/directions/", "/fields/new-materials/"):
        page = client.get(address).content.decode()
        assert 'href="/directions/33/">石墨电极材料</a>' in page


def test_a_direction_is_not_stored_as_related_to_itself(seeded: Plan) -> None:
    one = Direction.objects.get(number=33)
    with pytest.raises(ValidationError, match="研发方向不能与自己相关"):
        RelatedDirection(direction=one, related=one, position=9, shared="石墨").full_clean()


def test_a_field_leads_to_its_alliances_and_to_the_fields_on_both_sides(client: Client, seeded: Plan) -> None:
    page = client.get("/fields/new-energy/").content.decode()
    counts = re.findall(r'href="/alliances/(\d+)/">[^<]*</a> <span class="muted">(\d+) 个方向', page)
    assert ("6", "6") in counts
    assert [int(count) for _number, count in counts] == sorted((int(count) for _n, count in counts), reverse=True)
    assert 'rel="prev" href="/fields/new-materials/"' in page
    assert 'rel="next" href="/fields/biotechnology/"' in page
    assert 'rel="prev"' not in client.get("/fields/new-materials/").content.decode()
