"""The form in which texts are compared, and the way back from it to the printed characters (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from planportal.plan.text import normalise
from planportal.search.traditional import SIMPLIFIED

MOST_CHARACTERS = 100
# Inside a name they join what stands on both sides (R&D, xi'an).
JOINING = frozenset("&'’·´`")
# The plan prints 〇 as a circle, and who types pinyin writes v for ü.
SAME = SIMPLIFIED | {"○": "〇", "ü": "v"}
SPACES = re.compile(" +")
# One that stands in no number.
POINT = re.compile(r"(?<![0-9])\.|\.(?![0-9])")


@dataclass(frozen=True)
class Folded:
    """A text as it is compared; character i of `text` stands for character `at[i]` of the printed one."""

    text: str
    at: tuple[int, ...]


def is_latin(character: str) -> bool:
    """Whether it is a letter or digit of which several make one word; Chinese characters stand for themselves."""
    return character.isascii() and (character.isalnum() or character == ".")


def folded(printed: str) -> str:
    """Letters and digits alone, in plain form and lower case; one space parts two Latin words.

    Punctuation and white space go: `508-Ⅳ钢` is `508 iv钢`, `“互联网＋”` is 互联网. A point between digits stays.
    """
    return SPACES.sub(_kept, _plain(printed))


def fold(printed: str) -> Folded:
    """The same, with the way back."""
    plain = _plain(printed)
    origin = [offset for offset, character in enumerate(printed) for _part in PLAIN[ord(character)]]
    text, at, start = "", [], 0
    for match in SPACES.finditer(plain):
        kept = _kept(match)
        text += plain[start : match.start()] + kept
        at += origin[start : match.start() + len(kept)]
        start = match.end()
    return Folded(text + plain[start:], (*at, *origin[start:]))


def words(printed: str) -> tuple[str, ...]:
    """The words of a query, each folded, in their order and each once; what parts them are spaces and punctuation."""
    return tuple(dict.fromkeys(_plain(printed).split()))


def _plain(printed: str) -> str:
    """Plain characters, a space for each that is no letter or digit."""
    return POINT.sub(" ", printed.translate(PLAIN))


def _kept(spaces: re.Match[str]) -> str:
    """One space of those between two Latin words, none of others."""
    around = spaces.string[max(spaces.start() - 1, 0) : spaces.start()] + spaces.string[spaces.end() :][:1]
    return " " if len(around) == 2 and all(map(is_latin, around)) else ""


class _Plain(dict[int, str]):
    """By code point what a character is compared as; those met are kept, up to a number that a plan never has."""

    MOST = 30_000

    def __missing__(self, code: int) -> str:
        plain = "".join(_parts(chr(code)))
        if len(self) < self.MOST:
            self[code] = plain
        return plain


def _parts(character: str) -> Iterator[str]:
    for part in [character] if character in JOINING else normalise(character) or " ":
        if part not in JOINING:
            yield SAME.get(part, part) if part.isalnum() or part in SAME or part == "." else " "


PLAIN = _Plain()
