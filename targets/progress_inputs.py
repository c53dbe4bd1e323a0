"""What the method takes: indicators, submissions, the figures in force, and the input it refuses (pure)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

Kind = Literal["level", "annual_flow", "cumulative", "count"]
Direction = Literal["up", "down"]
SubmittedAs = Literal["increment", "running_total"]

KINDS: tuple[Kind, ...] = get_args(Kind)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
SUBMITTED_AS: tuple[SubmittedAs, ...] = get_args(SubmittedAs)
FROM_ZERO_KINDS: tuple[Kind, ...] = ("cumulative", "count")

# At most so many digits on either side of the point: then every product of §5 is exact in 100 digits.
MOST_DIGITS = 40


def refuse_floats(*values: object) -> None:
    """Raises ValueError("float_not_allowed") if one of the values is a float."""
    if any(isinstance(value, float) for value in values):
        raise ValueError("float_not_allowed")


def to_number(value: Decimal | str | int | None) -> Decimal | None:
    """The exact number of a Decimal, text or int; None stays None, -0 becomes 0.

    Raises ValueError with float_not_allowed, not_a_number (NaN and infinity too) or number_out_of_range.
    """
    if value is None:
        return None
    refuse_floats(value)
    number = _parsed(value)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("not_a_number")
    if number.adjusted() >= MOST_DIGITS or exponent < -MOST_DIGITS:
        raise ValueError("number_out_of_range")
    return number or number.copy_abs()


def _parsed(value: Decimal | str | int) -> Decimal:
    if not isinstance(value, Decimal | str | int) or isinstance(value, bool):
        raise ValueError("not_a_number")
    try:
        return Decimal(value)
    except InvalidOperation:
        raise ValueError("not_a_number") from None


def to_day(value: date | str) -> date:
    """The day of a date or of ISO text; raises ValueError with float_not_allowed or not_a_date.

    A datetime is refused: which day it belongs to depends on a time zone, and that is for the caller to say.
    """
    refuse_floats(value)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("not_a_date") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("not_a_date")
    return value


def _convert(instance: object, convert: Callable[[Any], object], *names: str) -> None:
    for name in names:
        # A frozen dataclass offers no other way to store the converted value.
        object.__setattr__(instance, name, convert(getattr(instance, name)))


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A target of the plan; numbers may be given as Decimal, text or int and are kept as Decimal.

    `previous_value` is the value five years before the base year; None means unknown throughout. `basis` is
    the statistical basis of the printed baseline. Raises ValueError for floats and for what is no number;
    everything else is checked by `assess`, which knows the order of the codes.
    """

    id: str
    kind: str
    target: Decimal | None
    baseline: Decimal | None = None
    previous_value: Decimal | None = None
    decimals: int
    direction: str = "up"
    submitted_as: str = "increment"
    basis: str = ""
    base_year: int = 2015
    end_year: int = 2020

    def __post_init__(self) -> None:
        refuse_floats(*(getattr(self, field.name) for field in fields(self)))
        _convert(self, to_number, "target", "baseline", "previous_value")

    @property
    def is_from_zero(self) -> bool:
        """Counted from zero at the end of the base year (§1)."""
        return self.kind in FROM_ZERO_KINDS

    @property
    def is_summed(self) -> bool:
        """The value is the sum of yearly increments, so that a missing year leaves a gap (§1)."""
        return self.is_from_zero and self.submitted_as == "increment"

    @property
    def sign(self) -> int:
        """s of §5: 1 where higher is better, -1 where lower is better."""
        return 1 if self.direction == "up" else -1


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A figure as submitted on a day; `value` None is a withdrawal, 0 is a figure (§2)."""

    year: int
    value: Decimal | None
    submitted_on: date
    provisional: bool = False
    basis: str = ""

    def __post_init__(self) -> None:
        refuse_floats(*(getattr(self, field.name) for field in fields(self)))
        _convert(self, to_number, "value")
        _convert(self, to_day, "submitted_on")


def check_input(indicator: Indicator, submissions: Iterable[Submission], as_of_year: int) -> None:
    """Raises ValueError with the first code of §8 that applies."""
    refuse_floats(as_of_year)
    from_zero = indicator.is_from_zero
    refusals = (
        ("unknown_kind", indicator.kind not in KINDS),
        ("unknown_direction", indicator.direction not in DIRECTIONS),
        ("unknown_submitted_as", indicator.submitted_as not in SUBMITTED_AS),
        ("period_is_empty", indicator.end_year <= indicator.base_year),
        ("as_of_year_not_after_base_year", as_of_year <= indicator.base_year),
        ("from_zero_kinds_only_go_up", from_zero and indicator.direction == "down"),
        ("from_zero_kinds_have_no_baseline", from_zero and bool(indicator.baseline)),
        ("from_zero_target_must_be_positive", from_zero and _is_at_most_zero(indicator.target)),
        ("negative_figure_for_from_zero_kind", from_zero and any(map(_is_negative, submissions))),
    )
    for code, applies in refusals:
        if applies:
            raise ValueError(code)


def _is_at_most_zero(number: Decimal | None) -> bool:
    return number is not None and number <= 0


def _is_negative(submission: Submission) -> bool:
    return submission.value is not None and submission.value < 0


@dataclass(frozen=True, kw_only=True)
class FiguresInView:
    """The figures that one view compares: one period, one basis, one day's knowledge (§2).

    `versions` has every submission known for the base year and the plan's years, oldest first; on the same
    day in the order given. `by_year` has the value in force of each year that has one on `basis`, in order of
    years; `set_aside` has the years with figures on other bases only.
    """

    basis: str
    versions: tuple[Submission, ...]
    by_year: dict[int, Decimal]
    set_aside: frozenset[int]

    def last_on_basis(self, year: int) -> Submission:
        """The submission in force for a year of `by_year`."""
        return self.history(year)[-1]

    def history(self, year: int) -> list[Submission]:
        """The versions of a year on any basis, up to and with the one in force on the view's basis."""
        history = [version for version in self.versions if version.year == year]
        while history[-1].basis != self.basis:
            history.pop()
        return history


