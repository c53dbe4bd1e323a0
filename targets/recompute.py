"""From figures to snapshots: what is stale, who rebuilds it, and the build itself.

The truth is in rows: a target is stale while `wanted_seq` is above `built_seq`. Rings, sweeps and readers only make
a build happen sooner; any one of them suffices, and any number of them at once gives one result.
"""

import logging
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Case, F, Q, When, prefetch_related_objects
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from planportal.web.full_disk import is_full_disk
from targets.assessing import assess_for_reader
from targets.models import Snapshot, Target, TargetBuild, View, bring_previous_figures
from targets.models.build import TargetBuildQuerySet
from targets.progress import METHOD_VERSION, Assessment, assess
from targets.submissions import indicator_of, submissions_by_view, submissions_of

logger = logging.getLogger(__name__)

JOB = "targets.build"
LONGEST_PAUSE = timedelta(hours=1)
MOST_ROUNDS = 5
# From so many failures in a row on, more tries alone are not expected to help: readers and operators are told.
MANY_FAILURES = 8
# What a build leaves that came to its end.
FREE: dict[str, Any] = {
    "lease": None,
    "lease_until": None,
    "attempts": 0,
    "next_attempt_at": None,
    "last_error": "",
}
ASSESSMENT_FIELDS = tuple(field.name for field in dataclass_fields(Assessment))


def want(target_ids: Iterable[int], *, rings: bool = True) -> None:
    """Marks targets stale, taken in key order so that two writers never wait for each other; rings after commit.

    Call it in the transaction that changes the figures: figure and mark are stored together or not at all.
    `wanted_at` stays the moment since when a target is stale, however often it is wanted again.
    """
    ids = sorted(set(target_ids))
    stale_since = Case(When(built_seq__lt=F("wanted_seq"), then=F("wanted_at")), default=timezone.now())
    if len(ids) > 1:
        # An UPDATE of many takes its rows in any order.
        hold(ids)
    TargetBuild.objects.filter(pk__in=ids).update(
        wanted_seq=F("wanted_seq") + 1, wanted_at=stale_since, next_attempt_at=None
    )

    def ring_after_commit() -> None:
        ring(ids)

    if rings:
        # Robust: what is stored is stored, and the sweep finds it, whatever befalls the ring.
        transaction.on_commit(ring_after_commit, robust=True)


def hold(target_ids: Iterable[int]) -> None:
    """Keeps all other writers of these targets' figures waiting until commit: what is read next stays so.

    In key order, as `want` marks them, so that nobody waits in a ring.
    """
    list(TargetBuild.objects.select_for_update().filter(pk__in=set(target_ids)).order_by("pk").values_list("pk"))


def next_sequence(target_id: int) -> int:
    """The place of the next approved figure of a target; holds the target's build row until commit."""
    TargetBuild.objects.filter(pk=target_id).update(approved_seq=F("approved_seq") + 1)
    return TargetBuild.objects.values_list("approved_seq", flat=True).get(pk=target_id)


class _Doorbell:
    """Remembers, in this process, until when the broker is left alone after it did not answer."""

    def __init__(self) -> None:
        self.silent_until = 0.0

    def ring(self, target_ids: Iterable[int]) -> None:
        for target_id in target_ids:
            if time.monotonic() < self.silent_until:
                return
            try:
                current_app.send_task(JOB, args=[target_id])
            except (OSError, KombuError, RedisError) as error:
                self.silent_until = time.monotonic() + settings.RING_PAUSE_SECONDS
                logger.warning("the broker did not take a ring, the sweep will find it: %r", error)


doorbell = _Doorbell()


def ring(target_ids: Iterable[int]) -> None:
    """Has the targets built soon: by a worker, or here and now where there is no broker.

    A lost ring loses nothing: the stale mark stands in the database.
    """
    if settings.REDIS_URL:
        doorbell.ring(target_ids)
        return
    for target_id in target_ids:
        build(target_id)


