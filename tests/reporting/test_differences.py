"""The cell-level diff: each field, the words of a text, and what it is held against."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from planportal.accounts.models import User
from planportal.reporting.comparisons import Record, compare, read_record
from planportal.reporting.differences import Differences, Mark, differences_between, marked
from targets import services
from targets.models import Figure, FigureVersion, Target

Make = Callable[..., Figure]
Browse = Callable[[str], Client]
People = dict[str, User]

FILE = {"id": 1, "name": "台账.xlsx", "sha256": "3f2a91c0b7de" + "0" * 52}
NEWER_FILE = FILE | {"id": 2, "sha256": "9" * 64}
LINK = {"id": 3, "name": "公报", "address": "https://example.org/gb"}


def shown(before: str, after: str) -> str:
    """The marks as a line: -removed- and +added+."""
    signs = {Mark.KEPT: "", Mark.ADDED: "+", Mark.REMOVED: "-"}
    return "".join(f"{signs[piece.mark]}{piece.text}{signs[piece.mark]}" for piece in marked(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("", "台账", "+台账+"),
        ("台账", "", "-台账-"),
        ("台账", "台账", "台账"),
        ("省科技厅台账", "省科技厅年报", "省科技厅-台账-+年报+"),
        ("公示名单（2020 年）", "公示名单（2020 年第一批）", "公示名单（2020 年+第一批+）"),
        # A number is one word: its digits are never mixed.
        ("共 1,932 家企业", "共 1,938 家企业", "共 -1,932-+1,938+ 家企业"),
        ("共 2.05 亿元", "共 2.5 亿元", "共 -2.05-+2.5+ 亿元"),
        ("see table A", "see table B", "see table -A-+B+"),
        # So little in common that marks would hide both.
        ("全省科技工作会议报道", "高新技术企业名单", "-全省科技工作会议报道-+高新技术企业名单+"),
        ("<b>甲</b>乙丙", "<b>甲</b>乙丁", "<b>甲</b>乙-丙-+丁+"),
        ("第一行\n第二行", "第一行\n第三行", "第一行\n第-二-+三+行"),
    ],
)
def test_the_words_of_a_text_are_marked(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


@pytest.mark.parametrize("before", ["长" * 1000, "长短" * 500, "".join(chr(0x4E00 + i) for i in range(1000))])
@pytest.mark.parametrize(
    "after", ["短" * 1000, "短长长" * 333, "".join(chr(0x4E00 + i * 7 % 1000) for i in range(1000))]
)
def test_the_longest_texts_are_marked_at_once(before: str, after: str) -> None:
    began = time.perf_counter()
    pieces = marked(before, after)
    assert time.perf_counter() - began < 10
    assert "".join(piece.text for piece in pieces if piece.mark != Mark.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.mark != Mark.REMOVED) == after


EMPTY: dict[str, Any] = {
    "value": None,
    "basis": "",
    "provisional": False,
    "source": "",
    "note": "",
    "reason": "",
    "cause": "",
    "evidence": [],
}


def between(before: dict[str, Any], after: dict[str, Any]) -> Differences:
    target = Target(code="x", name="某指标", unit="家", decimals=0)
    return differences_between(FigureVersion(**(EMPTY | before)), FigureVersion(**(EMPTY | after)), target)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"value": 1932}, {"value": 1938}, ("数值", "1,932 家", "1,938 家", "+6")),
        ({"value": 1932}, {"value": 0}, ("数值", "1,932 家", "0 家", "−1,932")),
        ({"value": 1932}, {"value": None}, ("数值", "1,932 家", "撤回，不填数值", "")),
        ({"basis": "first"}, {"basis": "rebased"}, ("口径", "首次公布口径", "普查修订口径", "")),
        ({"provisional": True}, {"provisional": False}, ("初步数", "是", "否", "")),
        ({"source": "甲"}, {"source": "乙"}, ("来源", "甲", "乙", "")),
        ({"note": ""}, {"note": "乙"}, ("备注", "", "乙", "")),
        ({"reason": "甲"}, {"reason": ""}, ("情况说明", "甲", "", "")),
        ({"cause": ""}, {"cause": "error"}, ("更正原因", "", "更正差错", "")),
        ({"cause": "late_data"}, {"cause": "error"}, ("更正原因", "数据迟报", "更正差错", "")),
        (
            {"evidence": [FILE]},
            {"evidence": [FILE, LINK]},
            ("佐证材料", "台账.xlsx（3f2a91c0b7de）", "台账.xlsx（3f2a91c0b7de）；公报（https://example.org/gb）", ""),
        ),
    ],
)
def test_each_field_is_told(before: dict[str, Any], after: dict[str, Any], expected: tuple[str, ...]) -> None:
    [changed] = between(before, after).changed
    assert (changed.label, changed.before, changed.after, changed.change) == expected


def test_another_file_of_the_same_name_is_another() -> None:
    [changed] = between({"evidence": [FILE, LINK]}, {"evidence": [NEWER_FILE, LINK]}).changed
    assert [(piece.text, piece.mark) for piece in changed.pieces] == [
        ("台账.xlsx（3f2a91c0b7de）", Mark.REMOVED),
        ("公报（https://example.org/gb）", Mark.KEPT),
        ("台账.xlsx（999999999999）", Mark.ADDED),
    ]


def test_what_is_the_same_or_empty_is_no_change() -> None:
    same = between({"value": 5, "source": "甲"}, {"value": 5, "source": "甲"})
    assert same.changed == []
    assert [field.label for field in same.unchanged] == ["数值", "初步数", "来源"]


def record_of(figure: Figure, reader: User) -> Record:
    return read_record(compare(Figure.objects.shown().get(pk=figure.pk)), reader)


def labels(differences: Differences | None) -> list[str]:
    assert differences is not None
    return [field.label for field in differences.changed]


class TestRecord:
    @pytest.fixture
    def twice_returned(self, people: People, returned: Make) -> Figure:
        """Returned for its source, mended, returned for its value, mended."""
        staff, reviewer = people["demo-staff"], people["demo-reviewer"]
        figure = returned(why="请注明来源")
        for changes, why in [({"source": "台账"}, "数值不符"), ({"value": "930", "note": "已核"}, "")]:
            figure = services.figure_edit(by=staff, figure=figure, if_version=figure.version, changes=changes)
            figure = services.figure_submit(by=staff, figure=figure, if_version=figure.version)
            if why:
                figure = services.figure_return(by=reviewer, figure=figure, if_version=figure.version, reason=why)
        return figure

    def test_each_return_with_what_changed_after_it(self, people: People, twice_returned: Figure) -> None:
        record = record_of(twice_returned, people["demo-reviewer"])
        assert [back.event.why for back in record.returns] == ["请注明来源", "数值不符"]
        assert [labels(back.since) for back in record.returns] == [["来源"], ["数值", "备注"]]
        assert record.last_return == record.returns[-1]
        assert record.from_current is None

    def test_a_return_that_nobody_answered_yet(self, people: People, returned: Make) -> None:
        figure = returned()
        services.figure_edit(
            by=people["demo-staff"], figure=figure, if_version=figure.version, changes={"value": "930"}
        )
        [back] = record_of(figure, people["demo-reviewer"]).returns
        assert back.since is None

    def test_handed_in_again_as_it_was(self, people: People, returned: Make) -> None:
        figure = returned()
        services.figure_submit(by=people["demo-staff"], figure=figure, if_version=figure.version)
        [back] = record_of(figure, people["demo-reviewer"]).returns
        assert labels(back.since) == []

    def test_a_correction_against_what_is_in_force(self, people: People, submitted: Make) -> None:
        figure = submitted(year=2020, value="1940", reason="复核", cause="error", provisional=True)
        record = record_of(figure, people["demo-reviewer"])
        assert labels(record.from_current)[:2] == ["数值", "初步数"]
        assert record.from_current is not None
        assert record.from_current.changed[0].change == "+8"
        assert record.returns == []

    def test_an_approved_correction_stays_beside_what_it_superseded(self, people: People, submitted: Make) -> None:
        figure = submitted(year=2020, value="1940", reason="复核")
        services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=figure.version)
        record = record_of(figure, people["demo-auditor"])
        assert record.from_current is not None
        assert record.from_current.changed[0].before == "1,932 家"

    def test_the_page_shows_and_folds(self, browse: Browse, twice_returned: Figure) -> None:
        page = browse("demo-reviewer").get(f"/review/{twice_returned.pk}/").content.decode()
        assert "与退回时相比" in page
        assert "与现行数据相比" not in page
        assert '<del><span class="visually-hidden">原为</span>929 家</del>' in page
        assert '<ins><span class="visually-hidden">改为</span>930 家</ins>（+1）' in page
        assert "历次退回" in page
        assert "演示审核人退回：请注明来源" in page
        assert "未改动的" in page

    def test_what_was_typed_is_escaped(self, browse: Browse, people: People, returned: Make) -> None:
        figure = returned(source="<i>台账</i>", why="<script>alert(1)</script>")
        figure = services.figure_edit(
            by=people["demo-staff"], figure=figure, if_version=figure.version, changes={"source": "<i>年报</i>"}
        )
        services.figure_submit(by=people["demo-staff"], figure=figure, if_version=figure.version)
        page = browse("demo-reviewer").get(f"/review/{figure.pk}/").content.decode()
        assert "<i>" not in page
        assert "<script>alert" not in page
        assert "&lt;i&gt;<del>" in page
