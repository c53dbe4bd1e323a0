"""Marks in printed text: which characters are what was looked for (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planportal.search.folding import Folded, fold, is_latin
from planportal.search.found import Piece
from planportal.search.ranking import UNIT, Tier
from planportal.search.readings import initial

SNIPPET_BEFORE = 20
SNIPPET_LENGTH = 80
CUT = "…"


@dataclass(frozen=True)
class Sought:
    """What is marked: folded forms, and whether also by their pinyin, its last syllable only begun, or in pieces."""

    forms: tuple[str, ...]
    is_spelt: bool = False
    is_unfinished: bool = False
    is_scattered: bool = False


def sought_in(tier: Tier, forms: tuple[str, ...]) -> Sought:
    """What is to be marked in a document that was found in a tier."""
    return Sought(
        forms,
        is_spelt=tier >= Tier.PINYIN_TITLE,
        is_unfinished=tier == Tier.PINYIN_UNFINISHED,
        is_scattered=tier == Tier.SCATTERED,
    )


def marked(printed: str, sought: Sought, reading: str = "") -> tuple[Piece, ...]:
    """A text in pieces that together are the text, those marked that are one of the forms.

    `reading` is the pinyin of the text, "" where it is looked for in print alone.
    """
    folded = fold(printed)
    return _pieces(printed, folded, _spans(folded, sought, reading))


def snippet(printed: str, sought: Sought) -> tuple[Piece, ...]:
    """The same of a long text's part around the first mark, with … where it is cut."""
    if len(printed) <= SNIPPET_LENGTH:
        return marked(printed, sought)
    folded = fold(printed)
    first = min((folded.at[start] for start, _end in _spans(folded, sought, "")), default=0)
    begin = max(min(first - SNIPPET_BEFORE, len(printed) - SNIPPET_LENGTH), 0)
    end = begin + SNIPPET_LENGTH
    before = (Piece(CUT),) if begin else ()
    after = (Piece(CUT),) if end < len(printed) else ()
    return (*before, *marked(printed[begin:end], sought), *after)


Span = tuple[int, int]


def _spans(folded: Folded, sought: Sought, reading: str) -> list[Span]:
    found: list[Span] = []
    for form in filter(None, sought.forms):
        spans = _printed_spans(folded, form)
        if not spans and sought.is_spelt and form.isascii():
            letters = form.replace(" ", "")
            spans = _read_spans(folded, reading, letters, is_unfinished=sought.is_unfinished)
        if not spans and sought.is_scattered:
            spans = [span for pair in dict.fromkeys(_neighbours(form)) for span in _printed_spans(folded, pair)]
        found += spans
    return found


def _printed_spans(folded: Folded, form: str) -> list[Span]:
    starts = (match.start() for match in re.finditer(re.escape(form), folded.text))
    return [(start, start + len(form)) for start in starts if _may_start(folded.text, start)]


def _may_start(text: str, start: int) -> bool:
    """A Latin word is marked by its beginning, never inside of another."""
    return start == 0 or not (is_latin(text[start]) and is_latin(text[start - 1]))


def _neighbours(form: str) -> Iterator[str]:
    units = [match.span() for match in UNIT.finditer(form)]
    for (start, _end), (_start, end) in pairwise(units):
        yield form[start:end]


def _read_spans(folded: Folded, reading: str, letters: str, *, is_unfinished: bool) -> list[Span]:
    """The characters whose syllables, or else whose initials, are the letters."""
    syllables = reading.split()
    places = _places(folded.text, syllables)
    for spell in (str.lower, initial):
        spelt = [spell(one) for one in syllables[: len(places)]]
        found = list(_spelt(spelt, places, letters, is_unfinished=is_unfinished))
        if found:
            return found
    return []


def _places(text: str, syllables: Sequence[str]) -> list[Span]:
    """Where in a folded text each syllable of its reading stands, as far as the text reaches."""
    places: list[Span] = []
    start = 0
    for syllable in syllables:
        while text[start : start + 1] == " ":
            start += 1
        end = start + (1 if syllable.islower() else len(syllable))
        if end > len(text):
            break
        places.append((start, end))
        start = end
    return places


def _spelt(letters: Sequence[str], places: Sequence[Span], sought: str, *, is_unfinished: bool) -> Iterator[Span]:
    """The runs of syllables that are the letters sought; where these are unfinished, the last one may be longer."""
    for first in range(len(letters)):
        rest = sought
        for last in range(first, len(letters)):
            if not (rest.startswith(letters[last]) or (is_unfinished and letters[last].startswith(rest))):
                break
            rest = rest[len(letters[last]) :]
            if not rest:
                yield places[first][0], places[last][1]
                break


def _pieces(printed: str, folded: Folded, spans: Sequence[Span]) -> tuple[Piece, ...]:
    hit = [False] * len(printed)
    for start, end in spans:
        # What the folded text leaves out between two marked characters is marked with them.
        hit[folded.at[start] : folded.at[end - 1] + 1] = [True] * (folded.at[end - 1] + 1 - folded.at[start])
    cuts = [0, *(i for i in range(1, len(printed)) if hit[i] != hit[i - 1]), len(printed)]
    return tuple(Piece(printed[one:other], hit[one]) for one, other in pairwise(cuts) if one < other)
