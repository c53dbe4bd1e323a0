"""The canary: a message through the real queue, so that a worker that lives but hears nothing is known.

It says nothing about the work itself: what no worker builds, the sweep does.
"""

import logging
from datetime import timedelta
from typing import Literal

from celery import current_app
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from targets.models import Canary

logger = logging.getLogger(__name__)

JOB = "targets.canary"
State = Literal["ok", "degraded", "in-process"]


def send_if_due() -> bool:
    """Puts a canary into the queue where the last one is CANARY_SECONDS old; whether it was put there.

    However many processes sweep, one of them sends. A broker that does not answer is tried once, for as long as its
    timeouts, and again after CANARY_SECONDS; the pause of the rings is left alone.
    """
    if not settings.REDIS_URL or not _claim():
        return False
    queue = _queue()
    try:
        # One that comes too late to count must not be heard after all: it would make a slow queue look quick.
        current_app.send_task(JOB, args=[queue], queue=queue, expires=settings.CANARY_LATE_SECONDS)
    except (OSError, KombuError, RedisError) as error:
        logger.warning("the broker did not take the canary: %r", error)
        return False
    return True


def _claim() -> bool:
    now = timezone.now()
    due = now - timedelta(seconds=settings.CANARY_SECONDS)
    if Canary.objects.filter(pk=_queue(), sent_at__lte=due).update(sent_at=now):
        return True
    return Canary.objects.get_or_create(queue=_queue(), defaults={"sent_at": now})[1]


def seen(queue: str) -> None:
    """A worker took the canary out of the queue; repeating it is harmless."""
    Canary.objects.filter(pk=queue).update(seen_at=timezone.now())


def state() -> State:
    """Whether a worker hears: "degraded" where none took a canary for CANARY_LATE_SECONDS, or nobody sends any."""
    if not settings.REDIS_URL:
        return "in-process"
    late = timezone.now() - timedelta(seconds=settings.CANARY_LATE_SECONDS)
    return "ok" if Canary.objects.filter(pk=_queue(), seen_at__gt=late).exists() else "degraded"


def _queue() -> str:
    """The queue that the workers listen to."""
    return str(current_app.conf.task_default_queue)
