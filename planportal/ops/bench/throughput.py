"""Submissions a second by many clients at once, as a ratio to a bare loop of inserts and commits in the same run."""

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from statistics import median

import psycopg2

from planportal.ops.bench.callers import Caller, Corrections, corrections_of
from planportal.ops.bench.ratios import ratio_by_round
from planportal.ops.bench.stages import Stage

CLIENTS = 20
ROUNDS = 4
SECONDS = 3.0
# The least that keeps a submission: a row, its version, its event. Withdrawn, so that it is in nobody's way.
FIGURE = """
INSERT INTO targets_figure (target_id, year, basis, value, standing, origin, provisional, state, version, source,
    source_publisher, source_address, source_published, note, reason, cause, warnings, created_at)
SELECT id, 2016, '', 1, 'reported', 'entered', false, 'withdrawn', 1, '', '', '', '', '', '', '', '[]', now()
FROM targets_target WHERE id = %s RETURNING id
"""
VERSION = """
INSERT INTO targets_figureversion (figure_id, number, state, basis, value, provisional, source, note, reason, cause,
    warnings, evidence) VALUES (%s, 1, 'withdrawn', '', 1, false, '', '', '', '', '[]', '[]')
"""
EVENT = """
INSERT INTO targets_figureevent (figure_id, target_id, action, attempted, from_state, to_state, version, at, why, code)
VALUES (%s, %s, 'drafted', '', '', 'withdrawn', 1, now(), '', '')
"""
# One client's work: does one thing each time it is called; False where nothing is left to do.
Work = Callable[[], bool]


def rate(works: list[Work], seconds: float = SECONDS) -> float:
    """How often a second all clients together did their work."""
    start = time.monotonic()
    until = start + seconds

    def repeat(work: Work) -> int:
        done = 0
        while time.monotonic() < until and work():
            done += 1
        return done

    with ThreadPoolExecutor(len(works)) as pool:
        counts = [each.result() for each in [pool.submit(repeat, work) for work in works]]
    return sum(counts) / (time.monotonic() - start)


def _submitting(caller: Caller, corrections: Corrections, numbers: Iterator[int]) -> Work:
    def work() -> bool:
        number = next(numbers)
        if number >= len(corrections):
            return False
        plan, body = corrections.at(number)
        figure = caller.figure(plan, "", body)
        caller.figure(plan, f"{figure['id']}/submit/", {}, figure["version"])
        return True

    return work


def _inserting(connection: "psycopg2.extensions.connection", target: int) -> Work:
    def work() -> bool:
        with connection, connection.cursor() as cursor:
            cursor.execute(FIGURE, [target])
            figure = cursor.fetchone()
            cursor.execute(VERSION, figure)
            cursor.execute(EVENT, [*(figure or ()), target])
        return True

    return work


def measure(stage: Stage) -> tuple[list[float], list[float]]:
    """Submissions a second, and bare commits a second, one of each for each round."""
    corrections, numbers = corrections_of(stage), itertools.count()
    token = Caller(stage, "demo-staff").token
    submitting = [_submitting(Caller(stage, "demo-staff", token), corrections, numbers) for _client in range(CLIENTS)]
    connections = [psycopg2.connect(stage.database_url) for _client in range(CLIENTS)]
    with closing(psycopg2.connect(stage.database_url)) as looking, looking.cursor() as cursor:
        cursor.execute("SELECT id FROM targets_target ORDER BY id DESC LIMIT %s", [CLIENTS])
        targets = itertools.cycle([row[0] for row in cursor.fetchall()])
    inserting = [_inserting(connection, next(targets)) for connection in connections]
    rate(submitting, 1)
    rates: tuple[list[float], list[float]] = ([], [])
    for _round in range(ROUNDS):
        for found, works in zip(rates, (submitting, inserting), strict=True):
            found.append(rate(works))
    for connection in connections:
        connection.close()
    return rates


def report(stage: Stage) -> None:
    """Prints both rates at a stage, and their ratio round by round."""
    submitted, committed = measure(stage)
    print(f"\n{CLIENTS} clients at {stage.scale} provinces: {median(submitted):.0f} submissions/s (draft and submit),")
    print(f"bare insert and commit: {median(committed):.0f}/s, ratio {ratio_by_round(submitted, committed):.3f}")
