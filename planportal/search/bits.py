"""Sets of documents as the bits of whole numbers (pure): bit i is document i."""

from array import array
from collections.abc import Iterable, Iterator

# A posting that more than one document in so many has is kept as bits, a rarer one as a list of numbers.
RARE = 32


def bits_of(numbers: Iterable[int], size: int) -> int:
    """The set of some of `size` documents."""
    octets = bytearray((size >> 3) + 1)
    for number in numbers:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")


def numbers_of(bits: int) -> Iterator[int]:
    """The documents of a set, in their order."""
    digits = bin(bits)[:1:-1]
    found = digits.find("1")
    while found >= 0:
        yield found
        found = digits.find("1", found + 1)


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

    def grams(self) -> Iterator[str]:
        """All grams that occur."""
        yield from self._bits
        yield from self._lists
