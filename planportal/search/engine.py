"""An index of documents in memory, and what a query finds in it, best first (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from planportal.search.bits import bits_of, numbers_of
from planportal.search.folding import MOST_CHARACTERS, folded, words
from planportal.search.found import KINDS
from planportal.search.ranking import Fields, Tier, tiers_of, title_tiers
from planportal.search.synonyms import Synonyms

# A tier of up to so many is ordered by where the word stands in the title too; in a larger one nobody looks for that.
ORDERED_CLOSELY = 256


@dataclass(frozen=True, slots=True)
class Document:
    """Something that can be found. All texts as printed.

    `names` are other titles: a core name, a number, an English name. `readings` are the pinyin of the title and of
    those names that have one, title first. `fields` are the codes of the priority fields that it belongs to. `link` is
    the address's name, arguments, query and fragment. `position` orders the documents of a kind. `identity` tells a
    document from all others of its plan, also where two have one `key`.
    """

    kind: str
    key: str
    label: str
    title: str
    position: int
    names: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    body: str = ""
    readings: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    identity: str = ""

    @property
    def order(self) -> tuple[int, int, str]:
        """What orders documents that answer equally well."""
        return KINDS.index(self.kind), self.position, self.key

    @property
    def length(self) -> int:
        """Of the shortest of its Chinese names, a number of characters."""
        chinese = [name for name in self.names if not name.isascii()]
        return min(map(len, [self.title, *chinese]))


@dataclass(frozen=True)
class Query:
    """What is looked for: the folded words, the whole of it, and for each word what means the same, as printed."""

    words: tuple[str, ...]
    whole: str
    synonyms: Mapping[str, tuple[str, ...]]

    @property
    def also(self) -> tuple[str, ...]:
        """The words that are looked for beside those typed."""
        return tuple(dict.fromkeys(word for words in self.synonyms.values() for word in words))

    @property
    def forms(self) -> tuple[str, ...]:
        """All that is looked for, folded."""
        return (self.whole, *self.words, *(folded(word) for word in self.also)) if self.words else ()


def read_query(text: str, synonyms: Synonyms) -> Query:
    """The query that somebody typed; of more than MOST_CHARACTERS the first ones count."""
    text = text[:MOST_CHARACTERS]
    found = synonyms.joined(words(text))
    return Query(tuple(found), folded(text), {word: synonyms.of(word) for word in found})


@dataclass(frozen=True)
class Ranked:
    """The documents that answer: as sets, one for each tier, and how many there are of each kind."""

    tiers: Mapping[Tier, int]
    count: int
    counts: Mapping[str, int]


class Index:
    """All documents of a plan, for any number of queries at once; it never changes."""

    def __init__(self, documents: Iterable[Document]) -> None:
        # Shorter titles come first: bit by bit, a set is in the order in which its documents are shown.
        self.documents = sorted(documents, key=lambda one: (one.length, *one.order))
        self._folded = [folded(one.title) for one in self.documents]
        self._fields = Fields()
        for one, title in zip(self.documents, self._folded, strict=True):
            self._fields.titles.add([title, *(folded(name) for name in one.names)])
            self._fields.keywords.add([folded(word) for word in one.keywords])
            self._fields.bodies.add([folded(one.body)] if one.body else [])
            self._fields.readings.add(one.readings)
        self._fields.close()
        self._kinds = self._sets((one.kind,) for one in self.documents)
        self._in_field = self._sets(one.fields for one in self.documents)

    def _sets(self, names: Iterable[Sequence[str]]) -> dict[str, int]:
        members: dict[str, list[int]] = {}
        for number, each in enumerate(names):
            for name in each:
                members.setdefault(name, []).append(number)
        return {name: bits_of(numbers, len(self.documents)) for name, numbers in members.items()}

    def rank(self, query: Query, *, kind: str = "", field: str = "", tiers: Sequence[Tier] = tuple(Tier)) -> Ranked:
        """What answers every word of a query, by the tier of the word that it answers worst.

        `kind` and `field` keep what is of that kind or belongs to that field, "" keeps all; an unknown one keeps
        nothing. The counts by kind are of all kinds, whatever kind is asked for.
        """
        if not query.words:
            return Ranked({}, 0, dict.fromkeys(KINDS, 0))
        within = self._in_field.get(field, 0) if field else -1
        best = {tier: found & within for tier, found in self._tiers(query, tiers).items()}
        everything = 0
        for found in best.values():
            everything |= found
        counts = {one: (everything & self._kinds.get(one, 0)).bit_count() for one in KINDS}
        if kind:
            of_kind = self._kinds.get(kind, 0)
            best, everything = {tier: found & of_kind for tier, found in best.items()}, everything & of_kind
        return Ranked(best, everything.bit_count(), counts)

    def _tiers(self, query: Query, tiers: Sequence[Tier]) -> dict[Tier, int]:
        """The documents of each tier, none of them in two."""
        by_word = [tiers_of(self._fields, word, self._also(query, word)) for word in query.words]
        whole = title_tiers(self._fields, query.whole) if len(query.words) > 1 else None
        reached = [0] * len(by_word)
        as_whole = seen = 0
        best: dict[Tier, int] = {}
        for tier in tiers:
            reached = [sofar | found[tier] for sofar, found in zip(reached, by_word, strict=True)]
            as_whole |= whole[tier] if whole else 0
            answering = -1
            for sofar in reached:
                answering &= sofar
            best[tier] = (answering | as_whole) & ~seen
            seen |= answering | as_whole
        return best

    @staticmethod
    def _also(query: Query, word: str) -> list[str]:
        return [folded(other) for other in query.synonyms[word]]

    def page(self, query: Query, ranked: Ranked, start: int, stop: int | None) -> list[tuple[Tier, Document]]:
        """The documents from `start` to before `stop`, counted from 0, best first, each with its tier."""
        return [(tier, self.documents[number]) for tier, number in islice(self._ordered(query, ranked), start, stop)]

    def _ordered(self, query: Query, ranked: Ranked) -> Iterator[tuple[Tier, int]]:
        for tier, found in ranked.tiers.items():
            numbers: Iterable[int] = numbers_of(found)
            if found.bit_count() <= ORDERED_CLOSELY:
                numbers = sorted(numbers, key=partial(self._closeness, query, tier))
            yield from ((tier, number) for number in numbers)

    def _closeness(self, query: Query, tier: Tier, number: int) -> tuple[int, ...]:
        """Where the query stands in the title, or else its first word; titles that are the query come first."""
        title = self._folded[number]
        if tier == Tier.TITLE:
            return (title != query.whole, *self.documents[number].order[:2])
        whole, first = title.find(query.whole), title.find(query.words[0])
        return (whole < 0, whole, first < 0, first, number)