def build(target_id: int) -> bool:
    """Brings a target's snapshots up to date; safe to repeat and to run twice at once.

    True where the target is fresh when it returns; False where another build holds it, it waits for its next
    attempt, or its computation failed (noted in the row, retried by the sweep).
    """
    for _round in range(MOST_ROUNDS):
        claim = _claim(target_id)
        if claim is None:
            return _is_fresh(target_id)
        if not _build_claimed(target_id, claim):
            return False
        if _is_fresh(target_id):
            return True
    return False


def _is_fresh(target_id: int) -> bool:
    return not TargetBuild.objects.stale().filter(pk=target_id).exists()


@dataclass(frozen=True)
class _Claim:
    """The right to build a target for a while, and what was wanted of it when it was given."""

    lease: uuid.UUID
    wanted: int
    target: Target


def _claim(target_id: int) -> _Claim | None:
    """Takes the lease of a stale target that is due; counts the attempt before the work, so that a build that kills
    its process is counted too."""
    now, lease = timezone.now(), uuid.uuid4()
    # Read before any figure is: what comes in from now on is built again, never lost.
    row = _due(now).select_related("target__plan").filter(pk=target_id).first()
    if row is None:
        return None
    claimed = (
        _due(now)
        .filter(pk=target_id, attempts=row.attempts)
        .update(
            lease=lease,
            lease_until=now + timedelta(seconds=settings.BUILD_LEASE_SECONDS),
            attempts=row.attempts + 1,
            next_attempt_at=now + _pause(row.attempts + 1),
        )
    )
    if not claimed:
        # Somebody else was quicker.
        return None
    _tell_operators(row, failures=row.attempts)
    return _Claim(lease, row.wanted_seq, row.target)


def _tell_operators(row: TargetBuild, *, failures: int) -> None:
    """Asked before an attempt too: a build that kills its process says nothing afterwards."""
    if failures >= MANY_FAILURES:
        words = "target %s is stuck: %s builds in a row failed, last error: %s"
        logger.error(words, row.target.code, failures, row.last_error or "the process ended without a word")


def _due(now: datetime) -> TargetBuildQuerySet:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    ready = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
    return TargetBuild.objects.stale().filter(free, ready)


def _pause(attempts: int) -> timedelta:
    """How long to wait after a failed attempt: doubling from RETRY_SECONDS to an hour."""
    return min(timedelta(seconds=settings.RETRY_SECONDS * 2 ** min(attempts - 1, 20)), LONGEST_PAUSE)


def _build_claimed(target_id: int, claim: _Claim) -> bool:
    try:
        _store(target_id, claim.wanted, computed_snapshots(claim.target, claim.wanted), claim.lease)
    except Exception as error:
        # The one place where any failure is caught: one target's fault must not stop the others, nor be forgotten.
        logger.exception("the build of target %s failed", target_id)
        TargetBuild.objects.filter(pk=target_id, lease=claim.lease).update(
            lease=None, lease_until=None, last_error=f"{type(error).__name__}: {error}"[:500]
        )
        row = TargetBuild.objects.select_related("target").get(pk=target_id)
        _tell_operators(row, failures=row.failed_attempts(timezone.now()))
        return False
    return True


def computed_snapshots(target: Target, wanted: int) -> list[Snapshot]:
    """What the figures of this moment say of a target, each year and view; stored by nobody yet."""
    now = timezone.now()
    # Asked for each year.
    prefetch_related_objects([target], "amendments")
    bring_previous_figures(target)
    indicators = {year: indicator_of(target, as_of_year=year) for year in snapshot_years(target)}
    found = []
    for view, submissions in submissions_by_view(target).items():
        for year, indicator in indicators.items():
            assessment = assess(indicator, submissions, year)
            found.append(_snapshot(target, year, view, assessment, wanted, now))
    return found


