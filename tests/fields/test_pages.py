"""The pages of fields and research directions: what they show, and what they refuse."""

import re

import pytest
from django.test import Client

from planportal.plan.models import Plan

SPANS = ["1–40", "41–80", "81–114", "115–190", "191–221", "222–274", "275–332", "333–362"]


def numbers(page: str) -> list[int]:
    """The numbers of a page's numbered list."""
    return [int(found) for found in re.findall(r'numbered__number">(\d+)<', page)]


def text_of(client: Client, address: str, *, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_list_has_every_field_in_order_with_its_span(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/fields/")
    assert re.findall(r"(\d+–\d+)<", page) == SPANS
    assert "8 个领域部署了 362 个研发方向" in page


def test_a_field_shows_what_the_plan_ties_to_it_as_printed(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/fields/next-generation-it/")
    assert "规划第三章 五</a><span>“发展新一代信息技术”" in page
    assert '<a href="/national-projects/#next-generation-it-3">人工智能2.0</a>' in page
    assert '<a href="/institutions/7/">哈尔滨工业大学</a> <span class="tag">发挥优势、依托</span>' in page
    assert numbers(page) == list(range(191, 222))


def test_a_field_without_institutions_says_so(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/fields/new-materials/")
    assert "规划没有写明这个领域依托哪些单位。" in page
    assert "规划没有写明这个领域对接哪些国家项目。" in page


def test_a_fields_directions_are_filtered_by_text(client: Client, seeded: Plan) -> None:
    assert numbers(text_of(client, "/fields/new-materials/?q=石墨")) == [33, 35, 36]
    assert "本领域没有名称含“&lt;b&gt;”的研发方向" in text_of(client, "/fields/new-materials/?q=<b>")


@pytest.mark.parametrize("address", ["/fields/no-such-field/", "/directions/?page=9"])
def test_what_is_not_there_is_404(client: Client, seeded: Plan, address: str) -> None:
    assert "没有这个页面" in text_of(client, address, status=404)


def test_a_page_that_is_no_number_is_400(client: Client, seeded: Plan) -> None:
    assert "“x”不是页码" in text_of(client, "/directions/?page=x", status=400)


def test_directions_come_fifty_a_page(client: Client, seeded: Plan) -> None:
    assert numbers(text_of(client, "/directions/")) == list(range(1, 51))
    assert numbers(text_of(client, "/directions/?page=8")) == list(range(351, 363))


def test_filters_stay_in_the_links(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/directions/?field=high-end-equipment")
    assert 'href="?field=high-end-equipment&amp;page=2"' in page
    page = text_of(client, "/directions/?field=high-end-equipment&q=技术")
    assert 'href="/api/v1/directions/?format=csv&amp;field=high-end-equipment&amp;q=%E6%8A%80%E6%9C%AF"' in page


def test_the_page_and_its_download_hold_the_same(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/directions/?q=石墨")
    table = b"".join(client.get("/api/v1/directions/?format=csv&q=石墨").streaming_content).decode()
    assert numbers(page) == [int(line.split(",")[0]) for line in table.splitlines()[1:]]


def test_nothing_found_leads_on(client: Client, seeded: Plan) -> None:
    assert "没有符合条件的研发方向" in text_of(client, "/directions/?q=没有这样的方向")


def test_an_unknown_field_or_a_too_long_text_is_400(client: Client, seeded: Plan) -> None:
    assert "“abc”不能用作“领域”" in text_of(client, "/directions/?field=abc", status=400)
    assert "不能用作“文字”" in text_of(client, "/directions/?q=" + "长" * 101, status=400)
    assert "不能用作“文字”" in text_of(client, "/fields/new-materials/?q=" + "长" * 101, status=400)


def test_the_list_asks_as_often_for_one_field_as_for_eight(
    client: Client, seeded: Plan, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(6):  # type: ignore[operator]
        client.get("/fields/")
