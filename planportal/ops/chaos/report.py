"""The table that the fault suite ends with (pure)."""

from collections.abc import Sequence

from planportal.ops.chaos.scene import Outcome

COLUMNS = ("fault", "verdict", "lost", "duplicated", "stale", "fresh after", "errors seen", "what was done")


def table(outcomes: Sequence[Outcome]) -> str:
    """A Markdown table, one row a fault; times in seconds."""
    lines = [COLUMNS, tuple("---" for _column in COLUMNS), *map(_cells, outcomes)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.fault,
        "FAILED" if outcome.faults else "passed",
        str(outcome.lost),
        str(outcome.duplicated),
        str(outcome.stale),
        f"{outcome.fresh_seconds:.1f} s" if outcome.fresh_seconds else "–",
        str(outcome.client_errors),
        outcome.done,
    )
