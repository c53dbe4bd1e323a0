"""The plan's text as shown: whatever stands in it, no character is lost, doubled or moved."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from planportal.plan.text import Line
from planportal.portal.plan_text import Block, Heading, Paragraph, Table, Words, linked, read_blocks

PRINTED = st.text(alphabet="甲乙丙丁，。　 <&…ａ1", max_size=24)
# What annexes are made of, in any order: numbers, tabs, pieces of names, blank lines.
LINES = st.lists(
    st.sampled_from(
        [
            "序号\t领域\t研发方向",
            "1 \t新",
            "2 \t\t石墨",
            "266 .\t\t名",
            "材",
            "料\t名称",
            "3 \t平台",
            "4",
            "　",
            "一、甲",
            "5\t",
        ]
    ),
    max_size=14,
)


def words(*forms: str, name: str = "名") -> Words:
    return Words("类", name, f"/{'-'.join(forms)}/", forms)


def shown(blocks: Iterable[Block]) -> str:
    """What a reader sees, in its order."""
    return "".join(_shown(block) for block in blocks)


def _shown(block: Block) -> str:
    if isinstance(block, Heading | Paragraph):
        return "".join(run.text for run in block.content.runs)
    found = "".join(block.header)
    for group in block.groups:
        for row in group.rows:
            title = group.title if row is group.rows[0] else ""
            found += row.number + title + "".join(run.text for run in row.content.runs)
    return found


def numbered(lines: Iterable[str]) -> list[Line]:
    return [Line(number, text) for number, text in enumerate(lines, start=1)]


@given(text=PRINTED, forms=st.lists(st.lists(PRINTED, max_size=3), max_size=5))
def test_runs_are_the_text_and_everything_that_stands_there_is_reached(text: str, forms: list[list[str]]) -> None:
    stand = [words(*each, name=str(number)) for number, each in enumerate(forms)]
    found = linked(text, stand)
    assert "".join(run.text for run in found.runs) == text
    assert all(run.text for run in found.runs)
    assert all(run.text in run.leads_to.forms for run in found.runs if run.leads_to)
    reached = [run.leads_to for run in found.runs if run.leads_to]
    assert {one.name for one in (*reached, *found.others)} == {one.name for one in stand}
    assert not any(one in reached for one in found.others)


@given(PRINTED, PRINTED, PRINTED)
def test_words_that_stand_alone_in_a_line_are_linked(before: str, clause: str, after: str) -> None:
    found = linked(before + clause + after, [words(clause)])
    assert found.others == (() if clause else (words(clause),))


@given(lines=LINES, headings=st.sets(st.integers(1, 14)))
def test_blocks_are_the_lines_but_for_white_space(lines: list[str], headings: set[int]) -> None:
    blocks = read_blocks(numbered(lines), headings, {})
    assert "".join(shown(blocks).split()) == "".join("".join(lines).split())


def test_longer_words_come_first_and_what_they_cover_is_named_beside() -> None:
    laboratory, university, absent = words("甲大学实验室"), words("甲大学"), words("乙大学")
    found = linked("依托甲大学实验室、甲大学。", [university, laboratory, absent])
    assert [(run.text, run.leads_to) for run in found.runs if run.leads_to] == [
        ("甲大学实验室", laboratory),
        ("甲大学", university),
    ]
    assert found.others == (absent,)
    assert linked("依托甲大学实验室。", [university, laboratory]).others == (university,)


def test_a_vertical_name_is_one_name_and_each_of_its_lines_is_known() -> None:
    lines = ["序号\t领域\t研发方向", "1 \t新", "材", "料\t石墨", "266 .\t\t纤维 ", "267 \t能", "源\t风电"]
    (table,) = read_blocks(numbered(lines), (), {5: [words("纤维")]})
    assert isinstance(table, Table)
    assert (table.header, table.header_line) == (("序号", "领域", "研发方向"), 1)
    assert [group.title for group in table.groups] == ["新材料", "能源"]
    assert [piece.line for piece in table.groups[0].name] == [2, 3, None]
    rows = [(row.line, row.number, row.content.runs[0].text) for group in table.groups for row in group.rows]
    assert rows == [(4, "1", "石墨"), (5, "266 .", "纤维"), (7, "267", "风电")]
    assert table.groups[0].rows[1].content.runs[0].leads_to == words("纤维")


def test_a_name_that_goes_no_further_is_shown_as_it_stands() -> None:
    blocks = read_blocks(numbered(["序号\t领域\t研发方向", "1 \t新", "材", "2 \t\t石墨"]), (), {})
    assert [type(block) for block in blocks] == [Table, Paragraph, Paragraph, Table]
