"""The nightly look at what is stored: every assessment computed anew and compared with its snapshot.

Marks, rings and sweeps keep snapshots up to date; this finds what slipped past them all, or was changed by hand.
"""

import decimal
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import DecimalField

from targets import recompute
from targets.models import Snapshot, Target, TargetBuild
from targets.progress import METHOD_VERSION

logger = logging.getLogger(__name__)

# SQLite keeps decimals as REAL, and Django reads so many digits of it.
SQLITE_DIGITS = decimal.Context(prec=15)
NOTHING = "（无）"


@dataclass(frozen=True)
class Difference:
    """A field of a snapshot that is not what the figures say; "snapshot" where one is missing or too many."""

    target: str
    as_of_year: int
    view: str
    field: str
    stored: str
    computed: str

    def __str__(self) -> str:
        where = f"{self.target} {self.as_of_year} {self.view} {self.field}"
        return f"{where}：存 {self.stored}，算得 {self.computed}"


@dataclass(frozen=True)
class Reconciled:
    """How many targets were compared, how many were stale and left to their build, and what differed."""

    compared: int
    stale: int
    differences: tuple[Difference, ...]


def reconcile() -> Reconciled:
    """Compares every target's snapshots with what its figures say now; writes no snapshot.

    A target that differs though nothing had marked it stale is logged as an error and wanted anew, so that the
    usual build mends it. Safe to repeat and to run beside builds and writers.
    """
    compared, stale, differences = 0, 0, []
    for target in Target.objects.listed().order_by("plan", "number"):
        found = _differences(target)
        if found is None:
            stale += 1
            continue
        compared += 1
        if found:
            differences += found
            _want_again(target, found)
    return Reconciled(compared, stale, tuple(differences))


def _want_again(target: Target, differences: list[Difference]) -> None:
    for difference in differences:
        logger.error("a snapshot is not what the figures say: %s", difference)
    with transaction.atomic():
        recompute.want([target.pk])


def _differences(target: Target) -> list[Difference] | None:
    """What differs; None for a target that is stale, or whose figures or snapshots change while one looks."""
    mark = _fresh_mark(target.pk)
    if mark is None:
        return None
    stored = {(snapshot.as_of_year, snapshot.view): snapshot for snapshot in target.snapshots.all()}
    computed = {
        (snapshot.as_of_year, snapshot.view): snapshot for snapshot in recompute.computed_snapshots(target, mark)
    }
    found = [
        difference
        for year, view in sorted(stored.keys() | computed.keys())
        for difference in _of_one(target, stored.get((year, view)), computed.get((year, view)))
    ]
    return found if _fresh_mark(target.pk) == mark else None


def _fresh_mark(target_id: int) -> int | None:
    """The sequence that the snapshots are of; None while they are stale, or of another version of the method."""
    build = TargetBuild.objects.get(pk=target_id)
    return None if build.is_stale or build.method_version != METHOD_VERSION else build.wanted_seq


def _of_one(target: Target, stored: Snapshot | None, computed: Snapshot | None) -> Iterator[Difference]:
    known = stored or computed
    assert known is not None
    if stored is None or computed is None:
        words = ["有" if snapshot else NOTHING for snapshot in (stored, computed)]
        yield Difference(target.code, known.as_of_year, known.view, "snapshot", *words)
        return
    for name in recompute.ASSESSMENT_FIELDS:
        kept, found = getattr(stored, name), _as_kept(name, getattr(computed, name))
        if kept != found:
            yield Difference(target.code, known.as_of_year, known.view, name, _written(kept), _written(found))


def _as_kept(name: str, value: Any) -> Any:
    """A computed value as the database would give it back: with the places, and on SQLite the digits, it keeps."""
    field = Snapshot._meta.get_field(name)
    if not isinstance(field, DecimalField) or value is None:
        return value
    step = Decimal(1).scaleb(-field.decimal_places)
    kept = value.quantize(step, context=field.context)
    if connection.vendor == "sqlite":
        kept = SQLITE_DIGITS.create_decimal_from_float(float(kept)).quantize(step, context=field.context)
    return kept


def _written(value: Any) -> str:
    return NOTHING if value is None else str(value)
