"""The province and its cities in one view: figures, yearly changes, shares and ranks (§11) (pure).

Cities have no targets in the plan, so nothing here is an attainment, a pace or a status. A value is the year's own
figure as submitted, an increment too: what a year added is compared with what the province added in that year.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Any

from targets.progress_groups import compare_areas
from targets.progress_inputs import Indicator, Submission, figures_in_view, to_day
from targets.progress_paths import is_revised
from targets.progress_terms import PRECISION, floored_percentage


@dataclass(frozen=True, kw_only=True)
class AreaSeries:
    """An area's figures in force in one view by year, oldest first, all on one statistical basis (§2).

    `provisional` and `revised` are the years whose figures are so.
    """

    basis: str
    values: Mapping[int, Decimal]
    provisional: frozenset[int]
    revised: frozenset[int]

    @property
    def latest_year(self) -> int | None:
        return max(self.values, default=None)

    def yearly_change(self, year: int) -> Decimal | None:
        """The year's value minus the previous year's; None where either is missing."""
        value, before = self.values.get(year), self.values.get(year - 1)
        return None if value is None or before is None else value - before


@dataclass(frozen=True, kw_only=True)
class AreaFigure:
    """A city's figure of a year beside the province's and the other cities'.

    `share_pct` is floored to 0.1; `rank` 1 is the best of the `reported` cities that have a figure of that year on
    the same basis, equal values sharing the better rank. `province` and its change are on the same basis too.
    """

    year: int
    value: Decimal
    basis: str
    provisional: bool
    revised: bool
    yearly_change: Decimal | None
    share_pct: Decimal | None
    rank: int
    reported: int
    province: Decimal | None
    province_change: Decimal | None


@dataclass(frozen=True, kw_only=True)
class AreasInView:
    """The province and every city of one indicator in one view; `cities` has those without a figure too.

    Each area has its own latest basis; shares, ranks and sums are only ever made of figures on one basis.
    """

    additive: bool
    sign: int
    province: AreaSeries
    province_by_basis: Mapping[str, AreaSeries]
    cities: Mapping[str, AreaSeries]

    @property
    def years(self) -> list[int]:
        """The years that any city has a figure for, oldest first."""
        return sorted({year for series in self.cities.values() for year in series.values})

    def figure(self, city: str, year: int) -> AreaFigure | None:
        """A city's figure of a year with what is made of it; None where it has none."""
        series = self.cities[city]
        value = series.values.get(year)
        if value is None:
            return None
        province = self.province_on(series.basis)
        values = self._reported(year, series.basis)
        own_province = province.values.get(year)
        return AreaFigure(
            year=year,
            value=value,
            basis=series.basis,
            provisional=year in series.provisional,
            revised=year in series.revised,
            yearly_change=series.yearly_change(year),
            share_pct=share_pct(value, own_province, additive=self.additive),
            rank=rank_of(value, list(values.values()), sign=self.sign),
            reported=len(values),
            province=own_province,
            province_change=province.yearly_change(year),
        )

    def latest(self, city: str) -> AreaFigure | None:
        """A city's figure of the latest year that it has one for."""
        year = self.cities[city].latest_year
        return None if year is None else self.figure(city, year)

    def province_on(self, basis: str) -> AreaSeries:
        """The province's figures on a basis; of another one than any of its own, none."""
        return self.province_by_basis.get(basis, _NO_FIGURES)

    def common_basis(self, year: int) -> str:
        """On which basis a year's cities are compared: the province's own, else the one most cities have."""
        if year in self.province.values:
            return self.province.basis
        bases = sorted(series.basis for series in self.cities.values() if year in series.values)
        return Counter(bases).most_common(1)[0][0] if bases else self.province.basis

    def ranking(self, year: int) -> list[tuple[str, AreaFigure]]:
        """The cities with a figure of the year on the common basis, best first; equal ones in the order given."""
        basis = self.common_basis(year)
        found = [(city, figure) for city in self.cities if (figure := self.figure(city, year))]
        return sorted(
            ((city, figure) for city, figure in found if figure.basis == basis), key=lambda entry: entry[1].rank
        )

    def comparison(self, year: int) -> dict[str, Any]:
        """`compare_areas` of a year: the cities' sum beside the province's own figure, on the common basis."""
        basis = self.common_basis(year)
        values = self._reported(year, basis)
        by_city = {city: values.get(city) for city in self.cities}
        return compare_areas(self.additive, self.province_on(basis).values.get(year), by_city)

    def _reported(self, year: int, basis: str) -> dict[str, Decimal]:
        return {
            city: series.values[year]
            for city, series in self.cities.items()
            if series.basis == basis and year in series.values
        }


_NO_FIGURES = AreaSeries(basis="", values={}, provisional=frozenset(), revised=frozenset())


def share_pct(city: Decimal | None, province: Decimal | None, *, additive: bool) -> Decimal | None:
    """100 * city / province, floored to 0.1; not limited to 0 to 100.

    None where either is missing, where the figures cannot be added, and of a province at 0, which has no parts.
    """
    if not additive or city is None or not province:
        return None
    with localcontext(Context(prec=PRECISION)):
        return floored_percentage(city, province)


def rank_of(value: Decimal, values: Sequence[Decimal], *, sign: int = 1) -> int:
    """1 for the best of the values, of which `value` is one; equal ones share the better rank.

    `sign` is 1 where higher is better, -1 where lower is.
    """
    return 1 + sum(sign * (other - value) > 0 for other in values)


def areas_in_view(
    indicator: Indicator,
    *,
    additive: bool,
    province: Iterable[Submission],
    cities: Mapping[str, Iterable[Submission]],
    as_of_year: int,
    known_by: date | str | None = None,
) -> AreasInView:
    """The province and its cities as of a year, as known by a day (inclusive; None is today's knowledge).

    Submissions of one day count in the order given; a withdrawal makes its year missing. The printed baseline is the
    province's figure of the base year where it has submitted none (§3); years outside the period are left out.
    """
    own, day = list(province), None if known_by is None else to_day(known_by)
    bases = sorted({submission.basis for submission in own} | {indicator.basis})

    def series(submissions: Iterable[Submission]) -> AreaSeries:
        return _series(indicator, submissions, as_of_year, day)

    by_basis = {basis: _with_printed(series([one for one in own if one.basis == basis]), indicator) for basis in bases}
    return AreasInView(
        additive=additive,
        sign=indicator.sign,
        province=by_basis[series(own).basis],
        province_by_basis=by_basis,
        cities={city: series(submissions) for city, submissions in cities.items()},
    )


def _series(
    indicator: Indicator, submissions: Iterable[Submission], as_of_year: int, known_by: date | None
) -> AreaSeries:
    figures = figures_in_view(indicator, submissions, as_of_year, known_by)
    return AreaSeries(
        basis=figures.basis,
        values=figures.by_year,
        provisional=frozenset(year for year in figures.by_year if figures.last_on_basis(year).provisional),
        revised=frozenset(year for year in figures.by_year if is_revised(figures, year)),
    )


def _with_printed(series: AreaSeries, indicator: Indicator) -> AreaSeries:
    """The same with the printed baseline in the base year, where it is missing there and on the same basis."""
    if indicator.is_from_zero or indicator.baseline is None or series.basis != indicator.basis:
        return series
    printed = {indicator.base_year: indicator.baseline}
    return AreaSeries(
        basis=series.basis,
        values=printed | dict(series.values),
        provisional=series.provisional,
        revised=series.revised,
    )
