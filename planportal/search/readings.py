"""Lines of pinyin of many documents, found by whole syllables and by initials (pure).

A line is its syllables parted by spaces; a Latin word among them stands as one, in upper case: `3D da yin`.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from planportal.search.bits import Postings, holding

EDGE = "\n"
LONGEST_SYLLABLE = 6
# "xian" is xian and xi an; more than so many readings of one word nobody means.
MOST_READINGS = 16
MOST_ENDINGS = 64
MOST_LETTERS = 60
Syllables = tuple[str, ...]


def initial(syllable: str) -> str:
    """The first letter of a syllable; of a Latin word all of it."""
    return syllable[0] if syllable.islower() else syllable.lower()


class Readings:
    """How the lines of all documents are read."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._initials: list[str] = []
        self._pairs, self._letters = Postings(), Postings()
        self._known: frozenset[str] = frozenset()

    def add(self, lines: Sequence[str]) -> None:
        """The next document's."""
        number = len(self._texts)
        split = [line.lower().split() for line in lines]
        self._texts.append("".join(f"{EDGE} {' '.join(line)} " for line in split) + EDGE)
        self._pairs.add(number, {gram for line in split for gram in (*line, *_pairs([EDGE, *line, EDGE]))})
        initials = EDGE + EDGE.join("".join(map(initial, line.split())) for line in lines) + EDGE
        self._initials.append(initials)
        self._letters.add(number, set(map("".join, pairwise(initials))))

    def close(self) -> None:
        """After the last document."""
        for postings in (self._pairs, self._letters):
            postings.close(len(self._texts))
        self._known = frozenset(gram for gram in self._pairs.grams() if " " not in gram)

    def spellings(self, letters: str) -> list[Syllables]:
        """The ways to read letters as whole syllables that occur."""
        return self._split(letters, 0, {}) if len(letters) <= MOST_LETTERS else []

    def unfinished(self, letters: str) -> list[Syllables]:
        """The ways to read letters as syllables of which the last one is only begun."""
        found: list[Syllables] = []
        for end in range(len(letters) - 1, max(len(letters) - LONGEST_SYLLABLE, -1), -1):
            before = self.spellings(letters[:end])
            begun = letters[end:]
            starts = [one for one in sorted(self._known) if one.startswith(begun) and one != begun] if before else []
            found += [(*syllables, last) for syllables in before for last in starts]
        return found[:MOST_ENDINGS]

    def _split(self, letters: str, start: int, known: dict[int, list[Syllables]]) -> list[Syllables]:
        if start == len(letters):
            return [()]
        if start not in known:
            known[start] = [
                (letters[start:end], *rest)
                for end in range(min(len(letters), start + LONGEST_SYLLABLE), start, -1)
                if letters[start:end] in self._known
                for rest in self._split(letters, end, known)
            ][:MOST_READINGS]
        return known[start]

    def being(self, syllables: Syllables) -> int:
        """Documents of which a line is read so."""
        return self._found([EDGE, *syllables, EDGE])

    def beginning(self, syllables: Syllables) -> int:
        """Documents of which a line's reading begins so."""
        return self._found([EDGE, *syllables])

    def containing(self, syllables: Syllables) -> int:
        """Documents of which a line has these syllables one after the other."""
        return self._found(list(syllables))

    def _found(self, sought: list[str]) -> int:
        grams = list(_pairs(sought)) or sought
        found = self._pairs.of_all(grams)
        if not found or len(grams) == 1:
            return found
        before, after = ("" if sought[0] == EDGE else " "), ("" if sought[-1] == EDGE else " ")
        return holding(found, self._texts, before + " ".join(sought) + after)

    def initials_being(self, letters: str) -> int:
        """Documents of which a line's initials are the letters."""
        return self._initialled(EDGE + letters + EDGE)

    def initials_beginning(self, letters: str) -> int:
        """Documents of which a line's initials begin with the letters."""
        return self._initialled(EDGE + letters)

    def initials_containing(self, letters: str) -> int:
        """Documents of which a line's initials have two or more letters one after the other."""
        return self._initialled(letters)

    def _initialled(self, sought: str) -> int:
        grams = list(map("".join, pairwise(sought)))
        found = self._letters.of_all(grams)
        return found if not found or len(grams) == 1 else holding(found, self._initials, sought)


def _pairs(line: Sequence[str]) -> Iterator[str]:
    for one, other in pairwise(line):
        yield f"{one} {other}"
