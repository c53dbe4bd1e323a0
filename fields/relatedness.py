"""Which names have words in common: related by text alone, the same on every run.

A name is cut into pieces at what says nothing of its subject; the longest runs of characters that the pieces of two
names have in common are their shared words. A rare run weighs more than a frequent one (TF-IDF over runs of two to
four characters), and two names are as close as the cosine of their weights. Where they write of one subject in two
ways, or of subjects that go together, a table kept by hand adds to that.
"""

import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fields.subject_words import ALSO_WRITTEN, GENERAL, SAY_NOTHING, SUBJECTS

MOST_RELATED = 6
# Closeness is in thousandths of a cosine; below this one, two names share a word by chance.
CLOSE_ENOUGH = 25
# A subject that two names write in two ways weighs as much as a rare word of a name of middle length.
OF_THE_SAME = 150
SHORTEST, LONGEST = 2, 4
SAME_AS = "≈"


def _alternatives(words: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


_TOKEN = re.compile(
    rf"(?P<word>{_alternatives(SUBJECTS | SAY_NOTHING)})|(?P<latin>[a-z]+)"
    r"|(?P<mark>[^\w]+|[0-9.]+(?:mw|兆瓦|万千瓦)?)|(?P<other>.)"
)
_SUBJECT = re.compile(rf"{_alternatives(SUBJECTS)}|[a-z]+")
_WRITTEN = frozenset(word for subject, forms in ALSO_WRITTEN.items() for word in (subject, *forms))


@dataclass(frozen=True)
class Relation:
    """Another name by its key, how close it is (0 to 1000 and a little more, rounded), and the words that both have.

    Words are in their plain form (NFKC, Latin letters large), longest first; a related word, which only stands there
    in another way or for a kindred subject, is written 风电≈风力发电, as in the name looked at first.
    """

    key: int
    closeness: int
    shared: tuple[str, ...]

    @property
    def is_reason(self) -> bool:
        """Whether a word says more than that both are of science and technology."""
        return any(word.casefold() not in GENERAL for word in self.shared)

    @property
    def is_common(self) -> bool:
        """Whether such a word stands in both names as it is."""
        return any(SAME_AS not in word and word.casefold() not in GENERAL for word in self.shared)


@dataclass(frozen=True)
class _Name:
    """A name taken apart: `runs` are all that it could share, `forms` its subjects that are also written otherwise."""

    plain: str
    runs: frozenset[str]
    forms: tuple[tuple[str, str], ...]
    weights: dict[str, float]
    length: float


class Names:
    """Names by their keys, each weighed against all. A general word alone is no reason to call two names related."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._total = len(names)
        pieces = {key: pieces_of(name) for key, name in names.items()}
        self._frequency = Counter(run for one in pieces.values() for run in runs_of(one, LONGEST))
        self._names = {key: self._weighed(names[key], one) for key, one in pieces.items()}
        self._keys: dict[str, set[int]] = defaultdict(set)
        for key, name in self._names.items():
            for word in (*name.weights, *(word for word in _WRITTEN if word in name.plain)):
                self._keys[word].add(key)

    def related_to(self, key: int) -> tuple[Relation, ...]:
        """The at most MOST_RELATED names closest to one of them; never itself.

        Those with a word in common come first, then the closest, then by key.
        """
        return tuple(one for one in self._close_to(self._names[key]) if one.key != key)[:MOST_RELATED]

    def touched_by(self, name: str) -> tuple[Relation, ...]:
        """All names that are close to one that is not among them, in the order of `related_to`."""
        return self._close_to(self._weighed(name, pieces_of(name)))

    def _weighed(self, name: str, pieces: tuple[str, ...]) -> _Name:
        weights = {run: self._weight(run) for run in sorted(runs_of(pieces, LONGEST))}
        length = math.sqrt(sum(weight**2 for weight in weights.values()))
        text = plain(name)
        return _Name(text, frozenset(runs_of(pieces)), tuple(_other_forms(text)), weights, length)

    def _weight(self, run: str) -> float:
        weight = math.log((self._total + 1) / max(self._frequency[run], 1))
        return weight / 2 if run in GENERAL else weight

    def _close_to(self, name: _Name) -> tuple[Relation, ...]:
        words = (*name.weights, *(there for _here, there in name.forms))
        keys = {key for word in words for key in self._keys.get(word, ())}
        found = (self._relation(name, key) for key in keys)
        close = (one for one in found if one.closeness >= CLOSE_ENOUGH and one.is_reason)
        return tuple(sorted(close, key=lambda one: (not one.is_common, -one.closeness, one.key)))

    def _relation(self, name: _Name, key: int) -> Relation:
        other = self._names[key]
        common = _longest(name.runs & other.runs)
        same = _written_in_two_ways(name, other.plain, common)
        product = sum(weight * other.weights[run] for run, weight in name.weights.items() if run in other.weights)
        length = name.length * other.length
        closeness = (round(1000 * product / length) if length else 0) + OF_THE_SAME * len(same)
        return Relation(key, closeness, tuple(word.upper() for word in (*common, *same)))


def plain(name: str) -> str:
    """A name with plain characters (NFKC) and small letters."""
    return unicodedata.normalize("NFKC", name).casefold()


def pieces_of(name: str) -> tuple[str, ...]:
    """What of a name says what it is about, in order: each piece of at least two characters."""
    pieces = [""]
    for token in _TOKEN.finditer(plain(name)):
        if token.lastgroup == "latin" or token[0] in SUBJECTS:
            pieces += [token[0], ""]
        elif token.lastgroup == "other":
            pieces[-1] += token[0]
        else:
            pieces.append("")
    return tuple(piece for piece in pieces if len(piece) >= SHORTEST)


def runs_of(pieces: Sequence[str], longest: int | None = None) -> set[str]:
    """The runs of each piece, from two characters on; of a known subject only itself and the subjects in it."""
    found: set[str] = set()
    for piece in pieces:
        found.update(_subjects_in(piece) if _SUBJECT.fullmatch(piece) else _runs_of(piece, longest or len(piece)))
    return found


def _runs_of(piece: str, longest: int) -> Iterator[str]:
    for size in range(SHORTEST, min(longest, len(piece)) + 1):
        for start in range(len(piece) - size + 1):
            yield piece[start : start + size]


def _subjects_in(piece: str) -> Iterator[str]:
    yield piece
    yield from (run for run in _runs_of(piece, len(piece)) if run in SUBJECTS)


def _longest(common: frozenset[str]) -> tuple[str, ...]:
    """The runs that are within no other, longest first, then by text."""
    longest = (run for run in common if not any(run != other and run in other for other in common))
    return tuple(sorted(longest, key=lambda run: (-len(run), run)))


def _other_forms(name: str) -> Iterator[tuple[str, str]]:
    """Each subject that the name writes in one way, and another way of it: (in the name, elsewhere)."""
    for subject, forms in ALSO_WRITTEN.items():
        if subject in name:
            yield from ((subject, form) for form in forms if form not in name)
        else:
            yield from ((form, subject) for form in forms if form in name)


def _written_in_two_ways(name: _Name, other: str, common: Sequence[str]) -> tuple[str, ...]:
    """The first way in which another name writes of a subject that they have no word for in common; () without."""
    ways = (f"{here}{SAME_AS}{there}" for here, there in name.forms if there in other)
    return tuple(itertools.islice((way for way in ways if not set(way.split(SAME_AS)) & set(common)), 1))
