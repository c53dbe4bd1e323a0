"""What the page of a part shows: the text as loaded, or, without it, what is known to stand in which line."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from planportal.plan.official_text import LoadedText
from planportal.plan.text import Line
from planportal.portal.plan_outline import Part
from planportal.portal.plan_places import Item, Kind
from planportal.portal.plan_text import (
    Block,
    Group,
    Heading,
    Linked,
    Piece,
    Row,
    Run,
    Table,
    linked,
    read_blocks,
)


@dataclass(frozen=True)
class Places:
    """What is known to stand in a line whose text is not at hand."""

    line: int
    items: list[Item]
    block: ClassVar[str] = "places"


@dataclass(frozen=True)
class TitleLine:
    """A line of a part's title; `line` is None for what we put there ourselves."""

    text: str
    line: int | None


@dataclass(frozen=True)
class Reading:
    """A part: its title, and its blocks in the order of the text."""

    title: list[TitleLine]
    blocks: list[Block | Places]


def read_part(text: LoadedText | None, part: Part, items: Iterable[Item]) -> Reading:
    """The part as the official text has it, where there is one; else what is known to stand in it."""
    lines = [line for line in text.lines if part.covers(line.number) and line.stripped] if text else []
    return _read_text(lines, part, items) if lines else _read_places(part, items)


def read_preamble(text: LoadedText, first: Part) -> list[Block]:
    """What stands before the first part: to whom the plan was sent, by whom, when."""
    return read_blocks([line for line in text.lines if line.number < first.line], (), {})


def _read_text(lines: list[Line], part: Part, items: Iterable[Item]) -> Reading:
    """Every line that is not blank, and what stands in it linked."""
    at_lines = _by_line(items)
    title = [lines[0], *(line for line in lines[1:2] if line.stripped == part.title)]
    # An institution that several clauses of a line name stands there once.
    stand = {number: list(dict.fromkeys(item.words for item in found)) for number, found in at_lines.items()}
    headings = {section.line for section in part.sections}
    blocks = read_blocks(lines[len(title) :], headings, stand)
    for block in blocks:
        if isinstance(block, Table):
            _lead_to_fields(block, at_lines)
    return Reading([TitleLine(line.stripped, line.number) for line in title], list(blocks))


def _read_places(part: Part, items: Iterable[Item]) -> Reading:
    """Its headings, and every place that is known in it."""
    title = [TitleLine(part.name, part.line), TitleLine(part.title, None)]
    at_lines = _by_line(items)
    if part.is_annex:
        return Reading(title, [_table(at_lines)])
    sections = {section.line: section.heading for section in part.sections}
    blocks: list[Block | Places] = []
    for line in sorted(sections.keys() | at_lines.keys()):
        here = at_lines.get(line, [])
        if line in sections:
            blocks.append(Heading(line, linked(sections[line], [item.words for item in here])))
        else:
            blocks.append(Places(line, here))
    return Reading(title, blocks)


def _by_line(items: Iterable[Item]) -> dict[int, list[Item]]:
    """What stands in which line; an institution once, though it is named there as such and as part of a field."""
    found: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        line = item.place.line
        if line is None:
            continue
        is_known = item.kind == Kind.CARRIER and item.name in {other.name for other in found[line]}
        if not is_known:
            found[line].append(item)
    return dict(found)


def _lead_to_fields(table: Table, at_lines: dict[int, list[Item]]) -> None:
    for group in table.groups:
        in_rows = (item for row in group.rows for item in at_lines.get(row.line, []))
        group.address = next((item.within_address for item in in_rows), "")


def _table(at_lines: dict[int, list[Item]]) -> Table:
    items = [item for line in sorted(at_lines) for item in at_lines[line]]
    table = Table()
    for (name, address), rows in groupby(items, key=lambda item: (item.within, item.within_address)):
        pieces = (Piece(name),) if name else ()
        table.groups.append(Group(pieces, [_row(item) for item in rows], address))
    return table


def _row(item: Item) -> Row:
    assert item.place.line is not None
    return Row(item.place.line, str(item.number), Linked((Run(item.name, item.words),)))


# Whom a field names is counted as named.
_CONTENTS = tuple(kind for kind in Kind if kind != Kind.CARRIER)


@dataclass(frozen=True)
class PartContents:
    """A part, and what stands in it: how many of each kind."""

    part: Part
    counts: list[tuple[str, int]]


def contents_of(parts: Iterable[Part], items: Iterable[Item]) -> list[PartContents]:
    """Each part with what stands in it; institutions are counted by where they are named."""
    found: Counter[tuple[str, Kind]] = Counter((item.place.part, item.kind) for item in items)
    return [
        PartContents(part, [(str(kind.label), found[part.code, kind]) for kind in _CONTENTS if found[part.code, kind]])
        for part in parts
    ]
