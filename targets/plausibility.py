"""Whether a figure fits what is known of the same series: slips of the unit, jumps, sums above the whole (pure).

Nothing here refuses a figure; it names doubts that whoever enters it can dispel with a reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

# 亿元 for 万元 is a factor of 10,000, % for a share 100; 10 is a digit too many or too few.
SLIP_FACTORS = (10_000, 100, 10)
# Without a series there is only the target to go by, which is too rough to call a digit too many a slip.
ROUGH_SLIP_FACTORS = (10_000, 100)
SLIP_TOLERANCE = Decimal("1.5")
# A correction this close to what holds is no jump, wherever the other years lie.
CLOSE_TO_CURRENT = Decimal("0.1")
# Two changes are the least that one can call a history.
LEAST_KNOWN = 3
# A change may be that much larger than any seen so far before it is called a jump; never less than a quarter of the
# value it starts from.
MARGIN_OF_CHANGES = 2
LEAST_MARGIN = Decimal("0.25")


@dataclass(frozen=True, kw_only=True)
class Series:
    """What is known of one target, area and basis: the values of the other years, and of the year in question.

    `typical` is a rough idea of the size where no year is known: the target, or its yearly part.
    """

    year: int
    others: Mapping[int, Decimal]
    current: Decimal | None = None
    typical: Decimal | None = None


@dataclass(frozen=True)
class Slip:
    """A value that is about `factor` times its reference (`larger`), or one such part of it.

    `year` is the reference's; None where it is the typical size.
    """

    factor: int
    larger: bool
    reference: Decimal
    year: int | None


@dataclass(frozen=True)
class Band:
    """Between which values a figure would surprise nobody, and the years that say so, oldest first."""

    low: Decimal
    high: Decimal
    years: tuple[int, ...]

    def holds(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


def unit_slip(value: Decimal, series: Series) -> Slip | None:
    """The slip of the unit that would explain a value, None where none would or nothing is known.

    The reference is the value that holds for the year, else that of the nearest year (of two, the earlier one);
    without either the typical size. A value between its neighbours is no slip, nor is a zero.
    """
    year, reference, factors = _reference(series)
    if not value or not reference or _is_between_neighbours(value, series):
        return None
    for factor in factors:
        if _is_about(value, reference * factor):
            return Slip(factor, larger=True, reference=reference, year=year)
        if _is_about(value * factor, reference):
            return Slip(factor, larger=False, reference=reference, year=year)
    return None


def _reference(series: Series) -> tuple[int | None, Decimal | None, tuple[int, ...]]:
    if series.current:
        return series.year, series.current, SLIP_FACTORS
    known = [year for year, value in series.others.items() if value]
    if not known:
        return None, series.typical, ROUGH_SLIP_FACTORS
    nearest = min(known, key=lambda year: (abs(year - series.year), year))
    return nearest, series.others[nearest], SLIP_FACTORS


def _is_about(one: Decimal, other: Decimal) -> bool:
    return other / SLIP_TOLERANCE <= one <= other * SLIP_TOLERANCE if other > 0 else False


def _is_between_neighbours(value: Decimal, series: Series) -> bool:
    before, after = _neighbours(series)
    if before is None or after is None:
        return False
    low, high = sorted((series.others[before], series.others[after]))
    return low <= value <= high


def _neighbours(series: Series) -> tuple[int | None, int | None]:
    """The nearest known years before and after the one in question."""
    before = max((year for year in series.others if year < series.year), default=None)
    return before, min((year for year in series.others if year > series.year), default=None)


def outside_history(value: Decimal, series: Series) -> Band | None:
    """The band that a value falls out of; None where it fits, or where too little is known."""
    if series.current is not None and abs(value - series.current) <= abs(series.current) * CLOSE_TO_CURRENT:
        return None
    band = plausible_band(series)
    return None if band is None or band.holds(value) else band


def plausible_band(series: Series) -> Band | None:
    """Between which values a year's figure is plausible by the series' own history.

    None where fewer than three other years are known. Between two known years: from the smaller to the larger of
    them, and beyond by twice the yearly change between them. After (or before) all known years: from the last value
    on by the least and the greatest yearly change seen, each widened by a margin. Never below 0 where no known value
    is.
    """
    if len(series.others) < LEAST_KNOWN:
        return None
    before, after = _neighbours(series)
    years = tuple(sorted(series.others))
    if before is not None and after is not None:
        low, high = sorted((series.others[before], series.others[after]))
        margin = _margin([(high - low) / (after - before)], start=max(abs(low), abs(high)))
        return _band(low - margin, high + margin, series.others, years)
    if before is not None:
        return _carried_on(series.others, years, before, series.year - before)
    if after is not None:
        mirrored = {-year: value for year, value in series.others.items()}
        return _carried_on(mirrored, years, -after, after - series.year)
    return None


def _carried_on(values: Mapping[int, Decimal], years: tuple[int, ...], last: int, gap: int) -> Band:
    start, changes = values[last], _yearly_changes(values)
    margin = _margin(changes, start)
    low, high = start + gap * (min(changes) - margin), start + gap * (max(changes) + margin)
    return _band(low, high, values, years)


def _margin(changes: Iterable[Decimal], start: Decimal) -> Decimal:
    return max(*(abs(change) * MARGIN_OF_CHANGES for change in changes), abs(start) * LEAST_MARGIN)


def _yearly_changes(values: Mapping[int, Decimal]) -> list[Decimal]:
    """The change a year between neighbouring known years; over a gap the mean one."""
    return [(values[after] - values[before]) / (after - before) for before, after in pairwise(sorted(values))]


def _band(low: Decimal, high: Decimal, values: Mapping[int, Decimal], years: tuple[int, ...]) -> Band:
    if all(value >= 0 for value in values.values()):
        low = max(low, Decimal(0))
    return Band(low, high, years)


def sum_above(whole: Decimal | None, parts: Iterable[Decimal]) -> Decimal | None:
    """The sum of the parts where it is more than the whole; None where it is not, or the whole is unknown."""
    total = sum(parts, Decimal(0))
    return total if whole is not None and total > whole else None
