"""Verifying: the whole chain anew from the rows, and every figure against its versions and events; reads only."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from planportal.audit.figure_checks import figure_findings
from planportal.audit.findings import Finding
from planportal.audit.models import Seal
from planportal.audit.ranges import Range, within
from planportal.audit.sealing import (
    HISTORY,
    NO_SEAL,
    TOLERANCE,
    History,
    digest_of,
    last_id,
    line_of,
    mark_of,
    outstanding_gaps,
    rows_in,
)
from targets.receipts import NoReceipt, receipt_of_event


@dataclass(frozen=True)
class Head:
    """A head of the chain as somebody noted it: the number of a seal and its digest."""

    number: int
    digest: str


@dataclass
class Report:
    """What was verified: seals, the rows they cover, the last seal, rows not sealed yet, and what differs."""

    seals: int = 0
    rows: int = 0
    head: Seal | None = None
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass
class _Chain:
    """Where the recomputation stands: the seal before, and by table when a look last left nothing unsealed."""

    before: Seal | None = None
    looked_at: dict[str, datetime] = field(default_factory=dict)

    def follow(self, seal: Seal) -> None:
        self.before = seal
        for table, span in seal.spans.items():
            if span["complete"]:
                self.looked_at[table] = seal.sealed_at


def verify() -> Report:
    """Recomputes everything; rows that no seal covers yet are counted and, where they cannot be new, found.

    All of it is of one moment, whatever is committed meanwhile.
    """
    with one_snapshot():
        return _verify()


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Reads within see the database as it is at the first of them; they wait for nobody's transaction."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _verify() -> Report:
    report, chain = Report(), _Chain()
    for seal in Seal.objects.order_by("number").iterator(chunk_size=50):
        report.findings += _seal_findings(seal, chain)
        report.seals += 1
        report.rows += seal.rows
        chain.follow(seal)
    report.head = chain.before
    # Of all seals: which of them leave gaps is for the sealer to remember, and nothing to be believed here.
    outstanding = outstanding_gaps(Seal.objects.defer("marks").iterator(chunk_size=50))
    for history in HISTORY:
        late = rows_in(history, outstanding.get(history.table, []))
        new = history.rows().filter(pk__gt=last_id(report.head, history.table))
        report.unsealed += len(late) + new.count()
        since = chain.looked_at.get(history.table)
        report.findings += [
            *_too_old(history, late, since, None),
            *_too_old(history, new.iterator(chunk_size=500), since, None),
        ]
    report.findings += figure_findings(TOLERANCE)
    return report


def head_findings(noted: Head) -> list[Finding]:
    """What differs from a head noted elsewhere: a chain that was sealed anew has another digest at its number."""
    found = Seal.objects.filter(pk=noted.number).first()
    if found is None:
        return [Finding("audit_seal", noted.number, "没有这一号封存，与另记的链头不符")]
    if found.digest != noted.digest:
        return [Finding("audit_seal", noted.number, f"与另记的链头不符：现为 {found.digest}，另记为 {noted.digest}")]
    return []


def receipt_findings(event: int, begins: str) -> list[Finding]:
    """What differs from a receipt that somebody holds: the event's number and how its digest begins."""
    try:
        receipt = receipt_of_event(event)
    except NoReceipt:
        return [Finding("targets_figureevent", event, "没有这一号回执")]
    if not receipt.digest.startswith(begins):
        return [Finding("targets_figureevent", event, f"与回执不符：现为 {receipt.code}，回执为 {event}-{begins}")]
    return []


def _seal_findings(seal: Seal, chain: _Chain) -> Iterator[Finding]:
    before = chain.before
    expected = before.number + 1 if before else 1
    if seal.number != expected:
        yield Finding("audit_seal", expected, "缺失")
    if seal.previous != (before.digest if before else NO_SEAL):
        yield Finding("audit_seal", seal.number, "与上一号封存不相接")
    lines: list[str] = []
    differing = list(_row_findings(seal, chain, lines))
    yield from differing
    if not differing and digest_of(seal, lines) != seal.digest:
        yield Finding("audit_seal", seal.number, "封存本身已改动")


def _row_findings(seal: Seal, chain: _Chain, lines: list[str]) -> Iterator[Finding]:
    """Compares the rows of one seal with its marks; adds what they are now to `lines`, in the seal's order."""
    for history in HISTORY:
        span = seal.spans.get(history.table)
        if span is None:
            continue
        if span["first"] != last_id(chain.before, history.table) + 1:
            yield Finding("audit_seal", seal.number, f"{history.table} 的编号与上一号封存不相接")
        found = _rows_of(history, span)
        expected = _expected_ids(span)
        marks = seal.marks.get(history.table, [])
        if len(marks) != len(expected):
            yield Finding("audit_seal", seal.number, f"{history.table} 的标记与编号不符")
        for number, mark in zip(expected, marks, strict=False):
            row = found.get(number)
            if row is None:
                yield Finding(history.table, number, "缺失", seal.number)
                continue
            line = line_of(history.table, row, span["columns"])
            lines.append(line)
            if mark_of(line) != mark:
                yield Finding(history.table, number, "内容已改动", seal.number)
        yield from _too_old(history, found.values(), chain.looked_at.get(history.table), seal.number)


def _rows_of(history: History, span: dict[str, Any]) -> dict[int, Any]:
    ranges: list[Range] = [(span["first"], span["last"])] if span["last"] >= span["first"] else []
    ranges += [(number, number) for number in span["late"]]
    rows = rows_in(history, ranges)
    return {row.pk: row for row in rows if row.pk in span["late"] or not within(row.pk, span["missing"])}


def _expected_ids(span: dict[str, Any]) -> list[int]:
    """The ids that a seal covers, in its order; walks from gap to gap."""
    numbers: list[int] = []
    following = span["first"]
    for first, last in span["missing"]:
        numbers += range(following, first)
        following = last + 1
    return [*numbers, *range(following, span["last"] + 1), *span["late"]]


def _too_old(history: History, rows: Iterable[Any], since: datetime | None, seal: int | None) -> Iterator[Finding]:
    """Rows that say they were written well before a sealing that did not see them: they came another way."""
    if since is None or history.at is None:
        return
    for row in rows:
        if getattr(row, history.at) < since - TOLERANCE:
            yield Finding(history.table, row.pk, "所记时间之后才插入", seal)
