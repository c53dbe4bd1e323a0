"""Which texts say something: what can be seen does, whatever it is made of otherwise."""

import pytest

from planportal.web.said import says_something

NOTHING_TO_SEE = [
    "",
    " \t\r\n",
    "\u3000\u00a0\u2003",
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u200b\u200d\u200c",
    "\u202e",
    "\u00ad",
    "\x00\x1f\x7f",
    "\u2028\u2029",
    "\ufe0f",
    "\u3164",
    "\u2800",
    "\ue000",
]


@pytest.mark.parametrize("text", NOTHING_TO_SEE, ids=ascii)
def test_what_cannot_be_seen_says_nothing(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize("text", NOTHING_TO_SEE, ids=ascii)
def test_one_visible_sign_among_it_is_enough(text: str) -> None:
    assert says_something(f"{text}实{text}")


@pytest.mark.parametrize("text", ["实测", "ok", "1", "—", "。", "👍", "é", "㐂", "𠮷"])
def test_what_can_be_seen_says_something(text: str) -> None:
    assert says_something(text)
