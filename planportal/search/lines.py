"""Folded lines of text of many documents, and where a word stands in them (pure)."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from planportal.search.bits import Postings, bits_of, numbers_of
from planportal.search.folding import is_latin

LATIN_RUN = re.compile(r"[a-z0-9.]+")
EDGE = "\n"
# Of a Latin word this many characters lead to it; what is typed beyond them is compared with the text.
PREFIX = 8


class Lines:
    """One field of all documents: a document has any number of lines, each a folded text.

    A Latin word is found as a whole, or by its beginning where `unfinished`; Chinese is found wherever it stands.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._grams, self._runs, self._prefixes, self._whole = Postings(), Postings(), Postings(), Postings()

    def add(self, lines: Sequence[str]) -> None:
        """The next document's."""
        number = len(self._texts)
        text = EDGE + EDGE.join(lines) + EDGE if lines else ""
        self._texts.append(text)
        self._grams.add(number, _grams(text))
        runs = set(LATIN_RUN.findall(text))
        self._runs.add(number, runs)
        self._prefixes.add(number, {run[:length] for run in runs for length in range(1, min(len(run), PREFIX) + 1)})
        self._whole.add(number, set(lines))

    def close(self) -> None:
        for postings in (self._grams, self._runs, self._prefixes, self._whole):
            postings.close(len(self._texts))

    def being(self, word: str) -> int:
        """Documents of which a line is the word."""
        return self._whole.of(word)

    def beginning(self, word: str) -> int:
        """Documents of which a line begins with the word."""
        start = self._grams.of(EDGE + word[0])
        return self._checked(start & self._candidates(word, unfinished=False), EDGE + word) if start else 0

    def containing(self, word: str, *, unfinished: bool = False) -> int:
        """Documents of which a line has the word."""
        found = self._candidates(word, unfinished=unfinished)
        if not found or _is_settled_by_grams(word):
            return found
        return self._checked(found, word, unfinished=unfinished)

    def _candidates(self, word: str, *, unfinished: bool) -> int:
        """Documents that have all its grams; -1 is never returned, a word has one at least."""
        found = -1
        for postings, gram in self._needed(word, unfinished=unfinished):
            found &= postings.of(gram)
            if not found:
                return 0
        return found

    def _needed(self, word: str, *, unfinished: bool) -> Iterator[tuple[Postings, str]]:
        for run in LATIN_RUN.finditer(word):
            if unfinished and run.end() == len(word):
                yield self._prefixes, run.group()[:PREFIX]
            else:
                yield self._runs, run.group()
        if len(word) == 1 and not is_latin(word):
            yield self._grams, word
        for pair in _pairs(word):
            yield self._grams, pair

    def _checked(self, found: int, sought: str, *, unfinished: bool = False) -> int:
        has, texts = _finder(sought, unfinished=unfinished), self._texts
        return bits_of((number for number in numbers_of(found) if has(texts[number])), len(texts))


def _is_settled_by_grams(word: str) -> bool:
    """One character or one pair without a Latin letter is a gram itself."""
    return len(word) <= 2 and not any(is_latin(character) for character in word)


def _finder(sought: str, *, unfinished: bool) -> Callable[[str], object]:
    """What tells whether a text has what is sought, Latin words as a whole."""
    before = r"(?<![a-z0-9.])" if is_latin(sought[0]) else ""
    after = r"(?![a-z0-9.])" if is_latin(sought[-1]) and not unfinished else ""
    if before or after:
        return re.compile(before + re.escape(sought) + after).search
    return lambda text: sought in text


def _pairs(text: str) -> Iterator[str]:
    """Neighbouring characters, unless a space or a Latin word has both."""
    for one, other in itertools.pairwise(text):
        if " " not in (one, other) and not (is_latin(one) and is_latin(other)):
            yield one + other


def _grams(text: str) -> set[str]:
    single = {character for character in text if character not in "\n " and not is_latin(character)}
    return single | set(_pairs(text))
