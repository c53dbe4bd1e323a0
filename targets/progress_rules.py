"""The rules of §7 by which an indicator gets its status, in the order in which they are tried (pure)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from targets.progress_quantities import Quantities
from targets.progress_terms import Flag, Reason, Status

BEHIND_FROM_PCT = 60

RuleName = Literal[
    "no_figures",
    "no_target",
    "achieved",
    "stale",
    "reached_early",
    "gap_years",
    "not_achieved",
    "no_baseline",
    "hold_missed",
    "on_track",
    "behind",
    "far_behind",
    "regressing",
]


@dataclass(frozen=True)
class Rule:
    """One row of §7. `number` is the one printed there, None for the two rows without."""

    name: RuleName
    number: int | None
    status: Status
    reason: Reason | None
    applies: Callable[[Quantities], bool]


def _is_settled(q: Quantities) -> bool:
    """A sum once reached stays reached; a level or a flow is settled by the last year's figure."""
    return q.meets_target and (q.is_final or q.indicator.is_from_zero)


def _proves_nothing(q: Quantities) -> bool:
    """A lower bound may prove success, never failure."""
    return q.lower_bound and (q.is_final or not q.on_schedule)


def _paces_from(q: Quantities, least: int) -> bool:
    """The floored pace is on the same side of each threshold as the exact one."""
    return q.pace_pct is not None and q.pace_pct >= least


RULES: tuple[Rule, ...] = (
    Rule("no_figures", 1, "no_data", "no_figures", lambda q: q.year is None),
    Rule("no_target", 2, "not_assessable", "no_target", lambda q: q.target is None),
    Rule("achieved", 3, "achieved", None, _is_settled),
    Rule("stale", 4, "not_assessable", "stale", lambda q: q.is_stale),
    Rule("reached_early", 5, "reached_early", None, lambda q: q.meets_target),
    Rule("gap_years", 6, "not_assessable", "gap_years", _proves_nothing),
    Rule("not_achieved", 7, "not_achieved", None, lambda q: q.is_final),
    Rule("no_baseline", None, "not_assessable", "no_baseline", lambda q: q.baseline is None),
    Rule("hold_missed", None, "regressing", None, lambda q: q.holds),
    # Also where nothing is due yet: there is no pace then, and what stands is no less than the 0 due.
    Rule("on_track", 8, "on_track", None, lambda q: q.on_schedule),
    Rule("behind", 9, "behind", None, lambda q: _paces_from(q, BEHIND_FROM_PCT)),
    Rule("far_behind", 10, "far_behind", None, lambda q: _paces_from(q, 0)),
    Rule("regressing", 11, "regressing", None, lambda q: q.pace_pct is not None and q.pace_pct < 0),
)


def first_rule(q: Quantities) -> Rule:
    """The first rule that applies: it gives the status."""
    return next(rule for rule in RULES if rule.applies(q))


def rule_of(status: Status, reason: Reason | None, flags: Collection[Flag]) -> Rule:
    """The rule that an assessment's status came from, read back from what the assessment says.

    Two rules lead to `regressing`; a hold target always ends at its own. Nothing is decided a second time, so that
    rule and status of a stored assessment cannot contradict each other. Raises LookupError for what no rule gives.
    """
    missed = status == "regressing" and "hold_target" in flags
    for rule in RULES:
        if (rule.status, rule.reason, rule.name == "hold_missed") == (status, reason, missed):
            return rule
    raise LookupError(f"no rule gives {status} with reason {reason}")
