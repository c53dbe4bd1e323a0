"""Makes a backup: the database first, then the files of evidence, so that every row's file is inside."""

import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone

from planportal.ops.backup.archive import (
    DUMPS,
    EVIDENCE,
    FORMAT,
    ArchiveWriter,
    BackupError,
    Manifest,
    new_archive,
    refuse_taken,
    sha256_of,
)
from planportal.ops.backup.contents import Database, Dumped
from planportal.ops.backup.postgres import Postgres
from planportal.ops.backup.sqlite import Sqlite


@dataclass(frozen=True)
class MadeBackup:
    """An archive that is on the disk, and the SHA-256 of the whole file."""

    path: Path
    manifest: Manifest
    sha256: str


def configured_database() -> Database:
    """The database that the settings name."""
    return database_of(settings.DATABASE_URL or f"sqlite:///{settings.DATABASES['default']['NAME']}")


def database_of(url: str) -> Database:
    """The database of an address. Raises BackupError for one that is neither SQLite nor PostgreSQL."""
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"} and len(parts.path) > 1:
        return Postgres(url)
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        return Sqlite(Path(unquote(parts.path[1:])).absolute())
    # The address is not repeated: a password may stand in it.
    raise BackupError("数据库地址不能使用，应为 postgres://…/名称 或 sqlite:////绝对路径")


def evidence_folder() -> Path:
    """Where the files of evidence lie; need not exist."""
    storage = storages["evidence"]
    assert isinstance(storage, FileSystemStorage)
    return Path(storage.location)


def usual_name(now: datetime) -> str:
    """The archive's name where none is given: the plan and the moment, as `hlj-sti-13fyp-20261125-213000.tar.gz`."""
    return f"{settings.DEFAULT_PLAN}-{timezone.localtime(now):%Y%m%d-%H%M%S}.tar.gz"


def back_up(path: Path | None = None) -> MadeBackup:
    """Writes an archive of the configured database and of the evidence, while others write.

    Without a path, or with a folder's, it gets its usual name; the usual folder is DATA_DIR/backups. Raises
    BackupError, and OSError where the disk refuses; in both cases nothing stands under the archive's name.
    """
    started = timezone.now()
    archive = _archive_path(path, started)
    refuse_taken(archive)
    database = configured_database()
    # Beside the archive, so that a full disk is met here: the dump holds everything and is nobody else's to read.
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=archive.parent) as folder:
        dump = Path(folder) / DUMPS[database.kind]
        dumped = database.dump(dump)
        with new_archive(archive) as writer:
            writer.add(dump.name, dump)
            dump.unlink()
            for name, file in _evidence_files():
                _add_evidence(writer, name, file)
            manifest = _manifest(database, dumped, writer.members, started)
            writer.close_with(manifest)
    return MadeBackup(archive, manifest, sha256_of(archive))


def _archive_path(path: Path | None, now: datetime) -> Path:
    if path is None:
        folder = Path(settings.DATA_DIR) / "backups"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder / usual_name(now)
    if path.is_dir():
        return path / usual_name(now)
    if not path.parent.is_dir():
        raise BackupError(f"没有文件夹 {path.parent}")
    return path


def _evidence_files() -> Iterator[tuple[str, Path]]:
    folder = evidence_folder()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield f"{EVIDENCE}/{file.relative_to(folder).as_posix()}", file


def _add_evidence(writer: ArchiveWriter, name: str, file: Path) -> None:
    try:
        writer.add(name, file)
    except FileNotFoundError:
        # A step that was refused takes its files away again; a row's file that is gone is told by the manifest.
        return


def _manifest(database: Database, dumped: Dumped, members: dict[str, str], started: datetime) -> Manifest:
    contents = dumped.contents
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8"))
    return Manifest(
        format=FORMAT,
        portal_version=project["project"]["version"],
        plan=settings.DEFAULT_PLAN,
        database=database.kind,
        server_version=dumped.server_version,
        migrations=contents.migrations,
        rows=contents.rows,
        members=dict(members),
        evidence_faults=evidence_faults(contents.evidence, members),
        started_at=_written(started),
        complete_until=_written(dumped.complete_until),
        finished_at=_written(timezone.now()),
    )


def evidence_faults(wanted: dict[str, str], members: dict[str, str]) -> list[str]:
    """The files that rows ask for and that are not among the members, or differ from what the row says."""
    return [name for name, sha256 in wanted.items() if members.get(f"{EVIDENCE}/{name}") != sha256]


def _written(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="milliseconds")
