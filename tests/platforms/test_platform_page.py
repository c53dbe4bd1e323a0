"""The page of a platform: its place, the target that counts it, and what the plan does not say."""

import re

import pytest
from django.test import Client

from planportal.plan.models import Plan


@pytest.mark.parametrize(("number", "before", "after"), [(1, None, 2), (3, 2, 4), (7, 6, None)])
def test_it_names_its_place_its_target_and_both_sides(
    client: Client, seeded: Plan, number: int, before: int | None, after: int | None
) -> None:
    page = client.get(f"/platforms/{number}/").content.decode()
    assert f"规划附件2 第 {number} 项</a></footer>" in page
    assert '<a href="/targets/internet-plus-platforms/">“互联网＋”技术服务平台</a>（2020 年 7 个）' in page
    assert "本站按年份记录目标的累计个数，不记录单个平台的进展。" in page
    assert 'href="/platforms/#counting"' in page
    for rel, wanted in {"prev": before, "next": after}.items():
        assert set(re.findall(rf'rel="{rel}" href="/platforms/(\d+)/"', page)) == ({str(wanted)} if wanted else set())


def test_a_plan_without_that_target_has_a_platform_all_the_same(client: Client, seeded: Plan) -> None:
    seeded.targets.filter(code="internet-plus-platforms").update(code="something-else")
    page = client.get("/platforms/1/").content.decode()
    assert "所数的平台之一" not in page
    assert "目标进展到哪里" not in page


def test_an_unknown_one_is_404_and_the_list_leads_to_the_others(client: Client, seeded: Plan) -> None:
    assert client.get("/platforms/8/").status_code == 404
    page = client.get("/platforms/").content.decode()
    assert re.findall(r'class="numbered__name" href="/platforms/(\d)/"', page) == list("1234567")
