"""The stage of the fault suite: PostgreSQL, Redis and every process of production, all of its own, on 127.0.0.1.

A process is started, frozen and killed by its id, and with it what it started; nothing else on the machine is touched.
"""

import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from planportal.ops import servers
from planportal.ops.processes import granian
from planportal.ops.run import PYTHON, ROOT, Address
from planportal.ops.suite import SETTINGS

PASSWORD = "chaos-password-1"  # noqa: S105 (of demo accounts in a database that is thrown away)
# Everything that the portal measures in seconds, at a tenth.
TENTH = {
    "RING_PAUSE_SECONDS": "1",
    "SWEEP_SECONDS": "1.5",
    "REPAIR_SECONDS": "6",
    "BUILD_LEASE_SECONDS": "0.8",
    "RETRY_SECONDS": "0.5",
    "CANARY_SECONDS": "3",
    "CANARY_LATE_SECONDS": "12",
}
WORKERS = ("worker-1", "worker-2")
PROCESSES = ("web", *WORKERS, "beat", "sweep")
READY_SECONDS = 60
STOP_SECONDS = 15
POLL_SECONDS = 0.05


class Died(Exception):
    """Something of the stage did not start or failed; the text says what, with the end of its log."""


def until(holds: Callable[[], bool], *, seconds: float) -> float | None:
    """Seconds until a condition held; None where it did not in time."""
    started = time.monotonic()
    while not holds():
        if time.monotonic() - started > seconds:
            return None
        time.sleep(POLL_SECONDS)
    return time.monotonic() - started


def descendants(pid: int) -> list[int]:
    """The process ids of a process's children and of theirs, as the kernel lists them now."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    children = [int(child) for child in listed.split()]
    return [*children, *(grandchild for child in children for grandchild in descendants(child))]


def signal_each(pids: list[int], number: int) -> None:
    """Send a signal to processes of which some may have ended by now."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


@dataclass
class Stage:
    """A portal in a folder of its own: addresses, the environment of its processes, and the processes by name."""

    folder: Path
    database_url: str
    redis_url: str = ""
    port: int = field(default_factory=servers.free_port)
    settings: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DATA_DIR": str(self.folder),
            "PORTAL_ENV_FILE": str(self.folder / "none"),
            "PORTAL_DEMO_PASSWORD": PASSWORD,
            "LOG_LEVEL": "WARNING",
        }
        return os.environ | SETTINGS | TENTH | own | self.settings

    def _command(self, name: str) -> list[str]:
        if name == "web":
            # As `make run` and as `make serve` do it.
            workers, threads = (2, 4) if self.redis_url else (1, 2)
            return granian(Address("127.0.0.1", self.port), workers=workers, threads=threads)
        if name in WORKERS:
            celery = [str(PYTHON.with_name("celery")), "--app", "planportal", "worker", "--hostname", f"{name}@stage"]
            return [*celery, "--concurrency", "2", "--prefetch-multiplier", "1", "--loglevel", "WARNING"]
        if name == "beat":
            return [str(PYTHON), "-m", "planportal.ops.processes", "beat"]
        return [str(PYTHON), "manage.py", "sweep", "--loop"]

    def start(self, *names: str) -> None:
        """Start processes in the order given; returns at once."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self._command(name),
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def pids(self, name: str) -> list[int]:
        """The process and all that it started; empty where it has ended."""
        process = self.running.get(name)
        if process is None or process.poll() is not None:
            return []
        return [process.pid, *descendants(process.pid)]

    def kill(self, *names: str) -> None:
        """SIGKILL, parents first, so that none of them replaces a child."""
        for name in names:
            signal_each(self.pids(name), signal.SIGKILL)
            process = self.running.pop(name, None)
            if process is not None:
                process.wait()

    def stop(self, *names: str) -> None:
        """SIGTERM, as a service manager does it; SIGKILL where that does not help."""
        for name in names:
            process = self.running.get(name)
            if process is not None and process.poll() is None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
            self.kill(name)

    def wait_until_ready(self, *, seconds: float = READY_SECONDS) -> float:
        """Seconds until /readyz says that all is well. Raises Died where it does not in time."""
        took = until(lambda: self.is_ready, seconds=seconds)
        if took is None:
            raise Died(f"not ready within {seconds:g} s: {self.log_tails()}")
        return took

    @property
    def is_ready(self) -> bool:
        """Database, broker and canary are well."""
        told = self.readiness()
        well = {"ok", "in-process"}
        return bool(told) and {told.get("database"), told.get("broker"), told.get("canary")} <= well

    def readiness(self) -> dict[str, str]:
        """The body of /readyz; empty where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz", headers={"Host": "localhost"})
            found: dict[str, str] = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            connection.close()
        return found

    def log_tails(self) -> str:
        """The last lines of every process's log."""
        tails = [(path.stem, path.read_text(errors="replace")[-600:].strip()) for path in self.folder.glob("*.log")]
        return " | ".join(f"{name}: {tail}" for name, tail in sorted(tails) if tail)

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        """manage.py as an operator calls it."""
        manage = [str(PYTHON), str(ROOT / "manage.py"), *command]
        return subprocess.run(manage, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)

    def done(self, *command: str) -> str:
        """What a command printed that must succeed. Raises Died with its own words."""
        ran = self.manage(*command)
        if ran.returncode:
            raise Died(f"manage.py {' '.join(command)} ended with {ran.returncode}: {ran.stdout}{ran.stderr[-1500:]}")
        return ran.stdout

    def sql(self, statement: str) -> list[Any]:
        """Rows of the database, or a change of it, past the portal."""
        with closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            found = cursor.fetchall() if cursor.description else []
            connection.commit()
        return found

    def connect(self) -> Any:
        """A connection of its own to the database, past the portal."""
        if self.database_url.startswith("sqlite"):
            connection = sqlite3.connect(self.folder / "portal.sqlite3", timeout=20)
            # Constraints of ours use it, so that even a look at the file's integrity needs it.
            connection.create_function("regexp", 2, _matches, deterministic=True)
            return connection
        return psycopg2.connect(self.database_url)


