"""Receipts: what a person holds after a step, so that nobody can say later that it was otherwise.

A receipt is an event's number and how the digest of that event and its version begins. The columns are named here,
so that a column added to a table changes no receipt that somebody holds.
"""

import hashlib
from dataclasses import dataclass

from planportal.web.canonical import canonical_json, canonical_row
from targets.models import FigureEvent, FigureVersion

HEADER = "Receipt"
EVENT_COLUMNS = (
    "id",
    "figure_id",
    "target_id",
    "action",
    "from_state",
    "to_state",
    "version",
    "actor_id",
    "at",
    "why",
)
VERSION_COLUMNS = (
    "figure_id",
    "number",
    "state",
    "basis",
    "value",
    "provisional",
    "source",
    "note",
    "reason",
    "cause",
    "warnings",
    "evidence",
    "known_from",
    "sequence",
    "supersedes_id",
)
SHOWN_DIGITS = 8


class NoReceipt(LookupError):
    """There is no step of this number; a refusal has no receipt."""


@dataclass(frozen=True)
class Receipt:
    """A step and the version that it made; `digest` is the SHA-256 of both, hexadecimal."""

    event: FigureEvent
    version: FigureVersion
    digest: str

    @property
    def code(self) -> str:
        """What is told to people: "12-0a1b2c3d"."""
        return f"{self.event.pk}-{self.digest[:SHOWN_DIGITS]}"


def receipt_of_step(*, figure: int, version: int) -> Receipt:
    """The receipt of the step that made a version of a figure, by their numbers; raises NoReceipt."""
    steps = FigureEvent.objects.exclude(action=FigureEvent.Action.REFUSED)
    return _receipt(steps.filter(figure=figure, version=version).first())


def receipt_of_event(event: int) -> Receipt:
    """The receipt of a step by the number of its event; raises NoReceipt."""
    steps = FigureEvent.objects.exclude(action=FigureEvent.Action.REFUSED).select_related("actor")
    return _receipt(steps.filter(pk=event).first())


def _receipt(event: FigureEvent | None) -> Receipt:
    if event is None or event.version is None:
        raise NoReceipt
    version = FigureVersion.objects.filter(figure=event.figure_id, number=event.version).first()
    if version is None:
        raise NoReceipt
    content = {"event": canonical_row(event, EVENT_COLUMNS), "version": canonical_row(version, VERSION_COLUMNS)}
    return Receipt(event, version, hashlib.sha256(canonical_json(content).encode()).hexdigest())
