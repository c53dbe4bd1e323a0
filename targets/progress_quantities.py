"""The quantities of one indicator in one view: baseline, clock, way to the target, trend (§3 to §6, pure)."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import accumulate, pairwise

from targets.progress_inputs import FiguresInView, Indicator
from targets.progress_terms import BaselineSource, floored_percentage, rounded

ON_TRACK_FROM_PCT = 95
STALE_AFTER_YEARS = 2


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Where the way to the target begins: B and b, and where B comes from."""

    value: Decimal
    year: int
    source: BaselineSource


def find_baseline(indicator: Indicator, figures: FiguresInView, plan_years: list[int]) -> Baseline | None:
    """The first of §3 that there is: zero by definition, submitted, printed, substitute; else None."""
    base_year = indicator.base_year
    if indicator.is_from_zero:
        return Baseline(value=Decimal(0), year=base_year, source="zero")
    if base_year in figures.by_year:
        return Baseline(value=figures.by_year[base_year], year=base_year, source="submitted")
    if indicator.baseline is not None and indicator.basis == figures.basis:
        return Baseline(value=indicator.baseline, year=base_year, source="plan")
    if len(plan_years) > 1:
        return Baseline(value=figures.by_year[plan_years[0]], year=plan_years[0], source="substitute")
    return None


def scheduled_value(indicator: Indicator, target: Decimal, baseline: Baseline, *, gone: int) -> Decimal:
    """B + (T - B)n/N as published, whole units for a count; T itself for a hold target (§4)."""
    way, period = target - baseline.value, indicator.end_year - baseline.year
    if indicator.sign * way <= 0:
        return target
    exact = (baseline.value * period + way * gone) / period
    if indicator.kind == "count":
        return rounded(exact, 0, ROUND_FLOOR)
    return rounded(exact, indicator.decimals, ROUND_HALF_UP)


