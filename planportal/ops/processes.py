"""The long-running processes of production: `python -m planportal.ops.processes serve|worker|beat`."""

import os
import sys
from pathlib import Path

from planportal.ops.run import PYTHON, ROOT, Address, UnusableError, address, become, whole_number

# Threads of one web process; each may hold a database connection, so they are few.
SERVE_THREADS = 4
# A worker that was told to end twice, as by a service manager and its parent, may never end by itself.
STOP_SECONDS = 5


def granian(where: Address, *, workers: int, threads: int) -> list[str]:
    """The command that serves the portal at `where` in the foreground."""
    return [
        str(PYTHON.with_name("granian")),
        *("--interface", "wsgi"),
        *("--host", where.host),
        *("--port", str(where.port)),
        *("--workers", str(workers)),
        *("--blocking-threads", str(threads)),
        *("--log-level", "warning"),
        *("--working-dir", str(ROOT)),
        *("--workers-kill-timeout", str(STOP_SECONDS)),
        "--no-ws",
        "--respawn-failed-workers",
        "planportal.ops.web:application",
    ]


def serve() -> list[str]:
    """The web server: HOST, PORT and WEB_WORKERS from the environment."""
    workers = whole_number(os.environ, "WEB_WORKERS", 2, least=1, most=64)
    return granian(address(os.environ), workers=workers, threads=SERVE_THREADS)


def worker() -> list[str]:
    """The Celery worker: WORKER_CONCURRENCY children, one message at a time each.

    It listens to the queues that the settings declare. UnusableError without REDIS_URL: jobs then run
    in the web process and there is no queue to work on.
    """
    _refuse_no_queue()
    children = whole_number(os.environ, "WORKER_CONCURRENCY", 2, least=1, most=64)
    return [
        str(PYTHON.with_name("celery")),
        *("--app", "planportal"),
        "worker",
        *("--concurrency", str(children)),
        *("--prefetch-multiplier", "1"),
        *("--loglevel", "INFO"),
    ]


def beat() -> list[str]:
    """The Celery beat, which rings at the times that the settings declare; one process in all.

    It remembers in DATA_DIR when it rang last. UnusableError without REDIS_URL: nobody would hear it.
    """
    _refuse_no_queue()
    folder = Path(os.environ.get("DATA_DIR", "").strip() or ROOT / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return [
        str(PYTHON.with_name("celery")),
        *("--app", "planportal"),
        "beat",
        *("--schedule", str(folder / "beat-schedule")),
        # A process id that an earlier one left behind must not keep this one from starting.
        "--pidfile=",
        *("--loglevel", "INFO"),
    ]


def _refuse_no_queue() -> None:
    if not os.environ.get("REDIS_URL", "").strip():
        raise UnusableError("没有设置 REDIS_URL，没有任务队列 (REDIS_URL is not set: there is no queue)")


COMMANDS = {"serve": serve, "worker": worker, "beat": beat}


def main() -> int:
    """Become the process named on the command line; returns only when something is wrong."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in COMMANDS:
        print(f"usage: python -m planportal.ops.processes {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        command = COMMANDS[name]()
    except UnusableError as error:
        print(f"make {name}: {error}", file=sys.stderr)
        return 1
    return become(command)


if __name__ == "__main__":
    sys.exit(main())
