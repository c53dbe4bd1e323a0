"""PostgreSQL: pg_dump in the snapshot that the rows are counted in, replaced by psql in one transaction."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg2
from psycopg2.extensions import make_dsn

from planportal.ops.backup.archive import BackupError
from planportal.ops.backup.contents import Contents, Dumped, or_refuse, read_contents
from planportal.ops.binaries import MissingServerError, postgres_client

CONNECT_SECONDS = 5
LOCK_SECONDS = 10
LONGEST_COMPLAINT = 600


class Postgres:
    """The database that an address names, in its current schema."""

    kind = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url
        parsed: dict[str, Any] = dict(dj_database_url.parse(url))
        named = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
        self._parameters = {name: parsed[key] for name, key in named.items() if parsed.get(key)}
        self._parameters |= {**parsed.get("OPTIONS", {}), "connect_timeout": CONNECT_SECONDS}
        self._password = parsed.get("PASSWORD") or None

    def dump(self, into: Path) -> Dumped:
        complete_until = datetime.now(UTC)
        with self._one_moment() as cursor:
            cursor.execute("SELECT pg_export_snapshot(), current_schema(), current_setting('server_version')")
            snapshot, schema, version = cursor.fetchone()
            contents = or_refuse(_contents(cursor))
            options = ["--format=custom", f"--snapshot={snapshot}", f"--schema={schema}", f"--file={into}"]
            self._run("pg_dump", *options)
        return Dumped(contents, complete_until, version)

    def contents(self) -> Contents | None:
        with self._one_moment() as cursor:
            return _contents(cursor)

    def replace(self, dump: Path) -> None:
        script, clear = dump.with_suffix(".sql"), dump.with_suffix(".clear.sql")
        schema = self._schema()
        # Of the schema itself nothing is taken from the dump: it is made anew here, by the role that restores.
        entries = self._run("pg_restore", "--list", str(dump)).splitlines()
        chosen = dump.with_suffix(".list")
        chosen.write_text("\n".join(entry for entry in entries if " SCHEMA " not in entry), encoding="utf-8")
        options = ["--no-owner", "--no-privileges", f"--use-list={chosen}", f"--file={script}"]
        self._run("pg_restore", *options, str(dump))
        clear.write_text(
            f"SET lock_timeout = '{LOCK_SECONDS}s'; SET client_min_messages = warning;\n"
            f'DROP SCHEMA IF EXISTS "{schema}" CASCADE; CREATE SCHEMA "{schema}";\n',
            encoding="utf-8",
        )
        in_one = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        self._run("psql", *in_one, f"--file={clear}", f"--file={script}")

    @contextmanager
    def throw_away(self) -> Iterator["Postgres"]:
        """A database of its own on the same server, dropped at the end. Raises BackupError where that is refused."""
        name = f"portal_verify_{secrets.token_hex(6)}"
        self._on_server(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield Postgres(_with_name(self.url, name))
        finally:
            self._on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _on_server(self, statement: str) -> None:
        """Runs a statement that no transaction may hold."""
        with closing(self._connect()) as connection:
            connection.autocommit = True
            try:
                with connection.cursor() as cursor:
                    cursor.execute(statement)
            except psycopg2.Error as error:
                raise BackupError(f"数据库服务器拒绝了“{statement}”：{str(error).strip()}") from error

    @contextmanager
    def _one_moment(self) -> Iterator[Any]:
        """A cursor that sees one moment, however long it is used; it writes nothing."""
        with closing(self._connect()) as connection:
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
            try:
                with connection.cursor() as cursor:
                    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                        cursor.execute(f"SET LOCAL {limit} = 0")
                    yield cursor
            except psycopg2.Error as error:
                raise BackupError(f"数据库无法读取：{str(error).strip()}") from error

    def _schema(self) -> str:
        with self._one_moment() as cursor:
            cursor.execute("SELECT coalesce(current_schema(), 'public')")
            return str(cursor.fetchone()[0])

    def _connect(self) -> Any:
        try:
            return psycopg2.connect(**self._parameters, password=self._password)
        except psycopg2.OperationalError as error:
            raise BackupError(f"连不上数据库：{str(error).strip()}") from error

    def _run(self, program: str, *options: str) -> str:
        """What a program of PostgreSQL prints; the password goes by the environment, where no other user sees it."""
        with closing(self._connect()) as connection:
            major = connection.server_version // 10000
        try:
            folder = postgres_client(major)
        except MissingServerError as error:
            raise BackupError(str(error)) from error
        to_database = [] if program == "pg_restore" else [f"--dbname={make_dsn(**self._parameters)}", "--no-password"]
        environment = os.environ | ({"PGPASSWORD": self._password} if self._password else {})
        done = subprocess.run(
            [folder / program, *to_database, *options], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BackupError(f"{program} 失败（{done.returncode}）：{done.stderr.strip()[:LONGEST_COMPLAINT]}")
        return done.stdout


def _with_name(url: str, name: str) -> str:
    """The address of another database of the same server."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def _contents(cursor: Any) -> Contents | None:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    return read_contents(cursor, [name for (name,) in cursor.fetchall()])
