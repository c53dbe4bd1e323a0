"""Servers for a command: started where none is named, handed over, and stopped in every case."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis as redis_client

from planportal.ops import servers

MODULE = [sys.executable, "-m", "planportal.ops.servers", "--"]
# Prints what it was given and who serves it, then does what the case asks for.
REPORT = """
import os, sys, psycopg2, redis
connection = psycopg2.connect(os.environ["DATABASE_URL"])
cursor = connection.cursor()
cursor.execute(
    "SELECT datname, datctype, current_setting('data_directory')"
    " FROM pg_database WHERE datname = current_database()"
)
database, ctype, data = cursor.fetchone()
pid = open(data + "/postmaster.pid").readline().strip()
client = redis.Redis.from_url(os.environ["REDIS_URL"])
print(database, ctype, data, pid, client.info("server")["process_id"], flush=True)
"""


def environment(**names: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return own | names


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def assert_gone(report: str) -> None:
    database, ctype, data, postgres_pid, redis_pid = report.split()
    assert (database, ctype) == ("portal", "C.UTF-8")
    assert not is_alive(int(postgres_pid))
    assert not is_alive(int(redis_pid))
    assert not Path(data).parent.exists()


def test_both_are_started_handed_over_and_stopped_when_the_command_fails() -> None:
    command = [*MODULE, sys.executable, "-c", REPORT + "sys.exit(7)"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert_gone(done.stdout)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_are_stopped_when_the_run_is_interrupted(number: signal.Signals) -> None:
    command = [*MODULE, sys.executable, "-c", REPORT + "import signal; signal.pause()"]
    with subprocess.Popen(
        command,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as run:
        assert run.stdout is not None
        report = run.stdout.readline()
        run.send_signal(number)
        assert run.wait(20) == 128 + number
    assert_gone(report)


def test_servers_that_are_named_already_are_left_alone() -> None:
    env = environment(DATABASE_URL="postgres://elsewhere/x", REDIS_URL="redis://elsewhere")
    command = [*MODULE, "sh", "-c", "echo $DATABASE_URL $REDIS_URL"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["postgres://elsewhere/x", "redis://elsewhere"]


def test_a_command_that_does_not_exist_or_is_missing() -> None:
    env = environment(DATABASE_URL="postgres://elsewhere/x", REDIS_URL="redis://elsewhere")
    done = subprocess.run([*MODULE, "/no/such"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert subprocess.run(MODULE, env=env, capture_output=True, check=False).returncode == 2


def test_a_postgres_keeps_its_data_through_a_restart() -> None:
    with servers.postgres(max_connections=20) as server:
        for statement in ("CREATE TABLE kept (name text)", "INSERT INTO kept VALUES ('石墨')"):
            with psycopg2.connect(server.url) as connection, connection.cursor() as cursor:
                cursor.execute(statement)
            connection.close()
        server.stop()
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(server.url)
        server.start()
        connection = psycopg2.connect(server.url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM kept WHERE name ~ '^[[:alpha:]]+$'")
            assert cursor.fetchall() == [("石墨",)]
        connection.close()


def test_a_redis_asks_for_its_password_and_stops_when_frozen() -> None:
    with servers.redis() as server:
        with redis_client.Redis.from_url(server.url) as client:
            assert client.ping()
        stranger = redis_client.Redis.from_url(server.url.replace("redis://:", "redis://:x"))
        with stranger, pytest.raises(redis_client.AuthenticationError):
            stranger.ping()
        pid = server.pid
        os.kill(pid, signal.SIGSTOP)
    assert not is_alive(pid)


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo out of memory; exit 1"]
    server = servers.Server(url="", command=command, folder=tmp_path, answers=lambda: False)
    with pytest.raises(servers.ServerError, match="out of memory"):
        server.start()
    with pytest.raises(servers.ServerError, match="not running"):
        _ = server.pid


def test_a_durable_postgresql_that_is_killed_keeps_what_it_confirmed() -> None:
    with servers.postgres(durable=True) as server:
        with closing(psycopg2.connect(server.url)) as connection:
            connection.autocommit = True
            connection.cursor().execute("CREATE TABLE things AS SELECT 1 AS number")
            connection.cursor().execute("UPDATE things SET number = 2")
            server.kill()
        server.start_after_kill()
        with closing(psycopg2.connect(server.url)) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT number FROM things")
            assert cursor.fetchall() == [(2,)]
