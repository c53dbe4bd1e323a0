"""Groups of indicators as counts (§10) and the province beside its cities (§11) (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Context, Decimal, localcontext
from typing import Any

from targets.progress_inputs import to_number
from targets.progress_terms import PRECISION, STATUSES, Headline, Status, floored_percentage

ON_SCHEDULE: tuple[Status, ...] = ("achieved", "reached_early", "on_track")
WORST_FIRST: tuple[Status, ...] = ("not_achieved", "regressing", "far_behind", "behind")
NEEDS_ATTENTION: tuple[Status, ...] = ("not_achieved", "regressing", "far_behind")
UNASSESSED: tuple[Status, ...] = ("not_assessable", "no_data")


def roll_up(statuses: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Counts of a group's statuses, its headline and whom to look at (§10).

    Takes (id, status) in the plan's order. Shares are of all indicators, in percent, floored to 0.1;
    None for an empty group. Raises ValueError("unknown_status").
    """
    entries = [(key, status) for key, status in statuses]
    if any(status not in STATUSES for _, status in entries):
        raise ValueError("unknown_status")
    count = Counter(status for _, status in entries)
    total = len(entries)
    unassessed = [key for key, status in entries if status in UNASSESSED]
    assessed = total - len(unassessed)
    on_schedule = _count_of(count, ON_SCHEDULE)
    return {
        "headline": _headline(count, total=total, assessed=assessed),
        "worst_status": _worst(count),
        "total": total,
        "assessed": assessed,
        "on_schedule": on_schedule,
        "on_schedule_pct": _share(on_schedule, total),
        "coverage_pct": _share(assessed, total),
        "counts": {status: count[status] for status in STATUSES},
        "attention": [key for worse in WORST_FIRST for key, status in entries if status == worse],
        "unassessed": unassessed,
    }


def _count_of(count: Counter[str], statuses: Iterable[Status]) -> int:
    return sum(count[status] for status in statuses)


def _headline(count: Counter[str], *, total: int, assessed: int) -> Headline:
    if _count_of(count, NEEDS_ATTENTION):
        return "needs_attention"
    if count["behind"]:
        return "some_behind"
    if total == 0:
        return "empty"
    if assessed == 0:
        return "not_assessed"
    return "on_schedule" if assessed == total else "on_schedule_incomplete"


def _worst(count: Counter[str]) -> Status | None:
    """The worst status present; None where nothing is assessed."""
    worst_to_best = WORST_FIRST + ON_SCHEDULE[::-1]
    return next((status for status in worst_to_best if count[status]), None)


def _share(part: int, total: int) -> Decimal | None:
    with localcontext(Context(prec=PRECISION)):
        return floored_percentage(Decimal(part), Decimal(total)) if total else None


def compare_areas(
    additive: bool,  # noqa: FBT001 (the published order of the arguments)
    province_value: Decimal | str | int | None,
    area_values: Mapping[str, Decimal | str | int | None],
) -> dict[str, Any]:
    """The sum of the cities beside the province's own figure, which it never replaces (§11).

    None is a missing figure; `missing` names the areas without one, sorted. `sum` is only "at least" unless
    `sum_is_complete`; `difference` = sum - province, None unless the sum is complete. Nothing is rounded.
    Raises ValueError as `to_number` does.
    """
    province = to_number(province_value)
    reported = {area: to_number(value) for area, value in area_values.items()}
    present = [value for value in reported.values() if value is not None]
    missing = sorted(area for area, value in reported.items() if value is None)
    if not additive or not present:
        result = "no_area_data" if additive else "not_additive"
        return _comparison(result, missing=missing)
    with localcontext(Context(prec=PRECISION)):
        total = sum(present, Decimal(0))
        if missing:
            return _comparison("incomplete", total=total, missing=missing)
        if province is None:
            return _comparison("province_missing", total=total, missing=missing)
        difference = total - province
    result = "differs" if difference else "equal"
    return _comparison(result, total=total, difference=difference, missing=missing)


def _comparison(
    result: str, *, missing: list[str], total: Decimal | None = None, difference: Decimal | None = None
) -> dict[str, Any]:
    return {
        "result": result,
        "sum": total,
        "sum_is_complete": total is not None and not missing,
        "difference": difference,
        "missing": missing,
    }
