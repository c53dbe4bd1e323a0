"""Stages: the same portal with 1, 31 or 310 provinces' worth of data, each with a database, web server and worker.

All stand at once, so that rounds go over them in turn and a machine whose speed drifts drifts for all alike.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis
from celery import Celery

from planportal.ops.bench import echo, provinces
from planportal.ops.run import PYTHON, ROOT
from planportal.ops.serving import READY_SECONDS, served

POLL_SECONDS = 0.001
STOP_SECONDS = 5
PASSWORD = "bench-password-1"  # noqa: S105 of accounts that end with the bench


@dataclass(frozen=True)
class Stage:
    """A portal with so many provinces; `port` is where it is served."""

    scale: int
    database_url: str
    redis_url: str
    port: int = 0

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}

    def manage(self, *command: str) -> None:
        """manage.py in this stage; raises CalledProcessError where it fails."""
        run = [str(PYTHON), "manage.py", *command]
        subprocess.run(run, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)


def prepared(scales: Sequence[int]) -> list[Stage]:
    """The stages' databases, copied from the one that DATABASE_URL names and filled; nothing runs on them yet."""
    base = os.environ["DATABASE_URL"]
    name = urlsplit(base).path[1:]
    found = []
    for number, scale in enumerate(scales):
        stage = Stage(scale, _at(base, f"bench_{scale}"), _at(os.environ["REDIS_URL"], str(number)))
        create_database(_at(base, "postgres"), f"bench_{scale}", template=name)
        provinces.load(stage.database_url, scale)
        found.append(stage)
    return found


@contextmanager
def running(stages: Sequence[Stage]) -> Iterator[list[Stage]]:
    """The stages, each served and with one worker process; all end with the block."""
    with ExitStack() as stack:
        found = []
        for stage in stages:
            port = stack.enter_context(served(stage.environment))
            found.append(Stage(stage.scale, stage.database_url, stage.redis_url, port))
            stack.enter_context(_worker(stage))
        for stage in found:
            round_trip(stage, f"ready-{stage.scale}", patience=READY_SECONDS)
        yield found


def round_trip(stage: Stage, key: str, *, patience: float = 10) -> float:
    """Seconds from sending an empty job until what it does is seen."""
    with Celery("bench", broker=stage.redis_url) as app, redis.Redis.from_url(stage.redis_url) as client:
        # The connections are no part of the way.
        client.ping()
        with app.connection_for_write() as connection:
            connection.connect()
            start = time.perf_counter()
            app.send_task(echo.JOB, args=[key], connection=connection, ignore_result=True)
            return seconds_until(lambda: bool(client.exists(key)), since=start, patience=patience)


def seconds_until(holds: Callable[[], bool], *, since: float, patience: float = 10) -> float:
    """Seconds since a moment of time.perf_counter() until a condition, asked each millisecond, is seen to hold."""
    while not holds():
        if time.perf_counter() - since > patience:
            raise SystemExit(f"bench: nothing came of it for {patience} s")
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - since


@contextmanager
def _worker(stage: Stage) -> Iterator[None]:
    """One worker process with the empty job beside the portal's own; ended by its process id."""
    command = [
        str(PYTHON.with_name("celery")),
        *("--app", "planportal"),
        "worker",
        *("--concurrency", "1"),
        *("--prefetch-multiplier", "1"),
        *("--include", echo.__name__),
        *("--loglevel", "ERROR"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=stage.environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Builds that nobody waits for any more are no reason to stay.
            process.kill()
            process.wait()


def _at(url: str, path: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{path}", parts.query, parts.fragment))


def create_database(server: str, name: str, *, template: str) -> None:
    connection = psycopg2.connect(server)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        connection.close()
