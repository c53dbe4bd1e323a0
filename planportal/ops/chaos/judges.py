"""The judges of the fault suite: what was recorded goes in, a sentence for each thing that is wrong comes out (pure).

An empty list is a pass. Nothing here asks the portal or knows how a row was made.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planportal.ops.chaos.recorder import Acknowledged, Exchange

# Of many faults alike the first ones say enough.
MOST_NAMED = 5


@dataclass(frozen=True)
class Stored:
    """A figure as it is read back: its number, the text that its client gave it, its version and state."""

    figure: int
    note: str
    version: int
    state: str


def lost(
    acknowledged: Iterable[Acknowledged], stored: Iterable[Stored], versions: Collection[tuple[int, int]]
) -> list[str]:
    """What was confirmed and is not there: the figure, or the version that the confirmed step made.

    `versions` are pairs of figure and version number, one for each stored row.
    """
    by_id = {figure.figure: figure for figure in stored}
    known = set(versions)
    found = []
    for step in acknowledged:
        figure = by_id.get(step.figure)
        if figure is None or figure.note != step.note or figure.version < step.version:
            found.append(f"figure {step.figure} ({step.note}): confirmed version {step.version}, found {figure}")
        elif (step.figure, step.version) not in known:
            found.append(f"figure {step.figure} ({step.note}): version {step.version} has no row in the history")
    return found


def duplicated(stored: Iterable[Stored], versions: Iterable[tuple[int, int]]) -> list[str]:
    """What is there more than once: two figures from one request, two rows of one version."""
    by_note = Counter(figure.note for figure in stored if figure.note)
    twice = [f"{count} figures are called {note}" for note, count in by_note.items() if count > 1]
    rows = Counter(versions)
    return twice + [
        f"figure {figure} has {count} rows of version {number}"
        for (figure, number), count in rows.items()
        if count > 1
    ]


def unasked(
    asked: Collection[str],
    acknowledged: Iterable[Acknowledged],
    stored: Iterable[Stored],
    given_up: Collection[str] = (),
) -> list[str]:
    """What nobody asked for, or nobody was told of: a step taken twice shows as a version too many.

    A client that gave up does not know what became of its last step, so its figure is left out.
    """
    last: dict[str, int] = defaultdict(int)
    for step in acknowledged:
        last[step.note] = max(last[step.note], step.version)
    found = []
    for figure in stored:
        if figure.note not in asked:
            found.append(f"figure {figure.figure} ({figure.note}) was asked for by nobody")
        elif figure.note not in given_up and figure.version != last[figure.note]:
            found.append(f"figure {figure.figure}: version {figure.version}, confirmed {last[figure.note]}")
    return found


def differing(shown: Mapping[str, Any], computed: Mapping[str, Any]) -> list[str]:
    """Where a dashboard's assessments are not the ones computed anew; both by "code year", written as by the API."""
    found = [f"{key}: not shown" for key in computed.keys() - shown.keys()]
    for key, assessment in shown.items():
        expected = computed.get(key)
        if assessment != expected:
            fields = [name for name in assessment if expected is None or assessment[name] != expected.get(name)]
            found.append(f"{key}: {', '.join(fields)} differ, such as value {assessment.get('value')}")
    return sorted(found)


def untruthful(
    *, pending: bool, as_of: str, now: str, shown: Mapping[str, Any], computed: Mapping[str, Any]
) -> list[str]:
    """A reader was told less than the truth: older numbers without "pending", or an as-of that is not past.

    `as_of` and `now` are moments in ISO 8601 of one offset, to the second.
    """
    found = [] if as_of <= now else [f"as of {as_of}, which is after {now}"]
    return found if pending else found + [f"not pending, yet {words}" for words in differing(shown, computed)]


def gone_back(seen: Sequence[Any], order: Sequence[Any]) -> list[str]:
    """A reader met an older result after a newer one; `order` is the one in which the results came to be."""
    places = {value: place for place, value in enumerate(order)}
    latest, found = -1, []
    for value in seen:
        place = places.get(value)
        if place is None:
            found.append(f"{value!r} was never the result")
        elif place < latest:
            found.append(f"{value!r} after {order[latest]!r}")
        else:
            latest = place
    return found


def server_errors(exchanges: Iterable[Exchange]) -> list[str]:
    """Answers of the 500s, and requests without one."""
    counted = Counter((exchange.step, exchange.status) for exchange in exchanges if exchange.is_error)
    return [
        f"{step} was answered {status or 'not at all'}, {count} times" for (step, status), count in counted.items()
    ]


def too_many_errors(exchanges: Iterable[Exchange], *, most: int, faults: int = 1) -> list[str]:
    """Clients of which more than `most` requests met an error for each of the faults made.

    A request that is repeated until the portal is back met one error, however often it was repeated.
    """
    counted = Counter(client for client, _request in {(e.client, e.request) for e in exchanges if e.is_error})
    allowed = most * faults
    return [
        f"client {client} saw {count} errors, allowed {allowed}"
        for client, count in counted.items()
        if count > allowed
    ]


def percentile(seconds: Iterable[float], percent: float) -> float:
    """The value that `percent` of 100 do not exceed (nearest rank); 0 of nothing."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def too_slow(exchanges: Sequence[Exchange], *, p95: float, most: float) -> list[str]:
    """Whether answers took longer than `p95` seconds (of 95 in 100) or `most` (of all); no answers are no pass."""
    if not exchanges:
        return ["nothing was answered"]
    seconds = [exchange.seconds for exchange in exchanges]
    measured = percentile(seconds, 95)
    found = [f"p95 is {measured:.2f} s, allowed {p95}"] if measured >= p95 else []
    return found + ([f"the slowest took {max(seconds):.2f} s, allowed {most}"] if max(seconds) >= most else [])


def not_one_winner(statuses: Sequence[int], *, clients: int) -> list[str]:
    """Of clients that change one version at once, one gets 200 and all others 412."""
    counted = dict(Counter(statuses))
    return (
        [] if counted == {200: 1, 412: clients - 1} else [f"answers were {counted}, not one 200 and {clients - 1} 412"]
    )


def not_refused(answers: Mapping[str, tuple[int, Sequence[str]]], *, field: str) -> list[str]:
    """Inputs that were not answered with 400 and the field; by what was sent, status and fields named."""
    return [
        f"{sent}: answered {status} naming {', '.join(fields) or 'nothing'}, not 400 naming {field}"
        for sent, (status, fields) in answers.items()
        if status != 400 or field not in fields
    ]


def changed(before: Any, after: Any, what: str) -> list[str]:
    """Something that had to stay."""
    return [] if before == after else [f"{what} changed: {before} before, {after} after"]


def too_late(seconds: float | None, *, most: float, what: str) -> list[str]:
    """Something that had to happen within a time; None where it never did."""
    if seconds is None:
        return [f"{what}: not within {most:g} s"]
    return [f"{what}: after {seconds:.1f} s, allowed {most:g}"] if seconds > most else []


def too_many_tries(tries: int, *, least: int, most: int) -> list[str]:
    """How often a build that cannot succeed was tried; too seldom means that nobody tries any more."""
    return [] if least <= tries <= most else [f"tried {tries} times, allowed {least} to {most}"]
