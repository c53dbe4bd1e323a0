"""The method's vocabulary, statuses to lamps, and how its numbers are rounded (pure)."""

from decimal import ROUND_FLOOR, Decimal
from typing import Final, Literal, get_args

METHOD_VERSION: Final = "1.0"
PRECISION: Final = 100

Status = Literal[
    "no_data",
    "not_assessable",
    "achieved",
    "reached_early",
    "not_achieved",
    "on_track",
    "behind",
    "far_behind",
    "regressing",
]
Reason = Literal["no_figures", "no_target", "stale", "gap_years", "no_baseline"]
Flag = Literal[
    "provisional",
    "revised",
    "baseline_revised",
    "series_break",
    "substitute_baseline",
    "lower_bound",
    "lagged",
    "final_missing",
    "over_target",
    "below_baseline",
    "hold_target",
    "nothing_due_yet",
    "on_schedule_as_published",
    "on_growth_path",
    "one_year_only",
]
Headline = Literal["needs_attention", "some_behind", "on_schedule_incomplete", "on_schedule", "not_assessed", "empty"]
BaselineSource = Literal["plan", "submitted", "substitute", "zero", "none"]
Lamp = Literal["green", "yellow", "red", "grey"]

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
FLAGS: Final[tuple[Flag, ...]] = get_args(Flag)
HEADLINES: Final[tuple[Headline, ...]] = get_args(Headline)
BASELINE_SOURCES: Final[tuple[BaselineSource, ...]] = get_args(BaselineSource)
LAMPS: Final[dict[Status, Lamp]] = {
    "no_data": "grey",
    "not_assessable": "grey",
    "achieved": "green",
    "reached_early": "green",
    "not_achieved": "red",
    "on_track": "green",
    "behind": "yellow",
    "far_behind": "red",
    "regressing": "red",
}


def rounded(value: Decimal, decimals: int, rounding: str) -> Decimal:
    """The value with so many decimals; -0 is 0 (§6)."""
    result = value.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    return result or result.copy_abs()


def floored_percentage(part: Decimal, whole: Decimal) -> Decimal:
    """100 * part / whole, floored to one decimal, negatives too, so that none is shown across a threshold."""
    return rounded(100 * part / whole, 1, ROUND_FLOOR)