def figures_in_view(
    indicator: Indicator, submissions: Iterable[Submission], as_of_year: int, known_by: date | None
) -> FiguresInView:
    """The figures in force up to a year and, inclusively, a day (§2); None is today's knowledge."""
    last_year = min(as_of_year, indicator.end_year)
    known = [
        submission
        for submission in submissions
        if indicator.base_year <= submission.year <= last_year
        and (known_by is None or submission.submitted_on <= known_by)
    ]
    known.sort(key=lambda submission: submission.submitted_on)  # stable: a tie stays in the order given
    in_force = _in_force(known)
    basis = _basis_of_view(indicator, known, in_force)
    by_year = {year: value for (year, on), value in sorted(in_force.items()) if on == basis}
    set_aside = frozenset(year for year, _ in in_force if year not in by_year)
    return FiguresInView(basis=basis, versions=tuple(known), by_year=by_year, set_aside=set_aside)


def _in_force(known: Iterable[Submission]) -> dict[tuple[int, str], Decimal]:
    """The value of the latest version of each year and basis; withdrawn ones are missing."""
    latest = {(version.year, version.basis): version.value for version in known}
    return {key: value for key, value in latest.items() if value is not None}


def _basis_of_view(indicator: Indicator, known: Iterable[Submission], in_force: dict[tuple[int, str], Decimal]) -> str:
    """The basis of the latest submission for the latest year with a figure; without one, the indicator's."""
    if not in_force:
        return indicator.basis
    last_year = max(year for year, _ in in_force)
    holding = [version for version in known if (version.year, version.basis) in in_force]
    return [version.basis for version in holding if version.year == last_year][-1]