def _matches(pattern: str, text: object) -> bool:
    return text is not None and re.search(pattern, str(text)) is not None


def fill(stage: Stage) -> None:
    """Tables, plan, demo accounts and published figures, all computed and sealed."""
    stage.done("migrate", "--verbosity", "0")
    stage.done("seed", "--demo")
    stage.done("load_figures", str(ROOT / "fixtures" / "published_figures.csv"))
    stage.done("sweep")


class Theatre:
    """What all rows share: the two servers, and a filled database of each kind to copy from."""

    def __init__(self, folder: Path, postgres: servers.Server, redis: servers.Server) -> None:
        self.folder = folder
        self.postgres = postgres
        self.redis = redis
        self._count = 0
        fill(self._stage("filled", postgres.url, ""))
        self._filled_file = folder / "filled-sqlite"
        self._filled_file.mkdir()
        # Pages name their style sheets as collected by the set-up.
        (self._filled_file / "static").symlink_to(ROOT / "var" / "static")
        fill(Stage(self._filled_file, f"sqlite:///{self._filled_file / 'portal.sqlite3'}"))

    def _stage(self, name: str, database_url: str, redis_url: str) -> Stage:
        folder = self.folder / name
        folder.mkdir()
        return Stage(folder, database_url, redis_url)

    @contextmanager
    def production(self, *, settings: dict[str, str] | None = None) -> Iterator[Stage]:
        """PostgreSQL, Redis, web, two workers, beat and sweep on a fresh copy of the filled database, all ready."""
        self._count += 1
        name = f"stage{self._count}"
        self._on_server(f"CREATE DATABASE {name} TEMPLATE portal")
        stage = self._stage(name, self.url_of(name), self.redis.url)
        stage.settings = settings or {}
        try:
            stage.start(*PROCESSES)
            stage.wait_until_ready()
            yield stage
        finally:
            stage.kill(*PROCESSES)
            self.mend()
            self._on_server(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def embedded(self, *, folder: Path | None = None) -> Iterator[Stage]:
        """The form of `make run`: one web process on SQLite, in a folder that may lie on another disk."""
        self._count += 1
        place = folder or self.folder / f"stage{self._count}"
        shutil.copytree(self._filled_file, place, dirs_exist_ok=True, symlinks=True)
        stage = Stage(place, f"sqlite:///{place / 'portal.sqlite3'}")
        try:
            stage.start("web")
            stage.wait_until_ready()
            yield stage
        finally:
            stage.kill("web")

    def mend(self) -> None:
        """Both servers run and answer, whatever a row did to them; Redis is empty."""
        if self.postgres.process is None or not self.postgres.answers():
            self.postgres.start_after_kill()
        self.redis.stop()
        self.redis.start()

    def restart_postgres(self) -> None:
        """As a service manager does it: whoever is connected loses the connection."""
        self.postgres.stop()
        self.postgres.start()

    def url_of(self, database: str) -> str:
        parts = urlsplit(self.postgres.url)
        return urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, parts.fragment))

    def _on_server(self, statement: str) -> None:
        with closing(psycopg2.connect(self.url_of("postgres"))) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)


class Repeatedly:
    """Does something every few seconds in a thread of its own, from entering to leaving the block."""

    def __init__(self, work: Callable[[int], None], *, seconds: float) -> None:
        self.work = work
        self.seconds = seconds
        self.count = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._over.wait(self.seconds):
            self.work(self.count)
            self.count += 1

    def __enter__(self) -> "Repeatedly":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
