"""A portal of its own for the tests of backup and restore: a database, a data folder, and manage.py beside them."""

import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from planportal.ops.run import ROOT

KINDS = ("sqlite", "postgresql")
# A figure with a file that proves it, handed in and approved as people do it.
ONE_FIGURE = """
from django.core.files.uploadedfile import SimpleUploadedFile
from planportal.accounts.models import User
from targets import services
from targets.evidence import EvidenceChange
from targets.figure_rules import Content
from targets.models import Target
staff, reviewer = User.objects.get(username="demo-staff"), User.objects.get(username="demo-reviewer")
firms = Target.objects.get(code="high-tech-enterprises")
proof = SimpleUploadedFile("report.pdf", b"%PDF-1.4 the report %%EOF")
figure = services.figure_draft(by=staff, target=firms, city=None, year=2017, content=Content(value="929"),
                               evidence=EvidenceChange(files=[proof]))
services.figure_submit(by=staff, figure=figure, if_version=1)
services.figure_approve(by=reviewer, figure=figure, if_version=2)
"""


@dataclass(frozen=True)
class Portal:
    """A portal that nobody else uses; `data` is its DATA_DIR."""

    kind: str
    url: str
    data: Path

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.data),
            "REDIS_URL": "",
            "PORTAL_DEMO_PASSWORD": "demo-password-1",
            "PORTAL_ENV_FILE": "/nonexistent",
        }

    def manage(self, *command: str, **how: Any) -> subprocess.CompletedProcess[str]:
        """manage.py as an operator calls it."""
        manage = [sys.executable, str(ROOT / "manage.py"), *command]
        return subprocess.run(manage, env=self.environment, capture_output=True, text=True, check=False, **how)

    def done(self, *command: str) -> str:
        """What a command printed that must succeed."""
        ran = self.manage(*command)
        assert ran.returncode == 0, ran.stderr + ran.stdout
        return ran.stdout

    def refused(self, *command: str) -> str:
        """The one sentence of a command that must fail."""
        ran = self.manage(*command)
        assert ran.returncode == 1, ran.stderr + ran.stdout
        assert "Traceback" not in ran.stderr
        return ran.stderr

    def sql(self, statement: str) -> list[Any]:
        """Rows of the database, or a change of it, past the portal."""
        with closing(self._connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            found = cursor.fetchall() if cursor.description else []
            connection.commit()
        return found

    def _connect(self) -> Any:
        if self.kind == "sqlite":
            return sqlite3.connect(self.file)
        return psycopg2.connect(self.url)

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return Path(urlsplit(self.url).path[1:])

    def evidence(self) -> dict[str, str]:
        """The files of evidence with their SHA-256."""
        folder = self.data / "evidence"
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    def destroy(self) -> None:
        """The database as after a disaster: garbage instead of a file, or no tables."""
        if self.kind == "sqlite":
            self.file.write_bytes(b"garbage" * 1000)
        else:
            self.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        shutil.rmtree(self.data / "evidence", ignore_errors=True)

    @property
    def state(self) -> list[Any]:
        """What a refused restore must leave alone."""
        figures = self.sql("SELECT id, value, state FROM targets_figure ORDER BY id")
        return [figures, self.evidence()]


def on_server(statement: str) -> None:
    """A statement on the run's PostgreSQL outside any transaction."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


@contextmanager
def new_portal(kind: str, data: Path, *, like: Portal | None = None) -> Iterator[Portal]:
    """A portal with an empty database, or with what another one has."""
    if like is not None and like.data.exists():
        shutil.copytree(like.data, data)
    else:
        data.mkdir()
    if kind == "sqlite":
        yield Portal(kind, f"sqlite:///{data / 'portal.sqlite3'}", data)
        return
    name = f"backup_{secrets.token_hex(6)}"
    template = urlsplit(like.url).path[1:] if like else "template0"
    on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        parts = urlsplit(os.environ["DATABASE_URL"])
        yield Portal(kind, urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, "")), data)
    finally:
        on_server(f"DROP DATABASE {name} WITH (FORCE)")


def fill(portal: Portal) -> None:
    """Plan, accounts, published figures, and one figure with evidence, all of it computed."""
    for command in (
        ("migrate", "--verbosity", "0"),
        ("seed", "--demo"),
        ("load_figures", str(ROOT / "fixtures" / "published_figures.csv")),
        ("shell", "--verbosity", "0", "-c", ONE_FIGURE),
        ("sweep",),
    ):
        portal.done(*command)