class Quantities:
    """One indicator in one view, in the method's terms.

    None where an operand is missing, or where the method gives the quantity no meaning. Exact but for
    `scheduled` and `pace_pct`, which are compared as they are shown.
    """

    def __init__(self, indicator: Indicator, figures: FiguresInView, as_of_year: int) -> None:
        self.indicator, self.figures, self.as_of_year = indicator, figures, as_of_year
        self.sign, self.target, self.end_year = indicator.sign, indicator.target, indicator.end_year
        self.plan_years = [year for year in figures.by_year if year > indicator.base_year]
        self.values = self._values()
        self.year = self.plan_years[-1] if self.plan_years else None
        self.value = self.values[self.year] if self.year else None
        self.baseline = find_baseline(indicator, figures, self.plan_years)

    def _values(self) -> dict[int, Decimal]:
        """The value in each plan year with a figure: the figure itself, or the sum so far (§1)."""
        values = [self.figures.by_year[year] for year in self.plan_years]
        if self.indicator.is_summed:
            values = list(accumulate(values))
        return dict(zip(self.plan_years, values, strict=True))

    # The clock (§4)

    @cached_property
    def clock_year(self) -> int:
        """t, or the viewed year where nothing is reported."""
        return self.year or min(self.as_of_year, self.end_year)

    @cached_property
    def start_year(self) -> int:
        """b, also where the value of that year is missing."""
        return self.baseline.year if self.baseline else self.indicator.base_year

    @cached_property
    def gone(self) -> int:
        """n."""
        return self.clock_year - self.start_year

    @cached_property
    def period(self) -> int:
        """N."""
        return self.end_year - self.start_year

    @cached_property
    def years_left(self) -> int:
        return self.end_year - self.clock_year

    @cached_property
    def is_final(self) -> bool:
        return self.year == self.end_year

    @cached_property
    def is_stale(self) -> bool:
        """The figure is too old for a judgement; a figure of the end year never is (§7 rule 4)."""
        if self.year is None or self.is_final:
            return False
        return self.as_of_year - self.year >= STALE_AFTER_YEARS

    # The way to the target (§5)

    @cached_property
    def lower_bound(self) -> bool:
        """A sum with missing years is only "at least" (§7 rule 6)."""
        return self.indicator.is_summed and 0 < len(self.plan_years) < self.gone

    @cached_property
    def above_target(self) -> Decimal | None:
        """s(V - T): how far the value is on the good side of the target."""
        if self.value is None or self.target is None:
            return None
        return self.sign * (self.value - self.target)

    @cached_property
    def meets_target(self) -> bool:
        return self.above_target is not None and self.above_target >= 0

    @cached_property
    def holds(self) -> bool:
        """The baseline already meets the target: a hold target has no way to go (§8)."""
        if self.baseline is None or self.target is None:
            return False
        return self.sign * (self.baseline.value - self.target) >= 0

    @cached_property
    def moved(self) -> Decimal | None:
        """V - B."""
        return None if self.value is None or self.baseline is None else self.value - self.baseline.value

    @cached_property
    def way(self) -> Decimal | None:
        """T - B, never 0; None for a hold target."""
        if self.baseline is None or self.target is None or self.holds:
            return None
        return self.target - self.baseline.value

    @cached_property
    def below_baseline(self) -> bool:
        return self.moved is not None and self.sign * self.moved < 0

    @cached_property
    def scheduled(self) -> Decimal | None:
        """What is due by the clock's year (§4); None without a baseline or a target."""
        if self.baseline is None or self.target is None:
            return None
        return scheduled_value(self.indicator, self.target, self.baseline, gone=self.gone)

    @cached_property
    def nothing_due(self) -> bool:
        return self.indicator.kind == "count" and self.scheduled == 0

    @cached_property
    def pace_pct(self) -> Decimal | None:
        """Progress over elapsed time; of a count, what stands over what is due. Floored (§6)."""
        if self.value is None or self.moved is None or self.way is None or self.nothing_due:
            return None
        if self.indicator.kind == "count" and self.scheduled is not None:
            return floored_percentage(self.value, self.scheduled)
        return floored_percentage(self.moved * self.period, self.way * self.gone)

    @cached_property
    def paces_schedule(self) -> bool:
        """Rule 8 of §7, first half."""
        return self.pace_pct is not None and self.pace_pct >= ON_TRACK_FROM_PCT

    @cached_property
    def reaches_schedule(self) -> bool:
        """Rule 8, second half: no worse than scheduled, as published, nor than the baseline."""
        if self.value is None or self.scheduled is None or self.below_baseline:
            return False
        return self.sign * (self.value - self.scheduled) >= 0

    @cached_property
    def on_schedule(self) -> bool:
        return self.paces_schedule or self.reaches_schedule

    # The trend (§5)

    @cached_property
    def trend(self) -> Decimal | None:
        """B + (V - B)N/n, the exact forecast; None where the method makes none."""
        if self.moved is None or self.baseline is None or self.target is None:
            return None
        if self.is_final or self.is_stale or self.lower_bound or self.indicator.kind == "count":
            return None
        return self._not_below_zero((self.baseline.value * self.gone + self.moved * self.period) / self.gone)

    @cached_property
    def scenarios(self) -> list[Decimal]:
        """V + (e - t) times each yearly change seen, worst first.

        A change over a gap is shared among its years. Empty without a trend or with fewer than two changes.
        """
        if self.trend is None or self.baseline is None or self.value is None:
            return []
        changes = list(pairwise({self.baseline.year: self.baseline.value, **self.values}.items()))
        if len(changes) < 2:
            return []
        outcomes = [
            self._not_below_zero((self.value * (to - since) + self.years_left * (after - before)) / (to - since))
            for (since, before), (to, after) in changes
        ]
        return sorted(outcomes, key=lambda outcome: self.sign * outcome)

    def _not_below_zero(self, forecast: Decimal) -> Decimal:
        """A series with no negative value is not forecast below 0."""
        seen = [self.target, self.baseline.value if self.baseline else None, *self.figures.by_year.values()]
        if any(value is not None and value < 0 for value in seen):
            return forecast
        return max(forecast, Decimal(0))

    # Rounding (§6)

    def rounded_as_had(self, value: Decimal, *, extra_decimals: int = 0) -> Decimal:
        """What we have rounds away from success."""
        rounding = ROUND_FLOOR if self.sign > 0 else ROUND_CEILING
        return rounded(value, self.indicator.decimals + extra_decimals, rounding)

    def rounded_as_needed(self, value: Decimal, *, extra_decimals: int = 0) -> Decimal:
        """What is needed rounds towards difficulty."""
        rounding = ROUND_CEILING if self.sign > 0 else ROUND_FLOOR
        return rounded(value, self.indicator.decimals + extra_decimals, rounding)
