"""The arithmetic of the measurements (pure): medians, ratios round by round, and what is still flat."""

from collections.abc import Mapping, Sequence
from statistics import median

# How much more a submission may cost at the largest scale than at the smallest one.
FLAT = 1.3


def ratio_by_round(measured: Sequence[float], base: Sequence[float]) -> float:
    """The median of the ratios of two things measured in the same rounds, so that drift of the machine cancels out.

    Raises ValueError where the rounds differ in number, where there are none, or where a base is not above 0.
    """
    if len(measured) != len(base) or not base:
        raise ValueError(f"got {len(measured)} and {len(base)} rounds, allowed is the same number of both, 1 or more")
    if min(base) <= 0:
        raise ValueError(f"got a base of {min(base)}, allowed is what is above 0")
    return median(one / other for one, other in zip(measured, base, strict=True))


def against_smallest(by_scale: Mapping[int, Sequence[float]]) -> dict[int, float]:
    """By scale the ratio to the smallest scale, of medians: single requests are too short to compare one by one."""
    if not by_scale:
        return {}
    base = median(by_scale[min(by_scale)])
    if base <= 0:
        raise ValueError(f"got a median of {base} at the smallest scale, allowed is what is above 0")
    return {scale: median(found) / base for scale, found in by_scale.items()}


def is_flat(ratios: Mapping[int, float]) -> bool:
    """Whether no scale costs more than FLAT times the smallest one."""
    return all(ratio <= FLAT for ratio in ratios.values())


def read_scales(text: str) -> tuple[int, ...]:
    """Scales as "1,31,310", sorted, each once. Raises ValueError, which says what is allowed."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and int(part) > 0 for part in parts):
        raise ValueError(f"“{text}” is no list of scales; allowed are whole numbers above 0, such as 1,31,310")
    return tuple(sorted({int(part) for part in parts}))
