"""A figure as its reviewer reads it: beside the one in force and last year's, with what happened to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planportal.accounts.models import Role, User
from planportal.reporting.differences import Differences, differences_between
from targets.figure_checks import Doubt, KnownFigures, band_of, band_words, doubts_now, new_among
from targets.models import Figure, FigureEvent, FigureVersion, State, in_force


@dataclass(frozen=True)
class Comparison:
    """Proposed, in force and last year's figure of one key; a difference is None where one is missing.

    `band` says between which values a figure would surprise nobody, "" where the history is too short to tell.
    `doubts` are the warnings that stand: while it waits those against what is approved by now, of which the `new`
    ones came up after it was handed in; afterwards those that it was decided with.
    """

    proposed: Figure
    current: Figure | None
    last_year: Figure | None
    band: str = ""
    doubts: Sequence[Doubt] = ()
    new: Sequence[Doubt] = ()

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
    known = KnownFigures([figure.target])
    band = band_of(figure, known)
    doubts = doubts_now([figure], known)[figure.pk] if figure.state == State.SUBMITTED else figure.warnings
    return Comparison(
        proposed=figure,
        current=figure.supersedes
        if figure.state == State.APPROVED
        else in_force(other for other in others if other.year == figure.year),
        last_year=in_force(other for other in others if other.year == figure.year - 1),
        band=band_words(band, figure.target) if band else "",
        doubts=doubts,
        new=new_among(doubts, figure),
    )


@dataclass(frozen=True)
class EarlierReturn:
    """A return, and what the version handed in next changed; None while none was.

    `of_another` where it was a return of a figure that was withdrawn afterwards and entered anew.
    """

    event: FigureEvent
    since: Differences | None
    of_another: bool = False


@dataclass(frozen=True)
class Record:
    """What happened to a figure and what changed on its way.

    `from_current`: against the figure that it corrects, None where it corrects none. `returns`: oldest first, those
    of figures of the same key that were withdrawn before this one among them.
    """

    history: Sequence[Step]
    from_current: Differences | None
    returns: Sequence[EarlierReturn]

    @property
    def last_return(self) -> EarlierReturn | None:
        """The last one of this figure itself."""
        return self.returns[-1] if self.returns and not self.returns[-1].of_another else None


def read_record(comparison: Comparison, reader: User) -> Record:
    """The record of a comparison's proposed figure; of its steps auditors see refused ones too."""
    figure, current = comparison.proposed, comparison.current
    events = list(_events(figure, reader))
    versions = FigureVersion.objects.filter(figure__in=[figure, current] if current else [figure])
    said = {(version.figure_id, version.number): version for version in versions}
    own = {number: version for (owner, number), version in said.items() if owner == figure.pk}
    standing = said.get((current.pk, current.version)) if current else None
    return Record(
        history=[Step(event, own.get(event.version or 0)) for event in events],
        from_current=_between(standing, own.get(figure.version), figure),
        returns=_withdrawn_returns(figure, own) + _returns(events, own, figure),
    )


def _events(figure: Figure, reader: User) -> Iterable[FigureEvent]:
    events = figure.events.select_related("actor")
    return events if reader.role == Role.AUDITOR else events.exclude(action=FigureEvent.Action.REFUSED)


def _returns(events: Sequence[FigureEvent], own: dict[int, FigureVersion], figure: Figure) -> list[EarlierReturn]:
    latest_first: list[EarlierReturn] = []
    handed_in_next: FigureVersion | None = None
    for event in reversed(events):
        version = own.get(event.version or 0)
        if event.action == FigureEvent.Action.SUBMITTED:
            handed_in_next = version
        elif event.action == FigureEvent.Action.RETURNED:
            latest_first.append(EarlierReturn(event, _between(version, handed_in_next, figure)))
            handed_in_next = None
    return latest_first[::-1]


def _withdrawn_returns(figure: Figure, own: dict[int, FigureVersion]) -> list[EarlierReturn]:
    """What withdrawing and entering anew would hide: the returns since the figure that this one is to replace."""
    same_key = Figure.objects.of_key(target=figure.target, city=figure.city, year=figure.year, basis=figure.basis)
    before = same_key.filter(state=State.WITHDRAWN, pk__lt=figure.pk, pk__gt=figure.supersedes_id or 0)
    events = FigureEvent.objects.filter(figure__in=before, action=FigureEvent.Action.RETURNED).select_related("actor")
    returns = list(events.order_by("pk"))
    versions = FigureVersion.objects.filter(figure__in={event.figure_id for event in returns})
    sent_back = {(version.figure_id, version.number): version for version in versions} if returns else {}
    present = own.get(figure.version)
    return [
        EarlierReturn(
            event, _between(sent_back.get((event.figure_id or 0, event.version or 0)), present, figure), True
        )
        for event in returns
    ]


def _between(before: FigureVersion | None, after: FigureVersion | None, figure: Figure) -> Differences | None:
    return differences_between(before, after, figure.target) if before and after else None


def _difference(proposed: Figure, other: Figure | None) -> Decimal | None:
    if other is None or other.value is None or proposed.value is None:
        return None
    return proposed.value - other.value
