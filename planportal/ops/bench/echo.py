"""An empty job, to measure a submission's way through the queue against; a worker has it by --include."""

import redis
from celery import shared_task
from django.conf import settings

JOB = "bench.echo"
KEPT_SECONDS = 60


@shared_task(name=JOB)
def echo(key: str) -> None:
    """Sets a key in Redis, where whoever waits for it sees it."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.set(key, 1, ex=KEPT_SECONDS)
