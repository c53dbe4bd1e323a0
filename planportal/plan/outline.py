"""The plan's outline: preamble, chapters with their sections, and annexes, numbered without a gap."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from planportal.plan.text import CHINESE_NUMERALS, Line, SourceError, numeral, printed_numeral

CHAPTER_HEADING = re.compile(rf"^第([{CHINESE_NUMERALS}])章\s+(\S+)$")
SECTION_HEADING = re.compile(rf"^([{CHINESE_NUMERALS}])、([^。；]{{2,40}})$")
ANNEX_HEADING = re.compile(r"^附件([0-9])：$")


@dataclass
class Block:
    """A heading and the lines that are not blank below it, up to the next heading."""

    number: int
    title: str
    heading: Line
    body: list[Line] = field(default_factory=list)

    @property
    def last_line(self) -> int:
        return self.body[-1].number if self.body else self.heading.number


@dataclass
class Chapter(Block):
    """A chapter; its own body is what stands before its first section."""

    sections: list[Block] = field(default_factory=list)


@dataclass
class Outline:
    """The whole source by its headings; `last_line` is the number of its last line."""

    last_line: int
    preamble: list[Line] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    annexes: list[Block] = field(default_factory=list)

    def chapter(self, number: int) -> Chapter:
        """The chapter of that number; SourceError where it is missing."""
        if number > len(self.chapters):
            raise SourceError(self._end_of_chapters(), f"缺少{chapter_reference(number)}")
        return self.chapters[number - 1]

    def section(self, chapter: int, number: int) -> Block:
        """The section of that number; SourceError where it is missing."""
        found = self.chapter(chapter)
        if number > len(found.sections):
            raise SourceError(found.heading.number, f"缺少{section_reference(chapter, number)}")
        return found.sections[number - 1]

    def annex(self, number: int) -> Block:
        """The annex of that number; SourceError where it is missing."""
        if number > len(self.annexes):
            raise SourceError(self.last_line, f"缺少附件{number}")
        return self.annexes[number - 1]

    def _end_of_chapters(self) -> int:
        return self.annexes[0].heading.number if self.annexes else self.last_line


def chapter_part(chapter: int) -> str:
    """The code of a chapter as a part of the plan: chapter-2."""
    return f"chapter-{chapter}"


def annex_part(annex: int) -> str:
    """The code of an annex as a part of the plan: annex-1."""
    return f"annex-{annex}"


def chapter_reference(chapter: int) -> str:
    """How a chapter is cited: 第二章."""
    return f"第{printed_numeral(chapter)}章"


def section_reference(chapter: int, number: int) -> str:
    """How a section is cited: 第二章 三."""
    return f"{chapter_reference(chapter)} {printed_numeral(number)}"


def read_outline(lines: tuple[Line, ...]) -> Outline:
    """The outline of the lines; SourceError for a gap, a repeat or a wrong order of headings."""
    outline = Outline(last_line=lines[-1].number)
    for line in lines:
        if line.stripped and not _opens_block(outline, line):
            _open_body(outline).append(line)
    return outline


def _open_body(outline: Outline) -> list[Line]:
    if outline.annexes:
        return outline.annexes[-1].body
    if not outline.chapters:
        return outline.preamble
    chapter = outline.chapters[-1]
    return chapter.sections[-1].body if chapter.sections else chapter.body


def _opens_block(outline: Outline, line: Line) -> bool:
    if match := ANNEX_HEADING.match(line.stripped):
        number = int(match[1])
        _require_next(line, number, outline.annexes, "附件{}".format)
        outline.annexes.append(Block(number, "", line))
    elif outline.annexes:
        return False
    elif match := CHAPTER_HEADING.match(line.stripped):
        number = numeral(match[1])
        _require_next(line, number, outline.chapters, chapter_reference)
        outline.chapters.append(Chapter(number, match[2], line))
    elif outline.chapters and (match := SECTION_HEADING.match(line.stripped)):
        chapter = outline.chapters[-1]
        number = numeral(match[1])
        _require_next(line, number, chapter.sections, lambda n: section_reference(chapter.number, n))
        chapter.sections.append(Block(number, match[2], line))
    else:
        return False
    return True


def _require_next(line: Line, number: int, before: Sequence[Block], name: Callable[[int], str]) -> None:
    wanted = len(before) + 1
    if number == wanted:
        return
    problem = "重复" if number < wanted else "缺号"
    raise SourceError(line.number, f"标题{problem}：此处应为{name(wanted)}，读到{name(number)}")
