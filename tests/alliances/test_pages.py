"""The page of the alliances: levels, filters, refusals."""

import re

from django.test import Client

from planportal.plan.models import Plan


def numbers(page: str) -> list[int]:
    """The numbers of a page's numbered list."""
    return [int(found) for found in re.findall(r'numbered__number">(\d+)<', page)]


def test_national_alliances_stand_first_and_are_marked(client: Client, seeded: Plan) -> None:
    page = client.get("/alliances/").content.decode()
    assert numbers(page)[:5] == [3, 5, 10, 15, 16]
    assert len(numbers(page)) == 51
    assert page.count('<span class="tag tag--accent">国家</span>') == 5


def test_filters_by_level_and_text(client: Client, seeded: Plan) -> None:
    assert numbers(client.get("/alliances/?level=national&q=石墨").content.decode()) == [15]
    provincial = client.get("/alliances/?level=provincial").content.decode()
    assert len(numbers(provincial)) == 46
    assert 'href="/api/v1/alliances/?format=csv&amp;level=provincial"' in provincial


def test_full_width_text_finds_the_printed_name(client: Client, seeded: Plan) -> None:
    assert numbers(client.get("/alliances/?q=３ｄ").content.decode()) == [39]


def test_nothing_found_says_so(client: Client, seeded: Plan) -> None:
    assert "没有符合条件的联盟" in client.get("/alliances/?q=xyz").content.decode()


def test_an_unknown_level_is_400(client: Client, seeded: Plan) -> None:
    response = client.get("/alliances/?level=world")
    assert response.status_code == 400
    assert "“world”不能用作“级别”" in response.content.decode()
