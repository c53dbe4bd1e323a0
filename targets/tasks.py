"""The jobs: a build that a ring asks for, the canary that is heard, and the nightly look at the snapshots."""

from celery import shared_task

from targets import canary, recompute
from targets.reconcile import reconcile


@shared_task(name=recompute.JOB)
def build_target(target_id: int) -> None:
    """Builds a target; repeating it is harmless, and a failure is noted in the row for the sweep."""
    recompute.build(target_id)


@shared_task(name=canary.JOB)
def hear_canary(queue: str) -> None:
    """Notes that the queue is heard."""
    canary.seen(queue)


# It reads every figure; it ends before the broker delivers the message again.
@shared_task(name="targets.reconcile", soft_time_limit=240, time_limit=270)
def reconcile_snapshots() -> None:
    """Compares every snapshot with the figures; differences are logged as errors, and their targets wanted anew."""
    reconcile()
