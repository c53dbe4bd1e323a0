"""The plan's text as it is shown: paragraphs, headings and tables, whose words lead to what stands there. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from planportal.plan.annexes import ROW_NUMBER
from planportal.plan.text import CUT, Line


@dataclass(frozen=True)
class Words:
    """Something that stands in a line: what it is, its page, and the printed words (`forms`) that lead there."""

    kind: str
    name: str
    address: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """A stretch of a line, and what it leads to."""

    text: str
    leads_to: Words | None = None


@dataclass(frozen=True)
class Linked:
    """A line in runs, which together are its text, and what stands in it that no run leads to."""

    runs: tuple[Run, ...]
    others: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Heading:
    line: int
    content: Linked
    block: ClassVar[str] = "heading"


@dataclass(frozen=True)
class Paragraph:
    line: int
    content: Linked
    block: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Piece:
    """A piece of a name that stands vertically; `line` is None for one in the line of the row below it."""

    text: str
    line: int | None = None


@dataclass(frozen=True)
class Row:
    line: int
    number: str
    content: Linked


@dataclass
class Group:
    """Rows under one name; `name` is empty where the table has no groups. `address` is the page of that name."""

    name: tuple[Piece, ...] = ()
    rows: list[Row] = field(default_factory=list)
    address: str = ""

    @property
    def title(self) -> str:
        return "".join(piece.text for piece in self.name)


@dataclass
class Table:
    """Numbered rows; `header_line` is None where the text prints no header."""

    header: tuple[str, ...] = ()
    header_line: int | None = None
    groups: list[Group] = field(default_factory=list)
    block: ClassVar[str] = "table"

    @property
    def is_grouped(self) -> bool:
        return any(group.name for group in self.groups)


Block = Heading | Paragraph | Table


def bare_clause(clause: str) -> str:
    """A clause without the … where it was cut."""
    return clause.strip(CUT)


def linked(text: str, stand_here: Iterable[Words]) -> Linked:
    """The text in runs: every occurrence of a form leads to its page, longer forms first; no character is lost."""
    wanted = list(stand_here)
    forms = [(form, words) for words in wanted for form in words.forms if form]
    taken: list[tuple[int, int, Words]] = []
    for form, words in sorted(forms, key=lambda pair: -len(pair[0])):
        for match in re.finditer(re.escape(form), text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in taken):
                taken.append((match.start(), match.end(), words))
    reached = {id(words) for _, _, words in taken}
    return Linked(
        runs=tuple(_runs(text, sorted(taken, key=lambda span: span[0]))),
        others=tuple(words for words in wanted if id(words) not in reached),
    )


def _runs(text: str, spans: Sequence[tuple[int, int, Words]]) -> Iterator[Run]:
    end = 0
    for start, stop, words in spans:
        if start > end:
            yield Run(text[end:start])
        yield Run(text[start:stop], words)
        end = stop
    if end < len(text):
        yield Run(text[end:])


def read_blocks(lines: Iterable[Line], headings: Collection[int], stand: Mapping[int, Sequence[Words]]) -> list[Block]:
    """The lines that are not blank as blocks; `headings` are lines of headings, `stand` what stands in which line.

    A row begins with a number and a tab. Below a header of three cells, a row of two opens a name that stands
    vertically over the lines up to the row's own; such a name is put together again.
    """
    reader = _BlockReader(headings, stand)
    for line in lines:
        if line.stripped:
            reader.read(line)
    reader.give_up()
    return reader.blocks


class _BlockReader:
    """The blocks as read so far; `opened` are the lines of a vertical name that goes on in the next one."""

    def __init__(self, headings: Collection[int], stand: Mapping[int, Sequence[Words]]) -> None:
        self.headings = headings
        self.stand = stand
        self.blocks: list[Block] = []
        self.opened: list[Line] = []

    def read(self, line: Line) -> None:
        cells = line.cells
        if line.number in self.headings:
            self.give_up()
            self.blocks.append(Heading(line.number, self._linked(line, line.stripped)))
        elif self.opened:
            self._go_on(line, cells)
        elif len(cells) > 1 and ROW_NUMBER.match(cells[0]):
            self._read_row(line, cells)
        elif len(cells) > 1:
            self.blocks.append(Table(header=tuple(cells), header_line=line.number))
        else:
            self._add_paragraph(line)

    def give_up(self) -> None:
        """What looked like the beginning of a vertical name and went no further is shown as it stands."""
        for line in self.opened:
            self._add_paragraph(line)
        self.opened = []

    def _go_on(self, line: Line, cells: list[str]) -> None:
        if len(cells) == 1:
            self.opened.append(line)
        elif len(cells) == 2 and not ROW_NUMBER.match(cells[0]):
            number, first = self.opened[0].cells
            pieces = [Piece(first, self.opened[0].number)]
            pieces += [Piece(one.stripped, one.number) for one in self.opened[1:]]
            self._table().groups.append(Group(name=(*pieces, Piece(cells[0]))))
            self._add_row(line, number, cells[1])
            self.opened = []
        else:
            self.give_up()
            self.read(line)

    def _read_row(self, line: Line, cells: list[str]) -> None:
        if len(cells) == 2 and len(self._table().header) == 3:
            self.opened = [line]
        else:
            self._add_row(line, cells[0], " ".join(cell for cell in cells[1:] if cell))

    def _add_row(self, line: Line, number: str, name: str) -> None:
        groups = self._table().groups
        if not groups:
            groups.append(Group())
        groups[-1].rows.append(Row(line.number, number, self._linked(line, name)))

    def _table(self) -> Table:
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, Table):
            return last
        table = Table()
        self.blocks.append(table)
        return table

    def _add_paragraph(self, line: Line) -> None:
        self.blocks.append(Paragraph(line.number, self._linked(line, line.text)))

    def _linked(self, line: Line, text: str) -> Linked:
        return linked(text, self.stand.get(line.number, ()))
