"""The plan's text as numbered lines, and the readings of numbers and names in it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

CHINESE_NUMERALS = "一二三四五六七八九十"
REPLACEMENT_CHARACTER = "\ufffd"
CLAUSE_MARK = re.compile("[。；，：]")
WORDS_AROUND = 16
CUT = "…"


class SourceError(ValueError):
    """The source is damaged: `line` (from 1) says where, `reason` says in Chinese what is wrong."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"第 {line} 行：{reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Line:
    """One line of the source: its number from 1 and its text as printed, tabs included."""

    number: int
    text: str

    @property
    def stripped(self) -> str:
        """The text but for outer white space, full-width spaces included."""
        return self.text.strip()

    @property
    def cells(self) -> list[str]:
        """The cells of a table row, each but for outer white space."""
        return [cell.strip() for cell in self.text.split("\t")]


def normalise(text: str) -> str:
    """The form of a name for codes and search: NFKC, case folded, no outer white space.

    Full-width letters and digits, `Ⅳ` and the like become their plain equivalents; repeating it
    changes nothing. Never for display: names are shown as printed.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def clause_around(text: str, start: int, end: int) -> str:
    """The clause in which a printed line has text[start:end]: what the nearest 。；，： on each side enclose.

    A long one is cut to a few words on each side, with … where it is cut.
    """
    before = CLAUSE_MARK.split(text[:start])[-1].lstrip()
    after = CLAUSE_MARK.split(text[end:])[0].rstrip()
    if len(before) > WORDS_AROUND:
        before = CUT + before[-WORDS_AROUND:]
    if len(after) > WORDS_AROUND:
        after = after[:WORDS_AROUND] + CUT
    return before + text[start:end] + after


def numeral(printed: str) -> int:
    """The number of a chapter or section from its Chinese numeral, 一 to 十."""
    return CHINESE_NUMERALS.index(printed) + 1


def printed_numeral(number: int) -> str:
    """A number as the plan prints it in headings; plain digits beyond 十."""
    return CHINESE_NUMERALS[number - 1] if number <= len(CHINESE_NUMERALS) else str(number)


def read_lines(source: bytes) -> tuple[Line, ...]:
    """The source's lines, or SourceError for an empty, wrongly encoded, truncated or doubled text."""
    if not source.strip():
        raise SourceError(1, "文件是空的")
    text = _decode(source)
    if not text.endswith("\n"):
        raise SourceError(text.count("\n") + 1, "最后一行没有换行符，文件可能被截断")
    lines = tuple(Line(number, line) for number, line in enumerate(text.split("\n")[:-1], start=1))
    _refuse_repeated(lines)
    return lines


def _decode(source: bytes) -> str:
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        found = source[error.start]
        raise SourceError(line, f"不是 UTF-8 编码：无法读取字节 0x{found:02X}") from error
    for damage, name in ((REPLACEMENT_CHARACTER, "替换字符 U+FFFD"), ("\0", "空字符 U+0000")):
        if damage in text:
            line = text.count("\n", 0, text.index(damage)) + 1
            raise SourceError(line, f"编码已损坏：含有{name}")
    return text


def _refuse_repeated(lines: Iterable[Line]) -> None:
    first_seen: dict[str, int] = {}
    for line in lines:
        # Field names stand vertically, so a line of one character may well occur again.
        if len(line.stripped) < 2:
            continue
        first = first_seen.setdefault(line.stripped, line.number)
        if first != line.number:
            raise SourceError(line.number, f"与第 {first} 行重复：“{line.stripped[:20]}”")
