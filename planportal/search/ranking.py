"""How well a document answers a word: the tiers, best first, and the documents of each (pure)."""

import re
from collections.abc import Sequence
from enum import IntEnum, auto
from itertools import islice

from planportal.search.folding import is_latin
from planportal.search.lines import Lines, last_latin_word
from planportal.search.readings import Readings


class Tier(IntEnum):
    """Where and how a word was found; a title stands for every name of a document."""

    TITLE = 0
    TITLE_BEGINS = auto()
    IN_TITLE = auto()
    SYNONYM_TITLE = auto()
    SYNONYM_IN_TITLE = auto()
    LATIN_WORD_BEGINS = auto()
    KEYWORD_IS = auto()
    KEYWORD = auto()
    PINYIN_TITLE = auto()
    PINYIN_BEGINS = auto()
    PINYIN = auto()
    INITIALS_TITLE = auto()
    INITIALS_BEGIN = auto()
    INITIALS = auto()
    BODY = auto()
    PINYIN_UNFINISHED = auto()
    SCATTERED = auto()


# What a list of suggestions has: names, no texts.
NAMES_ONLY = tuple(tier for tier in Tier if tier not in {Tier.BODY, Tier.SCATTERED})
UNIT = re.compile(r"[a-z0-9.]+|[^ ]")
LONGEST_PIECE = 3
# Of a longer word the first characters count.
MOST_UNITS = 16


class Fields:
    """The searched texts of all documents."""

    def __init__(self) -> None:
        self.titles, self.keywords, self.bodies, self.readings = Lines(), Lines(), Lines(), Readings()

    def close(self) -> None:
        for field in (self.titles, self.keywords, self.bodies, self.readings):
            field.close()


def title_tiers(fields: Fields, phrase: str) -> list[int]:
    """For each tier the documents of which a title has a folded phrase; none for the tiers without titles."""
    found = [0] * len(Tier)
    found[Tier.TITLE] = fields.titles.being(phrase)
    found[Tier.TITLE_BEGINS] = fields.titles.beginning(phrase)
    found[Tier.IN_TITLE] = fields.titles.containing(phrase)
    return found


def whole_tiers(fields: Fields, phrase: str) -> list[int]:
    """For each tier the documents that have all words of a query one after the other, in a title or as a keyword."""
    found = title_tiers(fields, phrase)
    found[Tier.KEYWORD_IS] = fields.keywords.being(phrase)
    return found


def tiers_of(fields: Fields, word: str, synonyms: Sequence[str], of_kind: int = 0) -> list[int]:
    """For each tier the documents in which a folded word, or one that means the same, is found so.

    `of_kind` are the documents that the word is the kind of. Pieces of a word do not count here: see `scattered`.
    """
    found, titles = title_tiers(fields, word), fields.titles
    found[Tier.KEYWORD_IS] = fields.keywords.being(word)
    found[Tier.KEYWORD] = of_kind
    found[Tier.LATIN_WORD_BEGINS] = 0 if _is_settled(word) else titles.containing(word, unfinished=True)
    for one in (word, *synonyms):
        is_begun = one == word and not _is_settled(word)
        found[Tier.KEYWORD] |= fields.keywords.containing(one, unfinished=is_begun)
        found[Tier.BODY] |= fields.bodies.containing(one)
    for one in synonyms:
        found[Tier.SYNONYM_TITLE] |= titles.being(one)
        found[Tier.SYNONYM_IN_TITLE] |= titles.containing(one)
    # A word that has others of its meaning here (AI) is not spelt beside that.
    if _is_spelt(word) and not (synonyms and any(found)):
        _put_readings(fields.readings, word.replace(" ", ""), found)
    return found


def _is_settled(word: str) -> bool:
    """Whether nothing may follow: Chinese, and numbers, of which one more digit makes another."""
    run = last_latin_word(word)
    return not run or run[-1].isdigit()


def _is_spelt(word: str) -> bool:
    return all(is_latin(character) or character == " " for character in word) and any(map(str.isalpha, word))


def _put_readings(readings: Readings, letters: str, found: list[int]) -> None:
    for syllables in readings.spellings(letters):
        if within := readings.containing(syllables):
            found[Tier.PINYIN] |= within
            found[Tier.PINYIN_BEGINS] |= readings.beginning(syllables)
            found[Tier.PINYIN_TITLE] |= readings.being(syllables)
    found[Tier.INITIALS_TITLE] = readings.initials_being(letters)
    found[Tier.INITIALS_BEGIN] = readings.initials_beginning(letters)
    # Any two or three letters stand somewhere by chance; they count where nothing was meant that is sure.
    if len(letters) > 1 and not any(found[: Tier.INITIALS_TITLE]):
        found[Tier.INITIALS] = readings.initials_containing(letters)
    if not any(found):
        for syllables in readings.unfinished(letters):
            found[Tier.PINYIN_UNFINISHED] |= readings.containing(syllables)


def scattered(fields: Fields, word: str) -> int:
    """Documents that have the word in pieces of two or three characters, wherever these stand."""
    units = [match.span() for match in islice(UNIT.finditer(word), MOST_UNITS)]
    rest = [0] * len(units) + [-1]
    known: dict[str, int] = {}
    for start in range(len(units) - 1, -1, -1):
        for end in range(start + 1, min(start + LONGEST_PIECE, len(units)) + 1):
            piece = word[units[start][0] : units[end - 1][1]]
            if rest[end] and len(piece) > 1:
                if piece not in known:
                    known[piece] = _anywhere(fields, piece)
                rest[start] |= known[piece] & rest[end]
    return rest[0]


def _anywhere(fields: Fields, piece: str) -> int:
    return fields.titles.near(piece) | fields.keywords.near(piece) | fields.bodies.near(piece)
