"""The job that a ring asks for: the same build as everywhere, by a target's id."""

from celery import shared_task

from targets import recompute


@shared_task(name=recompute.JOB)
def build_target(target_id: int) -> None:
    """Builds a target; repeating it is harmless, and a failure is noted in the row for the sweep."""
    recompute.build(target_id)
