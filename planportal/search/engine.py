"""An index of documents in memory, and what a query finds in it, best first (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from planportal.search.bits import bits_of, numbers_of
from planportal.search.folding import folded
from planportal.search.found import KINDS
from planportal.search.query import KIND_WORDS, Query, read_query, taken_apart
from planportal.search.ranking import Fields, Tier, scattered, tiers_of, whole_tiers
from planportal.search.synonyms import Synonyms

# A tier of up to so many is ordered by where the word stands in the title too; in a larger one nobody looks for that.
ORDERED_CLOSELY = 256
# By word the documents of each tier.
Known = dict[str, list[int]]


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
class Ranked:
    """The documents that answer: as sets, one for each tier, and how many there are of each kind.

    `is_found` where there is one, whatever the filters.
    """

    tiers: Mapping[Tier, int]
    count: int
    counts: Mapping[str, int]
    is_found: bool

    @property
    def is_partial(self) -> bool:
        """Whether no document has the words as they are, but only pieces of them."""
        return bool(self.tiers.get(Tier.SCATTERED))


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

    def answer(
        self, text: str, synonyms: Synonyms, *, kind: str = "", field: str = "", tiers: Sequence[Tier] = tuple(Tier)
    ) -> tuple[Query, Ranked]:
        """What answers a text: as typed, or else taken apart, or else in pieces wherever these stand."""
        typed = read_query(text, synonyms, self._is_read)
        known: Known = {}
        rank = partial(self.rank, kind=kind, field=field, known=known)
        sure = [tier for tier in tiers if tier != Tier.SCATTERED]
        ranked = rank(typed, tiers=sure)
        if ranked.is_found or not typed.words:
            return typed, ranked
        apart = taken_apart(typed, synonyms)
        if apart.words != typed.words:
            ranked = rank(apart, tiers=sure)
            if ranked.is_found:
                return apart, ranked
        return typed, rank(typed, tiers=tiers)

    def _is_read(self, syllables: Sequence[str]) -> bool:
        return bool(self._fields.readings.containing(tuple(syllables)))

    def rank(
        self,
        query: Query,
        *,
        kind: str = "",
        field: str = "",
        tiers: Sequence[Tier] = tuple(Tier),
        known: Known | None = None,
    ) -> Ranked:
        """What answers every word of a query, by the tier of the word that it answers worst.

        `kind` and `field` keep what is of that kind or belongs to that field, "" keeps all; an unknown one keeps
        nothing. The counts by kind are of all kinds, whatever kind is asked for. `known` keeps what words were found
        to answer for another query with the same synonyms.
        """
        if not query.words:
            return Ranked({}, 0, dict.fromkeys(KINDS, 0), is_found=False)
        within = self._in_field.get(field, 0) if field else -1
        anywhere = self._tiers(query, tiers, {} if known is None else known)
        best = {tier: found & within for tier, found in anywhere.items()}
        everything = 0
        for found in best.values():
            everything |= found
        counts = {one: (everything & self._kinds.get(one, 0)).bit_count() for one in KINDS}
        if kind:
            of_kind = self._kinds.get(kind, 0)
            best, everything = {tier: found & of_kind for tier, found in best.items()}, everything & of_kind
        return Ranked(best, everything.bit_count(), counts, is_found=any(anywhere.values()))

    def _tiers(self, query: Query, tiers: Sequence[Tier], known: Known) -> dict[Tier, int]:
        """The documents of each tier, none of them in two."""
        for word in query.words:
            if word not in known:
                known[word] = self._tiers_of(word, self._also(query, word))
            if Tier.SCATTERED in tiers and not any(known[word]):
                known[word][Tier.SCATTERED] = scattered(self._fields, word)
        by_word = [known[word] for word in query.words]
        whole = whole_tiers(self._fields, query.whole) if len(query.words) > 1 else None
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

    def _tiers_of(self, word: str, synonyms: Sequence[str]) -> list[int]:
        return tiers_of(self._fields, word, synonyms, self._kinds.get(KIND_WORDS.get(word, ""), 0))

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

    def counts_by_field(self, ranked: Ranked) -> dict[str, int]:
        """How many of the documents that answer belong to each field, by its code; 0 is not left out."""
        everything = 0
        for found in ranked.tiers.values():
            everything |= found
        return {field: (everything & members).bit_count() for field, members in self._in_field.items()}
