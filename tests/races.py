"""Two at once on PostgreSQL: one is started on a connection of its own and waits for a lock that the test holds."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

Start = Callable[[Callable[[], Any]], Future[Any]]
PATIENCE_SECONDS = 20
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts something on a connection of its own, and returns once it waits for a lock."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda work: _started(pool, work)


def _started(pool: ThreadPoolExecutor, work: Callable[[], Any]) -> Future[Any]:
    def on_own_connection() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    future = pool.submit(on_own_connection)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _somebody_waits_for_us():
        assert not future.done(), "it did not wait for the lock"
        assert time.monotonic() < deadline
    return future


def _somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])