def snapshot_years(target: Target) -> range:
    """The as-of years that have snapshots: each plan year, and the one after it for verdicts that go stale."""
    return range(target.plan.start_year, target.plan.end_year + 2)


def _snapshot(target: Target, year: int, view: View, assessment: Assessment, wanted: int, now: datetime) -> Snapshot:
    values = {name: getattr(assessment, name) for name in ASSESSMENT_FIELDS}
    values["flags"] = list(assessment.flags)
    return Snapshot(
        target=target,
        as_of_year=year,
        view=view,
        method_version=METHOD_VERSION,
        built_seq=wanted,
        computed_at=now,
        **values,
    )


def _store(target_id: int, wanted: int, snapshots: list[Snapshot], lease: uuid.UUID) -> None:
    """Writes the snapshots unless a build of the same or a later state was there first; gives the lease back."""
    own = TargetBuild.objects.filter(pk=target_id, lease=lease)
    built = {"built_seq": wanted, "built_at": timezone.now(), "method_version": METHOD_VERSION}
    with transaction.atomic():
        newer = own.filter(built_seq__lt=wanted).update(**built, **FREE)
        if not newer:
            # The lease is over, and somebody else's by now, or what it was for is built.
            newer = TargetBuild.objects.filter(pk=target_id, built_seq__lt=wanted).update(**built)
            own.update(**FREE)
        if newer:
            Snapshot.objects.bulk_create(
                snapshots,
                update_conflicts=True,
                unique_fields=["target", "as_of_year", "view"],
                update_fields=["method_version", "built_seq", "computed_at", *ASSESSMENT_FIELDS],
            )


def assess_now(target: Target, *, as_of_year: int, view: View) -> Assessment:
    """What the figures of this moment say; stored nowhere. Raises FiguresRefused."""
    indicator = indicator_of(target, as_of_year=as_of_year)
    return assess_for_reader(target, indicator, submissions_of(target, view), as_of_year)


def build_all(target_ids: Iterable[int], *, patience: timedelta) -> list[int]:
    """Builds each target here, waiting for a build that another process holds; the ids that stayed stale."""
    deadline = time.monotonic() + patience.total_seconds()
    left = list(target_ids)
    while left := [target_id for target_id in left if not build(target_id)]:
        held = TargetBuild.objects.filter(pk__in=left, lease__isnull=False)
        if not held.exists() or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return left


def sweep() -> int:
    """Builds everything that is stale and due; the count of targets made fresh.

    Looks at the state, never at a window of time, and needs no broker.
    """
    _want_new_method()
    ids = list(_due(timezone.now()).order_by("wanted_at", "pk").values_list("pk", flat=True))
    return sum(build(target_id) for target_id in ids)


def _want_new_method() -> None:
    """A new version of the method makes every snapshot of an older one stale.

    What is stale already will be built by this version anyway; wanting it again would cut short the pauses of a
    target whose build fails.
    """
    older = TargetBuild.objects.exclude(Q(method_version__in=["", METHOD_VERSION]) | Q(built_seq__lt=F("wanted_seq")))
    with transaction.atomic():
        want(older.values_list("pk", flat=True), rings=False)


def repair(target_ids: Iterable[int]) -> None:
    """What a reader does on meeting stale rows: builds those that nobody has built for REPAIR_SECONDS.

    Without a broker there is nobody else, so every stale row is built at once; a target never built always is.
    """
    old_enough = timezone.now() - timedelta(seconds=settings.REPAIR_SECONDS if settings.REDIS_URL else 0)
    waiting = Q(wanted_at__lte=old_enough) | Q(built_at__isnull=True)
    for target_id in list(_due(timezone.now()).filter(waiting, pk__in=list(target_ids)).values_list("pk", flat=True)):
        try:
            build(target_id)
        except OperationalError as error:
            if not is_full_disk(error):
                raise
            # Reading must go on: the reader gets what was built before, and is told that more is pending.
            logger.exception("the disk is full: target %s stays stale", target_id)
