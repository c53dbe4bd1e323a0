"""Warnings that were passed with a reason end as public footnotes; what waits shows nothing but its number."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from targets import recompute
from targets.models import Figure
from tests.history import rewriting
from tests.targets.desk import OFFICIAL, Desk

CODE = "registered-results"
PAGE = f"/targets/{CODE}/?as_of_year=2020"
WARNINGS = [{"code": "jump", "message": "比上年增长 9 倍。"}, {"code": "unit", "message": "可能差 10 倍。"}]
TEXT = "填报时的提示：比上年增长 9 倍。可能差 10 倍；说明：统计范围扩大。"


@pytest.fixture
def warned(desk: Desk) -> Callable[..., dict[str, Any]]:
    """A figure with warnings and the reason they were passed for, in a state."""

    def make(state: str = "approved", *, year: int = 2019, **values: Any) -> dict[str, Any]:
        figure = desk.in_state(
            state, **{"target": CODE, "year": year, "value": "1850", "reason": "统计范围扩大", **values}
        )
        with rewriting():
            Figure.objects.filter(pk=figure["id"]).update(warnings=WARNINGS)
        recompute.sweep()
        return figure

    return make


def footnotes(page: str) -> list[str]:
    part = page.partition('<ol class="footnotes"')[2].partition("</ol>")[0]
    return [re.sub(r"<[^>]+>", "", item) for item in re.findall(r"<li.*?</li>", part)]


def test_the_value_is_marked_and_the_note_stands_below(client: Client, warned: Callable[..., Any]) -> None:
    warned()
    page = client.get(PAGE).content.decode()
    assert footnotes(page) == [f"2019 年：{TEXT}回到数值"]
    assert re.search(r'1,850<sup class="footnote-mark"><a href="#note-1" id="note-1-mark">', page)
    assert page.count(TEXT) == 2  # under the year table, and with the figure


def test_notes_are_numbered_in_the_order_of_years(client: Client, warned: Callable[..., Any]) -> None:
    for year in (2020, 2017):
        warned(year=year)
    page = client.get(PAGE).content.decode()
    assert [note[:6] for note in footnotes(page)] == ["2017 年", "2020 年"]
    lines = {line.year: line.footnote for line in client.get(PAGE).context["page"].years}
    assert lines == {2015: None, 2016: None, 2017: 1, 2018: None, 2019: None, 2020: 2}


def test_a_superseded_figure_keeps_its_remark_but_marks_nothing(
    client: Client, desk: Desk, warned: Callable[..., Any]
) -> None:
    warned()
    desk.in_state("approved", target=CODE, year=2019, value="1860", reason="更正")
    page = client.get(PAGE).content.decode()
    assert footnotes(page) == []
    assert page.count(TEXT) == 1


def test_a_prefectures_figure_says_it_in_its_own_row(client: Client, warned: Callable[..., Any]) -> None:
    warned(area="230100")
    page = client.get(PAGE).content.decode()
    assert footnotes(page) == []
    assert page.count(TEXT) == 1


def test_a_reason_without_warnings_is_no_footnote(client: Client, desk: Desk) -> None:
    desk.in_state("approved", target=CODE, year=2019, value="1850", reason="统计范围扩大")
    page = client.get(PAGE).content.decode()
    assert footnotes(page) == []
    assert "理由：统计范围扩大" in page


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn"])
def test_of_what_is_not_approved_nothing_is_told(
    client: Client, browse: Callable[[str], Client], warned: Callable[..., Any], state: str
) -> None:
    warned(state)
    for page in (client.get(PAGE), browse(OFFICIAL).get(f"{PAGE}&view=reported")):
        shown = page.content.decode()
        assert "填报时的提示" not in shown
        assert "统计范围扩大" not in shown
    assert ("1,850" in browse(OFFICIAL).get(f"{PAGE}&view=reported").content.decode()) is (state == "submitted")
