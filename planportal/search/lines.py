"""Folded lines of text of many documents, and where a word stands in them (pure)."""

import re
from collections.abc import Sequence
from itertools import pairwise

from planportal.search.bits import Postings, holding
from planportal.search.folding import is_latin

LATIN_WORD = re.compile(r"[a-z0-9.]+")
EDGE = "\n"
# No folded text has these: they stand around Latin words, so that one is never found inside of another.
OPENS, CLOSES = "<", ">"
FENCED_WORD = re.compile(f"{OPENS}[^{CLOSES}]+{CLOSES}")


class Lines:
    """One field of all documents: a document has any number of lines, each a folded text.

    A Latin word is found as a whole, or by its beginning where `unfinished`; Chinese is found wherever it stands.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._grams, self._whole = Postings(), Postings()

    def add(self, lines: Sequence[str]) -> None:
        """The next document's."""
        number = len(self._texts)
        text = _fenced(EDGE + EDGE.join(lines) + EDGE) if lines else ""
        self._texts.append(text)
        self._grams.add(number, set(text))
        self._grams.add(number, set(map("".join, pairwise(text))))
        # No line is a fenced word: the whole of both is kept together.
        self._whole.add(number, {*lines, *FENCED_WORD.findall(text)})

    def close(self) -> None:
        """After the last document."""
        for postings in (self._grams, self._whole):
            postings.close(len(self._texts))

    def being(self, word: str) -> int:
        """Documents of which a line is the word."""
        return self._whole.of(word)

    def beginning(self, word: str) -> int:
        """Documents of which a line begins with the word."""
        sought = _fenced(word)
        return self._having(EDGE + sought, self._whole.of(sought) if LATIN_WORD.fullmatch(word) else -1)

    def containing(self, word: str, *, unfinished: bool = False) -> int:
        """Documents of which a line has the word."""
        sought = _fenced(word)
        if LATIN_WORD.fullmatch(word) and not unfinished:
            return self._whole.of(sought)
        return self._having(sought.removesuffix(CLOSES) if unfinished else sought)

    def near(self, piece: str) -> int:
        """Documents that have each two neighbouring characters of a piece somewhere, but Latin words as they are.

        Of Chinese no text is looked through, which is what costs.
        """
        return self.containing(piece) if LATIN_WORD.search(piece) else self._of(piece)

    def _having(self, sought: str, within: int = -1) -> int:
        found = self._of(sought) & within
        return found if not found or len(sought) <= 2 else holding(found, self._texts, sought)

    def _of(self, sought: str) -> int:
        """Documents that have all pairs of characters of what is sought."""
        return self._grams.of_all([one + other for one, other in pairwise(sought)] or [sought])


def _fenced(text: str) -> str:
    return LATIN_WORD.sub(lambda match: f"{OPENS}{match.group()}{CLOSES}", text)


def last_latin_word(word: str) -> str:
    """The Latin word that a folded text ends in, "" where it ends in Chinese."""
    return LATIN_WORD.findall(word)[-1] if is_latin(word[-1]) else ""
