"""The form in which texts are compared, and the way back from it to the printed characters (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from planportal.plan.text import normalise

MOST_CHARACTERS = 100
# Inside a name they join what stands on both sides (R&D, xi'an); the plan prints 〇 as a circle.
JOINING = frozenset("&'’·´`")
SAME = {"○": "〇", "ü": "v"}
POINT = "."


@dataclass(frozen=True)
class Folded:
    """A text as it is compared; character i of `text` stands for character `at[i]` of the printed one."""

    text: str
    at: tuple[int, ...]


def is_latin(character: str) -> bool:
    """Whether it is a letter or digit of which several make one word; Chinese characters stand for themselves."""
    return character.isascii() and (character.isalnum() or character == POINT)


def fold(printed: str) -> Folded:
    """Letters and digits alone, in plain form and lower case; one space parts two Latin words.

    Punctuation and white space go: `508-Ⅳ钢` is `508 iv钢`, `“互联网＋”` is 互联网. A point between digits stays.
    """
    characters: list[str] = []
    at: list[int] = []
    gap: int | None = None
    for character, offset in _plain(printed):
        if character == " ":
            gap = offset if gap is None else gap
            continue
        if gap is not None and characters and is_latin(characters[-1]) and is_latin(character):
            characters.append(" ")
            at.append(gap)
        gap = None
        characters.append(character)
        at.append(offset)
    return Folded("".join(characters), tuple(at))


def words(printed: str) -> tuple[str, ...]:
    """The words of a query, each folded, in their order and each once; what parts them are spaces and punctuation."""
    plain = "".join(character for character, _offset in _plain(printed))
    return tuple(dict.fromkeys(plain.split()))


def _plain(printed: str) -> Iterator[tuple[str, int]]:
    """Plain characters with the offset of the printed one; a space for whatever is no letter or digit."""
    for offset, character in enumerate(printed):
        if character == POINT and _stands_between_digits(printed, offset):
            yield POINT, offset
            continue
        for plain in _plain_character(character):
            yield plain, offset


def _stands_between_digits(text: str, offset: int) -> bool:
    around = text[max(offset - 1, 0) : offset] + text[offset + 1 : offset + 2]
    return len(around) == 2 and all("0" <= character <= "9" for character in normalise(around))


@lru_cache(maxsize=20_000)
def _plain_character(character: str) -> str:
    if character in JOINING:
        return ""
    plain = normalise(character)
    if not plain:
        return " "
    # A full-width & becomes a plain one only here.
    found = (SAME.get(part, part) for part in plain if part not in JOINING)
    return "".join(part if part.isalnum() else " " for part in found)
