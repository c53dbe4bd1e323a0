"""Hypothetical figures for the years that remain: added to the known ones, and those of usual paces (pure).

What they lead to is said by `assess` on the figures that `supposing` gives; nothing is assessed here.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from itertools import pairwise
from typing import Literal

from targets.progress import Assessment, Indicator, Submission
from targets.progress_terms import PRECISION, rounded

Pace = Literal["planned", "current", "enough"]
Figures = dict[int, Decimal]


def years_left(indicator: Indicator, assessment: Assessment) -> tuple[int, ...]:
    """The years after the last one with a figure, up to the end year; all of the plan's where there is none."""
    return tuple(range((assessment.data_year or indicator.base_year) + 1, indicator.end_year + 1))


def supposing(
    submissions: Iterable[Submission], supposed: Mapping[int, Decimal], *, basis: str, known_by: date | None = None
) -> list[Submission]:
    """The figures known by a day for the years before the first supposed one, and the supposed ones after them.

    Supposed figures are as the indicator takes them: a year's increment where it is the sum of increments.
    """
    first = min(supposed)
    known = [
        submission
        for submission in submissions
        if submission.year < first and (known_by is None or submission.submitted_on <= known_by)
    ]
    # Of one day the later in the list counts; so no later day has to be made up.
    day = max((submission.submitted_on for submission in known), default=date.min)
    return known + [
        Submission(year=year, value=value, submitted_on=day, basis=basis) for year, value in sorted(supposed.items())
    ]


def paces(indicator: Indicator, assessment: Assessment) -> dict[Pace, Figures]:
    """For each pace that the assessment knows, a figure for every year left, with the indicator's decimals.

    `planned`: on from the value by the plan's own average yearly change, rounded towards difficulty.
    `current`: on by the average yearly change so far, rounded away from success; it ends at the forecast.
    `enough`: the least that ends at the target, in equal yearly steps (of a sum: equal increments), rounded
    towards difficulty; without any known value to start from, the target in every year.
    No figure is below 0 unless the target or its baseline is.
    """
    with localcontext(Context(prec=PRECISION)):
        run = _Run(indicator, assessment)
        found: dict[Pace, Figures | None] = {
            "planned": run.planned(),
            "current": run.current(),
            "enough": run.enough(),
        }
    return {pace: figures for pace, figures in found.items() if figures}


class _Run:
    """The years left of one indicator, from the last value or, before any figure, from the baseline."""

    def __init__(self, indicator: Indicator, assessment: Assessment) -> None:
        self.indicator, self.assessment = indicator, assessment
        self.years = years_left(indicator, assessment)
        self.baseline = assessment.baseline_value
        self.start = self.baseline if assessment.value is None else assessment.value
        needed, had = (ROUND_CEILING, ROUND_FLOOR) if indicator.sign > 0 else (ROUND_FLOOR, ROUND_CEILING)
        self.as_needed, self.as_had = needed, had

    def planned(self) -> Figures | None:
        """V + (T - B)k/N."""
        start, target, baseline = self.start, self.indicator.target, self.baseline
        if start is None or target is None or baseline is None or self.assessment.planned_annual_change is None:
            return None
        return self._carried_on(start, target - baseline, self._gone(self.indicator.end_year), self.as_needed)

    def current(self) -> Figures | None:
        """V + (V - B)k/n."""
        value, baseline, year = self.assessment.value, self.baseline, self.assessment.data_year
        if value is None or baseline is None or year is None or self.assessment.actual_annual_change is None:
            return None
        return self._carried_on(value, value - baseline, self._gone(year), self.as_had)

    def enough(self) -> Figures | None:
        """V + (T - V)k/(e - t); of a sum (T - V)/(e - t) every year."""
        target, start, count = self.indicator.target, self.start, len(self.years)
        if target is None:
            return None
        if start is None:
            return dict.fromkeys(self.years, self._figure(target, self.as_needed))
        if self.indicator.is_summed:
            return dict.fromkeys(self.years, self._figure((target - start) / max(count, 1), self.as_needed))
        return self._carried_on(start, target - start, count, self.as_needed)

    def _gone(self, year: int) -> int:
        return year - (self.assessment.baseline_year or self.indicator.base_year)

    def _carried_on(self, start: Decimal, change: Decimal, in_years: int, rounding: str) -> Figures:
        """From `start` on by `change` shared among `in_years`; of a sum, what each year adds to it."""
        reached = [
            self._figure((start * in_years + change * ahead) / in_years, rounding)
            for ahead in range(1, len(self.years) + 1)
        ]
        if self.indicator.is_summed:
            reached = [self._figure(after - before, rounding) for before, after in pairwise([start, *reached])]
        return dict(zip(self.years, reached, strict=True))

    def _figure(self, value: Decimal, rounding: str) -> Decimal:
        known = (self.indicator.target, self.indicator.baseline)
        if all(number is None or number >= 0 for number in known):
            value = max(value, Decimal(0))
        return rounded(value, self.indicator.decimals, rounding)
