"""The canary through Redis and a worker: seen while the worker hears, missed while it does not."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.test import Client
from django.utils import timezone

from targets import canary, recompute
from targets.models import Canary
from tests.jobs.workers import Worker, environment_beside, eventually

pytestmark = pytest.mark.django_db(transaction=True)


def told(client: Client) -> str:
    response = client.get("/readyz")
    assert response.status_code == 200
    return str(response.json()["canary"])


@contextmanager
def sweeping() -> Iterator[None]:
    """The sweep's own process, as `make sweep` starts it."""
    command = [sys.executable, "manage.py", "sweep", "--loop"]
    with subprocess.Popen(command, env=environment_beside(), cwd=settings.BASE_DIR) as process:
        try:
            yield
        finally:
            process.terminate()


def is_seen() -> bool:
    return Canary.objects.filter(seen_at__isnull=False).exists()


def test_a_worker_that_hears_is_told_ok_and_one_that_is_gone_degraded(
    client: Client, worker: Worker, settings: Any
) -> None:
    assert told(client) == "degraded"
    with sweeping():
        assert eventually(is_seen)
    assert told(client) == "ok"
    worker.stop()
    settings.CANARY_SECONDS, settings.CANARY_LATE_SECONDS = 0.1, 0.5
    assert eventually(lambda: told(client) == "degraded")
    # Canaries go on being sent, and with nobody to hear them it stays so.
    assert eventually(canary.send_if_due)
    assert told(client) == "degraded"
    settings.CANARY_LATE_SECONDS = 60
    Canary.objects.update(seen_at=None)
    worker.start()
    assert eventually(lambda: canary.send_if_due() or is_seen())
    assert eventually(lambda: told(client) == "ok")


def test_a_canary_that_comes_too_late_is_not_counted(worker: Worker, settings: Any) -> None:
    worker.stop()
    settings.CANARY_SECONDS, settings.CANARY_LATE_SECONDS = 0.1, 0.2
    assert canary.send_if_due()
    sent = time.monotonic()
    assert eventually(lambda: time.monotonic() > sent + 0.3)
    worker.start()
    with current_app.connection_for_write() as broker:
        assert eventually(lambda: not broker.default_channel.client.llen("celery"))
    current_app.control.ping(timeout=1)
    assert not is_seen()


def test_one_canary_in_its_time_however_many_sweep(transactional_db: None, broker: str, settings: Any) -> None:
    assert [canary.send_if_due() for _process in range(3)] == [True, False, False]
    Canary.objects.update(sent_at=timezone.now() - timedelta(seconds=29))
    assert not canary.send_if_due()
    Canary.objects.update(sent_at=timezone.now() - timedelta(seconds=30))
    assert canary.send_if_due()
    with current_app.connection_for_write() as owner:
        assert owner.default_channel.client.llen("celery") == 2


def test_a_missing_broker_holds_neither_the_sweep_nor_the_rings(
    transactional_db: None, no_broker: None, caplog: Any
) -> None:
    started = time.monotonic()
    assert not canary.send_if_due()
    assert time.monotonic() - started < 3
    assert "the broker did not take the canary" in caplog.text
    assert recompute.doorbell.silent_until == 0.0
    # Not asked again before the next canary is due.
    caplog.clear()
    assert not canary.send_if_due()
    assert caplog.text == ""


def test_a_frozen_broker_holds_it_no_longer_than_its_timeout(
    transactional_db: None, frozen_broker: None, caplog: Any
) -> None:
    started = time.monotonic()
    assert not canary.send_if_due()
    assert time.monotonic() - started < 5
    assert "the broker did not take the canary" in caplog.text
    assert recompute.doorbell.silent_until == 0.0


def test_without_a_broker_there_is_no_canary(transactional_db: None, client: Client) -> None:
    assert not canary.send_if_due()
    assert not Canary.objects.exists()
    assert told(client) == "in-process"
