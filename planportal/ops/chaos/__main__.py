"""`make chaos ARGS="[--short] [ROW...]"`: plays row after row, says how each went, and prints the table."""

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from planportal.ops import servers
from planportal.ops.binaries import MissingServerError
from planportal.ops.chaos import disk_rows, input_rows, poison_rows, server_rows, worker_rows
from planportal.ops.chaos.report import table
from planportal.ops.chaos.scene import FULL, SHORT, Outcome, Scale
from planportal.ops.chaos.stage import Theatre
from planportal.ops.install import SetUpError

Row = Callable[[Theatre, Scale, Outcome], None]
ROWS: dict[str, Row] = {
    "workers-killed": worker_rows.workers_killed,
    "redis-gone": server_rows.redis_gone,
    "nobody-builds": worker_rows.nobody_builds,
    "repeated-messages": worker_rows.repeated_messages,
    "database-cut": server_rows.database_cut,
    "same-version": input_rows.same_version,
    "many-on-postgresql": input_rows.many_on_postgresql,
    "many-on-sqlite": input_rows.many_on_sqlite,
    "nonsense": input_rows.nonsense,
    "computation-raises": poison_rows.computation_raises,
    "computation-kills": poison_rows.computation_kills,
    "disk-full": disk_rows.disk_full,
    "all-killed": server_rows.all_killed,
    "backup-restored": server_rows.backup_restored,
}
IN_SHORT = (
    "workers-killed",
    "redis-gone",
    "repeated-messages",
    "database-cut",
    "same-version",
    "nonsense",
    "disk-full",
)


def play(name: str, theatre: Theatre, scale: Scale) -> Outcome:
    """One row; whatever breaks it is a fault of it, and the next one is played all the same."""
    outcome = Outcome(name)
    started = time.monotonic()
    print(f"chaos: {name} …", flush=True)
    try:
        ROWS[name](theatre, scale, outcome)
    except servers.InterruptionError:
        raise
    except Exception as error:  # noqa: BLE001
        # The one place where anything is caught: a row that breaks down must not hide the others.
        traceback.print_exc()
        outcome.add([f"the row broke down: {error!r}"[:2000]])
    verdict = "passed" if not outcome.faults else "FAILED"
    print(f"chaos: {name} {verdict} after {time.monotonic() - started:.0f} s: {outcome.done}", flush=True)
    for fault in outcome.faults:
        print(f"chaos:     {fault}", flush=True)
    return outcome


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description="Break the running portal and judge what it did.")
    parser.add_argument("--short", action="store_true", help="a selection with less load, for at most 3 minutes")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}")
    found = parser.parse_args(arguments)
    unknown = [name for name in found.rows if name not in ROWS]
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return found


def main(arguments: Sequence[str]) -> int:
    """All rows asked for, and the table, of those played where it is interrupted; 1 where a row failed."""
    asked = read_arguments(arguments)
    signal.signal(signal.SIGINT, servers.interrupt)
    signal.signal(signal.SIGTERM, servers.interrupt)
    names = asked.rows or (IN_SHORT if asked.short else tuple(ROWS))
    scale = SHORT if asked.short else FULL
    started = time.monotonic()
    outcomes: list[Outcome] = []
    interrupted = 0
    try:
        with servers.postgres(durable=True) as postgres, servers.redis() as redis, servers.server_folder() as folder:
            theatre = Theatre(Path(folder), postgres, redis)
            for name in names:
                outcomes.append(play(name, theatre, scale))  # noqa: PERF401 (what was played is told when interrupted)
    except servers.InterruptionError as interruption:
        interrupted = 128 + interruption.number
    except (servers.ServerError, MissingServerError, SetUpError, OSError) as error:
        print(f"chaos: {error}", file=sys.stderr)
        return 1
    print(table(outcomes))
    print(f"chaos: {len(outcomes)} rows in {time.monotonic() - started:.0f} s on {os.cpu_count()} processors")
    return interrupted or int(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
