"""What the figure's rules make of a form while it is being filled in: how the value is understood, faults, doubts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from planportal.reporting.entries import Key
from planportal.reporting.forms import FigureForm
from targets.figure_rules import check_content

# What can be judged while typing; a missing reason is no mistake yet.
JUDGED = ("value", "basis")


@dataclass(frozen=True)
class TypingCheck:
    """`meant` is the plain figure, "" while nothing was typed; `value` the figure it is, None where it is none."""

    meant: str = ""
    value: Decimal | None = None
    faults: Sequence[str] = field(default_factory=list)
    doubts: Sequence[str] = field(default_factory=list)


def check_typed(form: FigureForm, key: Key) -> TypingCheck:
    """Applies the same rules as saving does; nothing is stored and nothing is refused."""
    form.is_valid()
    meant = form.read.get("value", "")
    if not meant:
        return TypingCheck()
    checked = check_content(target=key.target, city=key.city, year=key.year, content=form.content())
    return TypingCheck(
        meant=meant,
        value=checked.value,
        faults=[form.explained(fault).message for fault in checked.faults if fault.field in JUDGED],
        doubts=[str(doubt["message"]) for doubt in checked.doubts],
    )
