"""What one submission costs at each stage: SQL statements, time of each step, time until its target is fresh."""

import json
import subprocess
import time
from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Any

import psycopg2

from planportal.ops.bench import statements
from planportal.ops.bench.callers import Caller, Corrections, corrections_of
from planportal.ops.bench.provinces import code_of
from planportal.ops.bench.ratios import against_smallest, is_flat, ratio_by_round
from planportal.ops.bench.stages import Stage, round_trip, seconds_until
from planportal.ops.run import PYTHON, ROOT

ROUNDS = 60
WARM_UP = 6
FRESH = "until fresh"
ECHO = "empty job"
Measured = dict[str, dict[int, list[float]]]


def statements_at(stages: Sequence[Stage]) -> Measured:
    """SQL statements of each step, by scale."""
    found: Measured = defaultdict(dict)
    for stage in stages:
        command = [str(PYTHON), "-m", statements.__name__, code_of(stage.scale)]
        # In-process rings would be counted; with a broker they are sent and somebody else builds.
        ran = subprocess.run(command, cwd=ROOT, env=stage.environment, check=True, capture_output=True, text=True)
        for step, count in json.loads(ran.stdout).items():
            found[step][stage.scale] = [count]
    return found


def measure(stages: Sequence[Stage]) -> Measured:
    """Seconds by step and scale, one for each round; rounds go over the stages in turn, the first ones warm up."""
    found: Measured = defaultdict(lambda: defaultdict(list))
    desks = [_Desk(stage) for stage in stages]
    for number in range(ROUNDS + WARM_UP):
        for desk in desks:
            times = desk.submit_one(number)
            times[ECHO] = round_trip(desk.stage, f"echo-{number}")
            if number >= WARM_UP:
                for step, seconds in times.items():
                    found[step][desk.stage.scale].append(seconds)
    return found


class _Desk:
    """Two people at one stage, and a look into its database past the portal."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.corrections: Corrections = corrections_of(stage)
        self.staff, self.reviewer = Caller(stage, "demo-staff"), Caller(stage, "demo-reviewer")
        self.connection = psycopg2.connect(stage.database_url)
        self.connection.autocommit = True

    def submit_one(self, number: int) -> dict[str, float]:
        """Drafts, submits and approves the correction of a number; seconds by step."""
        plan, body = self.corrections.at(number)
        target = self._target(plan, body["target"])
        times = {}
        start = time.perf_counter()
        figure = self.staff.figure(plan, "", body)
        times["draft"], start = time.perf_counter() - start, time.perf_counter()
        figure = self.staff.figure(plan, f"{figure['id']}/submit/", {}, figure["version"])
        times["submit"] = time.perf_counter() - start
        # What the submission itself set off must not count for the approval.
        seconds_until(lambda: self._is_fresh(target), since=time.perf_counter())
        start = time.perf_counter()
        self.reviewer.figure(plan, f"{figure['id']}/approve/", {}, figure["version"])
        times["approve"], start = time.perf_counter() - start, time.perf_counter()
        times[FRESH] = seconds_until(lambda: self._is_fresh(target), since=start)
        return times

    def _target(self, plan: str, code: str) -> int:
        return int(
            self._one(
                "SELECT t.id FROM targets_target t JOIN plan_plan p ON p.id = t.plan_id"
                " WHERE p.code = %s AND t.code = %s",
                plan,
                code,
            )
        )

    def _is_fresh(self, target: int) -> bool:
        return bool(self._one("SELECT built_seq = wanted_seq FROM targets_targetbuild WHERE target_id = %s", target))

    def _one(self, sql: str, *values: Any) -> Any:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            row = cursor.fetchone()
        assert row is not None
        return row[0]


def report(stages: Sequence[Stage]) -> None:
    """Measures and prints a row for each step, scale beside scale, and the ratio to the smallest scale."""
    scales = [stage.scale for stage in stages]
    heads = "".join(f"{f'{scale} provinces':>16}" for scale in scales)
    print(f"\n{'one submission':<28}{heads}{'largest ratio':>16}")
    for step, counts in statements_at(stages).items():
        _row(f"{step}: SQL statements", counts, "{:.0f}")
    found = measure(stages)
    for step, seconds in found.items():
        _row(f"{step}: ms (p50)", {scale: [1000 * s for s in each] for scale, each in seconds.items()}, "{:.1f}")
    print(f"{'until fresh / empty job':<28}", end="")
    for scale in scales:
        print(f"{ratio_by_round(found[FRESH][scale], found[ECHO][scale]):>16.2f}", end="")
    print()


def _row(name: str, by_scale: dict[int, list[float]], written: str) -> None:
    ratios = against_smallest(by_scale)
    cells = "".join(f"{written.format(median(found)):>16}" for found in by_scale.values())
    verdict = "" if is_flat(ratios) else "  not flat"
    print(f"{name:<28}{cells}{max(ratios.values()):>16.2f}{verdict}")
