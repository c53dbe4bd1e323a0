"""SQLite: copied page by page in one read transaction, replaced by renaming a file."""

import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from planportal.ops.backup.archive import BackupError, sync_folder
from planportal.ops.backup.contents import Contents, Dumped, or_refuse, read_contents

# As long as the portal's own writers wait for each other.
BUSY_SECONDS = 20
COPY_SECONDS = 60
# The portal's processes are to be stopped before its file is replaced: there is nothing to wait for.
ALONE_SECONDS = 5


class Sqlite:
    """The database in a file."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"

    def dump(self, into: Path) -> Dumped:
        with _readable(self.path) as source, closing(sqlite3.connect(into)) as copy:
            complete_until = datetime.now(UTC)
            deadline = time.monotonic() + COPY_SECONDS

            def give_up(status: int, remaining: int, total: int) -> None:
                if remaining and time.monotonic() > deadline:
                    raise BackupError(f"{self.path} 一直被写入占用，{COPY_SECONDS} 秒内没有拷完")

            # All pages in one step are all of one moment; in several, each write in between would begin anew.
            source.backup(copy, pages=-1, progress=give_up, sleep=0.1)
            copy.execute("PRAGMA journal_mode=DELETE")
            contents = or_refuse(_checked(copy, self.path))
        return Dumped(contents, complete_until, sqlite3.sqlite_version)

    def contents(self) -> Contents | None:
        if not self.path.exists():
            return None
        with _readable(self.path) as connection:
            return _checked(connection, self.path)

    def replace(self, dump: Path) -> None:
        with _readable(dump) as connection:
            or_refuse(_checked(connection, dump))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.new")
        try:
            shutil.copyfile(dump, draft)
            draft.chmod(self.path.stat().st_mode & 0o777 if self.path.exists() else 0o600)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            with self._nobody_writes():
                draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(self.path.parent)

    @contextmanager
    def throw_away(self) -> Iterator["Sqlite"]:
        with tempfile.TemporaryDirectory(prefix="portal-verify-") as folder:
            yield Sqlite(Path(folder) / self.path.name)

    @contextmanager
    def _nobody_writes(self) -> Iterator[None]:
        """Holds the file that goes alone: a journal left beside the new one would be rolled back into it."""
        if not self.path.exists():
            self._forget_journals()
            yield
            return
        with closing(sqlite3.connect(self.path, timeout=ALONE_SECONDS, isolation_level=None)) as old:
            try:
                # Leaving the write-ahead log needs the file alone as well, and folds the log into it.
                old.execute("PRAGMA journal_mode=DELETE")
                old.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise BackupError(f"{self.path} 正在使用（{error}），请先停止门户的所有进程") from error
            except sqlite3.DatabaseError:
                # What is no database any more has nobody writing to it.
                self._forget_journals()
            yield

    def _forget_journals(self) -> None:
        for ending in ("-journal", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)


@contextmanager
def _readable(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that makes no file; a database that cannot be read is a BackupError."""
    if not path.exists():
        raise BackupError(f"没有数据库文件 {path}")
    address = f"file:{quote(str(path))}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise BackupError(f"{path} 无法读取：{error}") from error


def _checked(connection: sqlite3.Connection, path: Path) -> Contents | None:
    """What stands in it, all seen at one moment, after SQLite's own look at every page."""
    # The checks of rows call functions that Django alone has; pages and indexes are what may be damaged here.
    connection.execute("PRAGMA ignore_check_constraints=ON")
    connection.execute("BEGIN")
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(f"{path} 已损坏：{found}")
    named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    contents = read_contents(connection.cursor(), [name for (name,) in named])
    connection.rollback()
    return contents
