"""What stands in a database, counted; the same on SQLite and PostgreSQL."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from planportal.ops.backup.archive import BackupError

# Rows that `migrate` itself makes: a database with nothing else is empty.
MADE_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}
EVIDENCE_TABLE = "targets_evidence"


@dataclass(frozen=True)
class Contents:
    """Rows a table, migrations as `app.name`, and the SHA-256 that rows give for each file of evidence."""

    rows: dict[str, int]
    migrations: list[str]
    evidence: dict[str, str]

    @property
    def own_rows(self) -> int:
        """The rows that people or commands entered: what would be lost."""
        return sum(count for table, count in self.rows.items() if table not in MADE_BY_MIGRATE)


@dataclass(frozen=True)
class Dumped:
    """What a dump holds; every row acknowledged before `complete_until` is in it."""

    contents: Contents
    complete_until: datetime
    server_version: str


class Database(Protocol):
    """One kind of database: how it is dumped, looked at, replaced, and tried out."""

    kind: str
    url: str

    def dump(self, into: Path) -> Dumped:
        """Writes all of it to a file, as of one moment, while others write. Raises BackupError."""

    def contents(self) -> Contents | None:
        """What stands in it; None where it has no tables. Raises BackupError where it cannot be read."""

    def replace(self, dump: Path) -> None:
        """Puts a dump in the place of all that is there: wholly or, with BackupError, not at all."""

    def throw_away(self) -> AbstractContextManager["Database"]:
        """An empty database of the same kind that is gone at the end. Raises BackupError."""


def read_contents(cursor: Any, tables: Iterable[str]) -> Contents | None:
    """Counts every table with a cursor whose transaction shows one moment; None without migrated tables."""
    names = sorted(tables)
    if "django_migrations" not in names:
        return None
    rows = {}
    for name in names:
        cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608 - the names come from the database itself
        rows[name] = int(cursor.fetchone()[0])
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    migrations = [f"{app}.{name}" for app, name in cursor.fetchall()]
    evidence = {}
    if EVIDENCE_TABLE in rows:
        cursor.execute("SELECT file, sha256 FROM targets_evidence WHERE file <> '' ORDER BY file")
        evidence = dict(cursor.fetchall())
    return Contents(rows=rows, migrations=migrations, evidence=evidence)


def or_refuse(contents: Contents | None) -> Contents:
    """The contents of a database that must have tables. Raises BackupError."""
    if contents is None:
        raise BackupError("数据库里还没有表，请先运行 manage.py migrate")
    return contents
