"""Sets of ids as inclusive ranges: ids that are missing may be many, and their ranges are few."""

from collections.abc import Iterable, Sequence

Range = tuple[int, int]


def gaps_among(first: int, last: int, present: Iterable[int]) -> list[Range]:
    """What of first..last is not among the present ids, which come in ascending order."""
    gaps, following = [], first
    for number in present:
        if number > following:
            gaps.append((following, number - 1))
        following = number + 1
    if following <= last:
        gaps.append((following, last))
    return gaps


def without(ranges: Iterable[Sequence[int]], numbers: Iterable[int]) -> list[Range]:
    """The ranges, less some numbers."""
    taken = sorted(set(numbers))
    left: list[Range] = []
    for first, last in ranges:
        left += gaps_among(first, last, [number for number in taken if first <= number <= last])
    return left


def within(number: int, ranges: Iterable[Sequence[int]]) -> bool:
    """Whether a number lies in one of the ranges."""
    return any(first <= number <= last for first, last in ranges)
