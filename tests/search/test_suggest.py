"""What is suggested while somebody types."""

import re
from html import unescape

from django.test import Client

from planportal.plan.models import Plan
from planportal.search.indexing import index
from planportal.search.miss import Miss
from planportal.search.searching import suggest
from tests.targets.test_second_plan import second

__all__ = ["second"]  # a fixture

SUGGEST = "/search/suggest/"


def options(page: str) -> list[tuple[str, str, str]]:
    """Address, title with its marks, and label of each option."""
    found = re.findall(
        r'role="option"[^>]* data-address="([^"]+)"><span class="suggestion__title">(.*?)</span> '
        r'<span class="suggestion__label">(.*?)</span></li>',
        page,
    )
    return [(unescape(address), title, unescape(label)) for address, title, label in found]


def test_at_most_eight_are_suggested_with_marks_and_labels(client: Client, seeded: Plan) -> None:
    response = client.get(SUGGEST, {"q": "技术"})
    found = options(response.content.decode())
    expected = suggest(seeded, "技术", limit=8)
    assert [(address, label) for address, _, label in found] == [(hit.address, hit.label) for hit in expected]
    assert len(found) == 8
    assert [title for _, title, _ in found if "<mark>技术</mark>" in title]
    assert response["Cache-Control"] == "private, max-age=60"
    assert "Cookie" in response["Vary"]


def test_nothing_is_suggested_for_what_finds_nothing_and_nothing_is_noted(client: Client, seeded: Plan) -> None:
    for query in ("", "  ", "\u200b", "zzzq", "<script>"):
        response = client.get(SUGGEST, {"q": query})
        assert (response.status_code, response.content.strip()) == (200, b"")
    assert not Miss.objects.exists()


def test_too_long_a_text_is_400(client: Client, seeded: Plan) -> None:
    assert client.get(SUGGEST, {"q": "石" * 101}).status_code == 400


def test_another_plan_suggests_its_own(client: Client, second: Plan) -> None:
    index(second)
    found = options(client.get(f"/p/next-plan{SUGGEST}", {"q": "合成"}).content.decode())
    assert [title for _, title, _ in found] == ["<mark>合成</mark>生物"]
    assert found[0][0].startswith("/p/next-plan/")
