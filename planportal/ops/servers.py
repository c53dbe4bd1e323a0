"""PostgreSQL and Redis of its own for a command: `python -m planportal.ops.servers -- COMMAND...`.

Where DATABASE_URL or REDIS_URL name a server already, that one is used. Everything lies in a fresh
temporary folder that is removed at the end; nothing here outlives a power cut, unless it is asked for.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import quote

import psycopg2
import redis as redis_client

from planportal.ops.binaries import WHEELS, MissingServerError, postgres_folder, redis_folder, server_account
from planportal.ops.install import SetUpError

START_SECONDS = 30
STOP_SECONDS = 15
POLL_SECONDS = 0.02
# A socket's whole path may have 107 characters.
LONGEST_FOLDER = 80


class ServerError(Exception):
    """A server did not start; the text holds the end of its log."""


class InterruptionError(Exception):
    """SIGINT or SIGTERM came."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Server:
    """One server process: started, stopped and started again on the same address and data."""

    def __init__(self, *, url: str, command: list[str], folder: Path, answers: Callable[[], bool]) -> None:
        self.url = url
        self.command = command
        self.folder = folder
        self.answers = answers
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self.process is None:
            raise ServerError(f"{self.command[0]} is not running")
        return self.process.pid

    def start(self) -> None:
        """Start it and return once it answers; ServerError when it ends or stays silent for too long."""
        with (self.folder / "log").open("ab") as log:
            # A session of its own: Ctrl-C at the terminal must reach the command first, not the server.
            self.process = as_server_account(self.command, log=log.fileno())
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerError(f"{self.command[0]} did not start: {self.log_tail()}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Stop it by its process id: politely, then by force; no error where it has ended already."""
        if self.process is None:
            return
        # SIGINT is PostgreSQL's fast shutdown and ends Redis too; a frozen process must be woken to see it.
        for number in (signal.SIGINT, signal.SIGCONT):
            if self.process.poll() is None:
                self.process.send_signal(number)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        """End it by SIGKILL, as a power cut would; no error where it has ended already."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def start_after_kill(self) -> None:
        """Start it again; one whose processes still hold its memory refuses until the last of them has left."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.start()
            except ServerError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)
            else:
                return

    def log_tail(self) -> str:
        """The last lines the server wrote."""
        return (self.folder / "log").read_text(errors="replace")[-2000:].strip()


def as_server_account(command: Sequence[str], *, log: int) -> subprocess.Popen[bytes]:
    """Start a command as the unprivileged account where this process is root, else as it is."""
    account = server_account()
    return subprocess.Popen(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


@contextmanager
def server_folder() -> Iterator[Path]:
    """A fresh private folder that the servers' account owns and can reach; removed at the end."""
    account = server_account()
    parents = [Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")]  # noqa: S108
    fitting = (parent for parent in parents if len(str(parent)) < LONGEST_FOLDER and _is_open(parent))
    parent = next(fitting, parents[1])
    folder = Path(tempfile.mkdtemp(prefix="portal-", dir=parent))
    try:
        if account is not None:
            os.chown(folder, account.uid, account.gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_open(folder: Path) -> bool:
    """Whether the servers' account can reach what lies in the folder."""
    return server_account() is None or all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def _reachable(binaries: Path, folder: Path) -> Path:
    """The programs' folder, or a copy of the wheels where they lie in a place closed to the account."""
    if _is_open(binaries) or not binaries.is_relative_to(WHEELS):
        return binaries
    # All of it: the programs find their libraries by relative paths.
    shutil.copytree(WHEELS, folder / "programs", symlinks=True)
    (folder / "programs").chmod(0o755)
    return folder / "programs" / binaries.relative_to(WHEELS)


@contextmanager
def postgres(*, max_connections: int = 200, durable: bool = False) -> Iterator[Server]:
    """A PostgreSQL of its own on a Unix socket that only root and its account reach; database `portal`.

    Only a `durable` one keeps what it confirmed when it is killed; for most tests that costs too much time.
    """
    with server_folder() as folder:
        binaries = _reachable(postgres_folder(), folder)
        data = folder / "data"
        with (folder / "log").open("ab") as log:
            command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N"]
            made = as_server_account([*command, "-E", "UTF8", "--locale=C.UTF-8"], log=log.fileno()).wait()
        kept = "on" if durable else "off"
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "max_connections": str(max_connections),
            "fsync": kept,
            "synchronous_commit": kept,
            "full_page_writes": kept,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = Server(
            url=f"postgres://postgres@{quote(str(folder), safe='')}/portal",
            command=[str(binaries / "postgres"), "-D", str(data), *options],
            folder=folder,
            answers=lambda: _postgres_answers(folder),
        )
        if made:
            raise ServerError(f"initdb failed: {server.log_tail()}")
        try:
            server.start()
            _create_database(folder)
            yield server
        finally:
            server.stop()


def _postgres_answers(folder: Path) -> bool:
    try:
        psycopg2.connect(host=str(folder), user="postgres", dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _create_database(folder: Path) -> None:
    connection = psycopg2.connect(host=str(folder), user="postgres", dbname="postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE portal")
    finally:
        connection.close()


@contextmanager
def redis() -> Iterator[Server]:
    """A Redis of its own on a free port of 127.0.0.1 with a password of its own; it keeps nothing."""
    with server_folder() as folder:
        binaries = _reachable(redis_folder(), folder)
        port, password = free_port(), secrets.token_urlsafe(24)
        configuration = folder / "redis.conf"
        lines = ["bind 127.0.0.1", f"port {port}", f"requirepass {password}", 'save ""', "appendonly no"]
        lines += ["maxmemory-policy noeviction", f"dir {folder}"]
        configuration.write_text("\n".join(lines) + "\n")
        configuration.chmod(0o644)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        command = [str(binaries / "redis-server"), str(configuration)]
        server = Server(url=url, command=command, folder=folder, answers=lambda: _redis_answers(url))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _redis_answers(url: str) -> bool:
    with redis_client.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as client:
        try:
            return bool(client.ping())
        except redis_client.ConnectionError:
            return False


def run_command(command: Sequence[str], env: dict[str, str]) -> int:
    """The command's exit code, 128 + n when signal n ended it; an interruption is passed on to it."""
    with subprocess.Popen(command, env=env) as child:
        try:
            code = child.wait()
        except InterruptionError as interruption:
            # At a terminal, Ctrl-C has reached the command as well.
            if interruption.number == signal.SIGTERM or not sys.stdin.isatty():
                child.send_signal(interruption.number)
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
            raise
    return 128 - code if code < 0 else code


def interrupt(number: int, frame: FrameType | None) -> None:
    """Signal handler: leave by an exception, once; the clean-up that follows must not be interrupted."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise InterruptionError(number)


def main(arguments: Sequence[str]) -> int:
    """Start what the environment does not name, run the command, stop everything; the command's exit code."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m planportal.ops.servers -- COMMAND...", file=sys.stderr)
        return 2
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    env = dict(os.environ)
    try:
        with ExitStack() as stack:
            if not env.get("DATABASE_URL"):
                env["DATABASE_URL"] = stack.enter_context(postgres()).url
            if not env.get("REDIS_URL"):
                env["REDIS_URL"] = stack.enter_context(redis()).url
            return run_command(command, env)
    except InterruptionError as interruption:
        return 128 + interruption.number
    except (ServerError, MissingServerError, SetUpError, OSError) as error:
        print(f"servers: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
