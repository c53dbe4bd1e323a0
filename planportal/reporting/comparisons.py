"""A figure as its reviewer reads it: beside the one in force and last year's, with what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from planportal.accounts.models import Role, User
from targets.models import Figure, FigureEvent, FigureVersion, State, in_force


@dataclass(frozen=True)
class Comparison:
    """Proposed, in force and last year's figure of one key; a difference is None where one is missing."""

    proposed: Figure
    current: Figure | None
    last_year: Figure | None

    @property
    def from_current(self) -> Decimal | None:
        """Proposed minus in force, in the target's unit."""
        return _difference(self.proposed, self.current)

    @property
    def from_last_year(self) -> Decimal | None:
        """Proposed minus last year's, in the target's unit."""
        return _difference(self.proposed, self.last_year)


@dataclass(frozen=True)
class Step:
    """One event of a figure, with what the figure said then (None for a refused step)."""

    event: FigureEvent
    said: FigureVersion | None


def compare(figure: Figure) -> Comparison:
    """The figure beside the approved ones of the same target, area and basis; an approved one beside what it
    superseded."""
    same_key = Figure.objects.approved().filter(target=figure.target, city=figure.city, basis=figure.basis)
    others = list(same_key.filter(year__in=[figure.year, figure.year - 1]).exclude(pk=figure.pk))
    return Comparison(
        proposed=figure,
        current=figure.supersedes
        if figure.state == State.APPROVED
        else in_force(other for other in others if other.year == figure.year),
        last_year=in_force(other for other in others if other.year == figure.year - 1),
    )


def history(figure: Figure, reader: User) -> Sequence[Step]:
    """The figure's steps, oldest first; auditors see refused ones too."""
    events = figure.events.select_related("actor")
    if reader.role != Role.AUDITOR:
        events = events.exclude(action=FigureEvent.Action.REFUSED)
    versions = {version.number: version for version in figure.versions.all()}
    return [Step(event, versions.get(event.version or 0)) for event in events]


def _difference(proposed: Figure, other: Figure | None) -> Decimal | None:
    if other is None or other.value is None or proposed.value is None:
        return None
    return proposed.value - other.value
