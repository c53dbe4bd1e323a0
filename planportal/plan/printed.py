"""Finding a printed phrase, such as 达到{value}家, and reading the numbers in it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from planportal.plan.text import CHINESE_NUMERALS, Line, SourceError

NUMBER = r"[0-9０-９]+(?:[.．][0-9０-９]+)?"
YEAR = r"[0-9０-９]{4}"
PLACES = {
    "value": rf"(?P<value>{NUMBER})",
    "year": rf"(?P<year>{YEAR})",
    "previous_value": rf"(?P<previous_value>{NUMBER})",
    "previous_year": rf"(?P<previous_year>{YEAR})",
    "numeral": rf"(?P<numeral>[{CHINESE_NUMERALS}])",
    "words": r"[^；。]+?",
}
PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Phrase:
    """A phrase found in the source: its line, where it stands in it, its words as printed.

    `places` holds what stands in the template's places, digits in their plain form.
    """

    line: int
    start: int
    end: int
    text: str
    places: dict[str, str]


def find_phrase(template: str, lines: Iterable[Line], *, what: str, section_line: int) -> Phrase:
    """The one phrase that fits the template.

    Its longest fixed words must occur exactly once in the lines; SourceError, at `section_line`
    where they are missing, otherwise at the line where they are repeated or where what stands in
    a place cannot be read. `what` names the thing sought in the error.
    """
    anchor = max(PLACE.split(template)[::2], key=len)
    found = [line for line in lines for _ in range(line.text.count(anchor))]
    if not found:
        raise SourceError(section_line, f"缺少{what}：找不到“{anchor}”")
    if len(found) > 1:
        raise SourceError(found[1].number, f"{what}重复：“{anchor}”出现 {len(found)} 次，应为 1 次")
    match = _pattern(template).search(found[0].text)
    if match is None:
        raise SourceError(found[0].number, f"{what}无法读取：“{_around(anchor, found[0].text)}”")
    places = {place: unicodedata.normalize("NFKC", text) for place, text in match.groupdict().items()}
    return Phrase(found[0].number, match.start(), match.end(), match[0], places)


def _pattern(template: str) -> re.Pattern[str]:
    parts = PLACE.split(template)
    return re.compile("".join(PLACES[part] if index % 2 else re.escape(part) for index, part in enumerate(parts)))


def _around(anchor: str, text: str) -> str:
    start = text.index(anchor)
    return text[max(0, start - 8) : start + len(anchor) + 12]
