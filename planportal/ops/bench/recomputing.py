"""`manage.py recompute --all`: figures a second, and what twice the processes give."""

import os
import time
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

import psycopg2

from planportal.ops.bench.ratios import ratio_by_round
from planportal.ops.bench.stages import Stage

ROUNDS = 3
# Above so many figures a round takes minutes, and one is enough.
FIGURES_FOR_ROUNDS = 200_000
PROCESSES = (1, 2)


def figures_at(stage: Stage) -> int:
    """Approved figures behind all snapshots of a stage."""
    connection = psycopg2.connect(stage.database_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM targets_figure WHERE state = 'approved'")
            row = cursor.fetchone()
    finally:
        connection.close()
    assert row is not None
    return int(row[0])


def measure(stage: Stage, *, rounds: int) -> dict[int, list[float]]:
    """Seconds of a whole recompute, the command's start included, by the number of its processes; in turn."""
    found = defaultdict(list)
    for _round in range(rounds):
        for workers in PROCESSES:
            start = time.monotonic()
            stage.manage("recompute", "--all", "--workers", str(workers))
            found[workers].append(time.monotonic() - start)
    return dict(found)


def report(stages: Sequence[Stage]) -> None:
    """Measures and prints figures a second at each stage with one process and with two."""
    print(f"\n{'recompute --all':<28}{'figures':>12}{'1 process':>14}{'2 processes':>14}{'speed-up':>10}")
    for stage in stages:
        figures = figures_at(stage)
        seconds = measure(stage, rounds=1 if figures > FIGURES_FOR_ROUNDS else ROUNDS)
        speeds = [f"{figures / median(seconds[number]):.0f}/s" for number in PROCESSES]
        gain = f"{ratio_by_round(*seconds.values()):.2f}"
        cells = "".join(f"{speed:>14}" for speed in speeds)
        print(f"{f'{stage.scale} provinces':<28}{figures:>12,}{cells}{gain:>10}", flush=True)
    print(f"(on {os.cpu_count()} cores)")
