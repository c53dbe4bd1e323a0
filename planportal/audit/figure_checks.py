"""Every figure against its history: the row is its latest version, and each version was made by one event."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch

from planportal.audit.findings import Finding
from planportal.web.canonical import canonical_row
from targets.models import Figure, FigureEvent, FigureVersion, State

Action = FigureEvent.Action
TABLE = "targets_figure"
# What a figure and its latest version say alike.
CONTENT = (
    "state",
    "basis",
    "value",
    "provisional",
    "source",
    "note",
    "reason",
    "cause",
    "warnings",
    "known_from",
    "sequence",
    "supersedes_id",
)
CHUNK = 500


def figure_findings(tolerance: timedelta) -> Iterator[Finding]:
    """What differs between figures, versions and events; `tolerance` is how far two clock readings of one step are."""
    steps = FigureEvent.objects.exclude(action=Action.REFUSED).order_by("version")
    figures = Figure.objects.order_by("pk").prefetch_related(
        Prefetch("versions", FigureVersion.objects.order_by("number")), Prefetch("events", steps)
    )
    for figure in figures.iterator(chunk_size=CHUNK):
        versions, events = list(figure.versions.all()), list(figure.events.all())
        for what in [
            *_version_faults(figure, versions),
            *_event_faults(figure, versions, events),
            *_people_faults(figure, events, tolerance),
        ]:
            yield Finding(TABLE, figure.pk, what)


def _version_faults(figure: Figure, versions: Sequence[FigureVersion]) -> Iterator[str]:
    if [version.number for version in versions] != list(range(1, figure.version + 1)):
        yield f"版本不连续：应有 1 至 {figure.version}，现有 {'、'.join(str(v.number) for v in versions) or '（无）'}"
        return
    now, then = canonical_row(figure, CONTENT), canonical_row(versions[-1], CONTENT)
    differing = [name for name in CONTENT if now[name] != then[name]]
    if differing:
        yield f"与第 {figure.version} 版不一致：{'、'.join(differing)}"


def _event_faults(figure: Figure, versions: Sequence[FigureVersion], events: Sequence[FigureEvent]) -> Iterator[str]:
    states = {version.number: version.state for version in versions}
    led_to = {event.version: event.to_state for event in events}
    for number in sorted(set(states) - set(led_to)):
        yield f"第 {number} 版没有事件"
    for number in sorted(number or 0 for number in set(led_to) - set(states)):
        yield f"事件所说的第 {number} 版不存在"
    for number in sorted(set(states) & {number for number in led_to if number}):
        if states[number] != led_to[number]:
            yield f"第 {number} 版的状态与事件不一致"
    if any(event.target_id != figure.target_id for event in events):
        yield "指标与事件不一致"


def _people_faults(figure: Figure, events: Sequence[FigureEvent], tolerance: timedelta) -> Iterator[str]:
    """Who did what, as the row says it, is what the events say."""
    by_step = {event.action: event for event in events}
    drafted, submitted = by_step.get(Action.DRAFTED), by_step.get(Action.SUBMITTED)
    expected: dict[str, Any] = {
        "created_by_id": drafted.actor_id if drafted else None,
        "submitted_by_id": submitted.actor_id if submitted else None,
        "endorsed_by_id": _endorser(figure, by_step),
        "approved_by_id": by_step[Action.APPROVED].actor_id if Action.APPROVED in by_step else None,
    }
    differing = [name.removesuffix("_id") for name, actor in expected.items() if getattr(figure, name) != actor]
    handed_in = submitted or by_step.get(Action.LOADED)
    if not _is_near(figure.submitted_at, handed_in.at if handed_in else None, tolerance):
        differing.append("submitted_at")
    if differing:
        yield f"与事件不一致：{'、'.join(differing)}"


def _is_near(one: datetime | None, other: datetime | None, tolerance: timedelta) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= tolerance


def _endorser(figure: Figure, by_step: dict[str, FigureEvent]) -> int | None:
    """Who passed it at the first of two levels since it was last handed in; nobody where the same person approved."""
    endorsed, submitted = by_step.get(Action.ENDORSED), by_step.get(Action.SUBMITTED)
    if endorsed is None or submitted is None or figure.state not in {State.SUBMITTED, State.APPROVED}:
        return None
    if (endorsed.version or 0) < (submitted.version or 0):
        return None
    approved = by_step.get(Action.APPROVED)
    return None if approved and approved.actor_id == endorsed.actor_id else endorsed.actor_id
