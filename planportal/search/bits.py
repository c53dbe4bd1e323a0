"""Sets of documents as the bits of whole numbers (pure): bit i is document i."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, count, repeat, tee
from operator import contains, not_

# A posting that more than one document in so many has is kept as bits, a rarer one as a list of numbers.
RARE = 32
DENSE = 16
DIGIT_VALUES = bytes.maketrans(b"01", b"\x00\x01")


def bits_of(numbers: Iterable[int], size: int) -> int:
    """The set of some of `size` documents."""
    octets = bytearray((size >> 3) + 1)
    for number in numbers:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")


def numbers_of(bits: int) -> Iterator[int]:
    """The documents of a set, in their order."""
    digits = bin(bits)[:1:-1]
    # Of a dense set every digit is looked at, of a sparse one the next 1 is sought.
    if bits.bit_count() * DENSE > len(digits):
        return compress(count(), digits.encode().translate(DIGIT_VALUES))
    return _ones(digits)


def _ones(digits: str) -> Iterator[int]:
    found = digits.find("1")
    while found >= 0:
        yield found
        found = digits.find("1", found + 1)


def holding(bits: int, texts: Sequence[str], sought: str) -> int:
    """Those of a set of documents whose texts have what is sought."""
    numbers, again = tee(numbers_of(bits))
    has = map(contains, map(texts.__getitem__, numbers), repeat(sought))
    # Of documents with all grams of a word few do not have the word: those are the fewer to put together.
    return bits & ~bits_of(compress(again, map(not_, has)), len(texts))


class Postings:
    """Which documents have a gram. Documents are added in their order, each with each gram once."""

    def __init__(self) -> None:
        self._lists: dict[str, array[int]] = {}
        self._bits: dict[str, int] = {}
        self._size = 0

    def add(self, number: int, grams: Iterable[str]) -> None:
        lists = self._lists
        for gram in grams:
            found = lists.get(gram)
            if found is None:
                lists[gram] = array("I", (number,))
            else:
                found.append(number)

    def close(self, size: int) -> None:
        """After the last document: the frequent grams become bits."""
        self._size = size
        for gram in [gram for gram, numbers in self._lists.items() if len(numbers) * RARE > size]:
            self._bits[gram] = bits_of(self._lists.pop(gram), size)

    def of(self, gram: str) -> int:
        """The set of documents that have the gram."""
        found = self._bits.get(gram)
        if found is not None:
            return found
        numbers = self._lists.get(gram)
        return bits_of(numbers, self._size) if numbers else 0

    def of_all(self, grams: Sequence[str]) -> int:
        """The set of documents that have all of the grams, of which there is one at least."""
        if any(gram not in self._bits and gram not in self._lists for gram in grams):
            return 0
        found = -1
        for gram in sorted(grams, key=self._rarity):
            found &= self.of(gram)
            if not found:
                break
        return found

    def _rarity(self, gram: str) -> int:
        return len(self._lists.get(gram, ())) or self._size

    def grams(self) -> Iterator[str]:
        """All grams that occur."""
        yield from self._bits
        yield from self._lists
