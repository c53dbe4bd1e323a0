"""A real Celery worker on the test database and the run's Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import kombu.pools
import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connection

from planportal.ops import servers
from targets import recompute

READY_SECONDS = 30
POLITE_SECONDS = 10
PATIENCE_SECONDS = 20
NOBODY = "redis://127.0.0.1:1/0"


def eventually(holds: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether a condition comes true before the time is over; looked at often, never slept out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def test_database_url() -> str:
    """The address of the database of this test run, for a process of its own."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


test_database_url.__test__ = False  # type: ignore[attr-defined]


def environment_beside() -> dict[str, str]:
    """What a process of its own runs with beside the test: the test's database and, where it has one, its broker."""
    own = {"DATABASE_URL": test_database_url(), "REDIS_URL": django_settings.REDIS_URL, "LOG_LEVEL": "WARNING"}
    return os.environ | own


class Worker:
    """A Celery worker process: started, killed and started again."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and returns once it answers a ping."""
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "planportal",
            "worker",
            "--concurrency",
            "1",
            "-l",
            "WARNING",
        ]
        # A group of its own, so that its child can be ended with it.
        self.process = subprocess.Popen(
            command, env=environment_beside(), cwd=django_settings.BASE_DIR, start_new_session=True
        )
        assert eventually(lambda: bool(current_app.control.ping(timeout=0.3)), seconds=READY_SECONDS)

    def stop(self) -> None:
        """Ends it politely, and by force when it takes too long, as whoever supervises it in production does."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=POLITE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=READY_SECONDS)
        self.process = None


def _own_redis_url(worker_id: str) -> str:
    """The run's Redis, in a numbered database of this process; the first is left to whoever else rings."""
    number = 1 + int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 1
    return urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}"))


@pytest.fixture
def broker(settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, worker_id: str) -> Iterator[str]:
    """This process' part of the run's Redis, emptied; rings go there."""
    url = _own_redis_url(worker_id)
    with _ringing_at(url, settings, monkeypatch):
        with current_app.connection_for_write() as channel_owner:
            channel_owner.default_channel.client.flushdb()
        yield url


@pytest.fixture
def no_broker(settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rings go to a port where nobody listens."""
    with _ringing_at(NOBODY, settings, monkeypatch):
        yield


@pytest.fixture
def frozen_broker(settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rings go to a Redis that takes connections and answers nothing."""
    with servers.redis() as server:
        os.kill(server.pid, signal.SIGSTOP)
        with _ringing_at(server.url, settings, monkeypatch):
            yield


@contextmanager
def _ringing_at(url: str, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.REDIS_URL = url
    monkeypatch.setattr(current_app.conf, "broker_url", url)
    _forget_connections()
    yield
    monkeypatch.undo()
    _forget_connections()


def _forget_connections() -> None:
    kombu.pools.reset()
    current_app._after_fork()
    recompute.doorbell.silent_until = 0.0


@pytest.fixture
def worker(transactional_db: None, broker: str) -> Iterator[Worker]:
    """A running worker."""
    made = Worker()
    made.start()
    yield made
    made.stop()
