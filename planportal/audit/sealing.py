"""Sealing: rows of history that are committed become a batch of a hash chain whose head is published.

Whoever can write to the database can change rows and seal all anew, but not a head that others have noted. Users'
transactions never touch a seal; whatever they commit is sealed by the next round of the sweep.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from planportal.accounts.models import AccountEvent
from planportal.audit.models import Seal
from planportal.audit.ranges import Range, gaps_among, within, without
from planportal.reporting.models import ReportingEvent
from planportal.web.canonical import canonical_json, canonical_row, columns_of
from targets.models import Evidence, Figure, FigureEvent, FigureVersion, TargetAmendment

# Of one table in one seal, so that a first seal of a long history fits into memory.
MOST_ROWS = 2000
RANGES_A_QUERY = 100
MARK_LENGTH = 16
NO_SEAL = "0" * 64
# Longer than any transaction of ours lasts, and than any two machines' clocks differ.
TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True)
class History:
    """A table whose rows are sealed: all columns, or those that never change; `at` says when a row was written."""

    model: type[models.Model]
    at: str | None
    columns: tuple[str, ...]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def rows(self) -> "models.QuerySet[Any]":
        """All of its rows, by id."""
        return self.model._default_manager.order_by("pk")


def _whole(model: type[models.Model], at: str | None) -> History:
    return History(model, at, columns_of(model))


# What of a figure is decided when it is drafted or loaded; the rest stands in its versions.
FIGURE_COLUMNS = (
    "id",
    "target_id",
    "city_id",
    "year",
    "standing",
    "origin",
    "source_publisher",
    "source_address",
    "source_published",
    "created_by_id",
    "created_at",
)
EVIDENCE_COLUMNS = tuple(name for name in columns_of(Evidence) if name != "removed_at")
HISTORY = (
    History(Figure, "created_at", FIGURE_COLUMNS),
    _whole(FigureVersion, None),
    _whole(FigureEvent, "at"),
    History(Evidence, "added_at", EVIDENCE_COLUMNS),
    _whole(TargetAmendment, "recorded_at"),
    _whole(ReportingEvent, "at"),
    _whole(AccountEvent, "at"),
)


@dataclass(frozen=True)
class Batch:
    """The rows of one table in one seal, by id, late ones last; and what the seal says of them."""

    span: dict[str, Any]
    lines: Sequence[str]


def seal_history() -> list[Seal]:
    """Seals all that is committed and not sealed yet; the seals made, none where nothing is new.

    Repeating it is harmless. Of two at once one seals and the other gives way.
    """
    made = []
    while seal := _seal_once():
        made.append(seal)
    return made


def head() -> Seal | None:
    """The last seal; None where nothing was sealed yet."""
    return Seal.objects.order_by("number").last()


def _seal_once() -> Seal | None:
    # The time before the look: what is committed from here on may be in it, and what was before it is.
    now, last = timezone.now(), head()
    outstanding = outstanding_gaps(Seal.objects.filter(has_gaps=True).defer("marks").iterator(chunk_size=50))
    batches = {history.table: _batch(history, last, outstanding.get(history.table, [])) for history in HISTORY}
    count = sum(len(batch.lines) for batch in batches.values())
    if not count:
        return None
    spans = {table: batch.span for table, batch in batches.items()}
    seal = Seal(
        number=last.number + 1 if last else 1,
        previous=last.digest if last else NO_SEAL,
        spans=spans,
        marks={table: [mark_of(line) for line in batch.lines] for table, batch in batches.items()},
        rows=count,
        has_gaps=any(span["missing"] or span["late"] for span in spans.values()),
        sealed_at=now,
    )
    seal.digest = digest_of(seal, [line for history in HISTORY for line in batches[history.table].lines])
    try:
        with transaction.atomic():
            seal.save(force_insert=True)
    except IntegrityError:
        # Another sealer took this number; what it left is for the next round.
        return None
    return seal


def _batch(history: History, last: Seal | None, outstanding: Sequence[Range]) -> Batch:
    first = last_id(last, history.table) + 1
    new = list(history.rows().filter(pk__gte=first)[:MOST_ROWS])
    late = rows_in(history, outstanding)[:MOST_ROWS]
    end = new[-1].pk if new else first - 1
    span = {
        "first": first,
        "last": end,
        "missing": gaps_among(first, end, (row.pk for row in new)),
        "late": [row.pk for row in late],
        "columns": list(history.columns),
        "complete": len(new) < MOST_ROWS and len(late) < MOST_ROWS,
    }
    return Batch(span, [line_of(history.table, row, history.columns) for row in [*new, *late]])


def last_id(seal: Seal | None, table: str) -> int:
    """Up to which id a table was looked at by a seal and those before it; 0 where it was not."""
    span = seal.spans.get(table) if seal else None
    return int(span["last"]) if span else 0


def outstanding_gaps(seals: Iterable[Seal]) -> dict[str, list[Range]]:
    """By table the ids that seals found missing and none sealed since: rolled back, or not yet committed then."""
    missing: dict[str, list[Range]] = {}
    late: dict[str, list[int]] = {}
    for seal in seals:
        for table, span in seal.spans.items():
            missing.setdefault(table, []).extend((first, last) for first, last in span["missing"])
            late.setdefault(table, []).extend(span["late"])
    return {table: without(ranges, late[table]) for table, ranges in missing.items()}


def rows_in(history: History, ranges: Sequence[Range]) -> list[Any]:
    """The rows whose ids lie in the ranges, by id."""
    found: list[Any] = []
    for start in range(0, len(ranges), RANGES_A_QUERY):
        chosen = reduce(or_, (Q(pk__range=one) for one in ranges[start : start + RANGES_A_QUERY]))
        found += history.rows().filter(chosen)
    return sorted(found, key=lambda row: row.pk)


def line_of(table: str, row: models.Model, columns: Iterable[str]) -> str:
    """A row as it is hashed."""
    return canonical_json([table, canonical_row(row, columns)])


def mark_of(line: str) -> str:
    """Tells one row of a seal from what it was changed to; the seal's digest is the proof."""
    return hashlib.sha256(line.encode()).hexdigest()[:MARK_LENGTH]


def digest_of(seal: Seal, lines: Iterable[str]) -> str:
    """SHA-256 over the digest before, what the seal says of itself, and its rows, a line each; hexadecimal."""
    says = canonical_row(seal, ["number", "spans", "rows", "has_gaps", "sealed_at"])
    digest = hashlib.sha256(f"{seal.previous}\n{canonical_json(says)}".encode())
    for line in lines:
        digest.update(f"\n{line}".encode())
    return digest.hexdigest()


def rows_sealed() -> int:
    """How many rows all seals cover."""
    total: int | None = Seal.objects.aggregate(total=Sum("rows"))["total"]
    return total or 0


def seal_of(model: type[models.Model], pk: int, *, written_at: datetime) -> Seal | None:
    """The seal that covers a row which was written then; None where none does yet."""
    table = model._meta.db_table
    since = Seal.objects.filter(sealed_at__gte=written_at - TOLERANCE).order_by("number")
    return next((seal for seal in since.iterator(chunk_size=20) if _covers(seal, table, pk)), None)


def _covers(seal: Seal, table: str, pk: int) -> bool:
    span = seal.spans.get(table)
    if span is None:
        return False
    return pk in span["late"] or (span["first"] <= pk <= span["last"] and not within(pk, span["missing"]))
