"""The page of an alliance: the directions that its name touches, field by field, and where the plan names it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planportal.plan.models import Plan


def page_of(client: Client, number: int, *, status: int = 200) -> str:
    response = client.get(f"/alliances/{number}/")
    assert response.status_code == status
    return response.content.decode()


def test_it_lists_what_it_touches_field_by_field_with_the_words(client: Client, seeded: Plan) -> None:
    page = page_of(client, 36)
    assert "与附件1 的 14 个研发方向有共同或相关的词，分布在 2 个领域。" in page
    assert re.findall(r'id="field-([\w-]+)"', page) == ["high-end-equipment", "livelihood-technology"]
    assert {"130", "139", "347"} <= set(re.findall(r'href="/directions/(\d+)/"', page))
    assert "相关的词：<b>机器人≈机械手</b>" in page
    assert page.count("共同的词：<b>机器人</b>") == 12
    assert "“≈”前后是本站人工编的相关词，不是同一个词。" in page
    assert not re.search("共同的词：<b>[^<]*≈", page)
    assert "规划附件3 第 36 项</a></footer>" in page
    assert '<a href="/alliances/27/">黑龙江省医疗器械产业技术创新战略联盟</a>' in page
    assert 'href="/alliances/36/"' not in page


@pytest.mark.parametrize(("number", "level"), [(15, "国家级"), (36, "省级")])
def test_its_level_is_said(client: Client, seeded: Plan, number: int, level: str) -> None:
    head = page_of(client, number).split("</header>")[-2]
    assert f">{level}</span>" in head


def test_one_without_a_direction_in_common_says_so(client: Client, seeded: Plan) -> None:
    page = page_of(client, 23)
    assert "附件1 的研发方向，名称都与它没有共同或相关的词。" in page
    assert "没有写明它做哪些研发方向" in page


@pytest.mark.parametrize(("number", "before", "after"), [(1, None, 2), (15, 14, 16), (51, 50, None)])
def test_it_leads_to_both_sides(
    client: Client, seeded: Plan, number: int, before: int | None, after: int | None
) -> None:
    page = page_of(client, number)
    for rel, wanted in {"prev": before, "next": after}.items():
        assert set(re.findall(rf'rel="{rel}" href="/alliances/(\d+)/"', page)) == ({str(wanted)} if wanted else set())


def test_an_unknown_one_is_404(client: Client, seeded: Plan) -> None:
    assert "没有这个页面" in page_of(client, 52, status=404)


def test_many_directions_ask_as_often_as_none(client: Client, seeded: Plan) -> None:
    asked = []
    for number in (23, 13):
        with CaptureQueriesContext(connection) as queries:
            page_of(client, number)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_list_counts_levels_and_leads_to_each(client: Client, seeded: Plan) -> None:
    page = client.get("/alliances/").content.decode()
    assert "国家级 5 个，省级 46 个。" in page
    assert len(re.findall(r'class="numbered__name" href="/alliances/\d+/"', page)) == 51
    assert "国家级 5 个，省级 46 个。" in client.get("/alliances/?level=national").content.decode()
