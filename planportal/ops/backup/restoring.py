"""Restores a backup, or tries it in a database that is thrown away: the drill."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from planportal.ops.backup.archive import DUMPS, EVIDENCE, BackupError, Manifest, sha256_of, unpack
from planportal.ops.backup.contents import Contents, Database
from planportal.ops.backup.making import configured_database, database_of, evidence_faults, evidence_folder

MOST_NAMED = 5


@dataclass(frozen=True)
class Outcome:
    """What a restore or a drill found: the backup's manifest and each difference from it, none where all is well."""

    manifest: Manifest
    differences: tuple[str, ...]


def restore(archive: Path, *, into: str = "", force: bool = False) -> Outcome:
    """Puts a backup in the place of the configured database, or of the one that `into` names, and of the evidence.

    Everything is checked first: BackupError means that nothing was changed, unless its text says what was. Then the
    database is replaced in one step, the files are put back, migrations that the backup lacks are applied and every
    target is computed anew. Repeating it is safe; with `force` it replaces what is not empty.
    """
    database = database_of(into) if into else configured_database()
    folder = evidence_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside the evidence, so that a file is put back by renaming it.
    with unpacked(archive, beside=folder.parent) as (staged, manifest):
        refuse_unfit(manifest, database)
        if not force:
            _refuse_occupied(database)
            _refuse_other_evidence(manifest, folder)
        database.replace(staged / DUMPS[manifest.database])
        contents = database.contents()
        try:
            _put_evidence(manifest, staged, folder)
        except OSError as error:
            raise BackupError(f"数据库已恢复，佐证文件没有全部放回：{error}；排除后加 --force 再运行一次") from error
    found = [*row_differences(manifest, contents), *_evidence_differences(manifest, contents)]
    for command in (("migrate", "--no-input"), ("recompute", "--all"), ("verify_history",)):
        found += _complaints(database, *command)
    return Outcome(manifest, tuple(found))


def verify(archive: Path) -> Outcome:
    """The drill: restores into a database of its own, counts, computes every snapshot anew, and throws it away.

    Changes nothing of the portal. Raises BackupError for an archive that cannot be restored at all.
    """
    with unpacked(archive, beside=None) as (staged, manifest):
        database = configured_database()
        refuse_unfit(manifest, database)
        with database.throw_away() as trial:
            trial.replace(staged / DUMPS[manifest.database])
            contents = trial.contents()
            found = [*row_differences(manifest, contents), *_evidence_differences(manifest, contents)]
            for command in (("migrate", "--no-input"), ("reconcile",), ("verify_history",)):
                found += _complaints(trial, *command)
    return Outcome(manifest, tuple(found))


@contextmanager
def unpacked(archive: Path, *, beside: Path | None) -> Iterator[tuple[Path, Manifest]]:
    """The checked content of an archive in a folder of its own, removed at the end."""
    if not archive.is_file():
        raise BackupError(f"没有备份文件 {archive}")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as name:
        yield Path(name), unpack(archive, Path(name))


def refuse_unfit(manifest: Manifest, database: Database) -> None:
    """Raises BackupError for a backup of another kind of database, or of a later version of the portal."""
    if manifest.database != database.kind:
        raise BackupError(f"备份的数据库是 {manifest.database}，目标是 {database.kind}；只能恢复到同一种数据库")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = [name for name in manifest.migrations if name not in known]
    if unknown:
        raise BackupError(
            f"备份由更新的版本制作（门户 {manifest.portal_version}），"
            f"本程序没有其中的迁移：{_named(unknown)}；请先升级程序"
        )


def _refuse_occupied(database: Database) -> None:
    try:
        contents = database.contents()
    except BackupError as error:
        raise BackupError(f"{error}；确认用备份替换它，请加 --force") from error
    if contents is not None and contents.own_rows:
        raise BackupError(
            f"目标数据库不是空的：现有 {contents.own_rows} 行数据将被备份替换；没有恢复任何内容，确认替换请加 --force"
        )


def _refuse_other_evidence(manifest: Manifest, folder: Path) -> None:
    others = [
        name
        for name, sha256 in _evidence_of(manifest)
        if (folder / name).exists() and sha256_of(folder / name) != sha256
    ]
    if others:
        raise BackupError(f"{folder} 中已有同名而内容不同的文件：{_named(others)}；确认替换，请加 --force")


def _evidence_of(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Each file of evidence by its path in the folder, with its SHA-256."""
    for member, sha256 in manifest.members.items():
        if member.startswith(f"{EVIDENCE}/"):
            yield member.removeprefix(f"{EVIDENCE}/"), sha256


def _put_evidence(manifest: Manifest, staged: Path, folder: Path) -> None:
    for name, sha256 in _evidence_of(manifest):
        place = folder / name
        if place.exists() and sha256_of(place) == sha256:
            continue
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (staged / EVIDENCE / name).replace(place)


def row_differences(manifest: Manifest, contents: Contents | None) -> list[str]:
    """The tables whose count is not the manifest's, in words."""
    rows = contents.rows if contents else {}
    return [
        f"表 {table}：清单 {manifest.rows.get(table, '无')} 行，恢复后 {rows.get(table, '无')} 行"
        for table in sorted(rows.keys() | manifest.rows.keys())
        if rows.get(table) != manifest.rows.get(table)
    ]


def _evidence_differences(manifest: Manifest, contents: Contents | None) -> list[str]:
    """The files that restored rows ask for in vain; what the backup never had is told again."""
    faults = evidence_faults(contents.evidence if contents else {}, manifest.members)
    return [f"佐证文件缺失或与登记的 SHA-256 不符：{name}" for name in faults]


def _complaints(database: Database, *command: str) -> list[str]:
    """Runs a command of manage.py on that database; what it said where it failed.

    In a process of its own: this one's settings name another database, and must not be bent.
    """
    environment = os.environ | {"DATABASE_URL": database.url, "REDIS_URL": ""}
    manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *command]
    done = subprocess.run(manage, env=environment, capture_output=True, text=True, check=False)
    if not done.returncode:
        return []
    said = [line for line in (*done.stdout.splitlines(), *done.stderr.splitlines()) if _is_for_people(line)]
    return [f"manage.py {command[0]} 失败（{done.returncode}）", *said[-20:]]


def _is_for_people(line: str) -> bool:
    """Log lines are JSON, and say again what the command says."""
    return bool(line.strip()) and not line.startswith("{")


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" 等 {len(listed)} 个" if len(listed) > MOST_NAMED else ""
    return "、".join(listed[:MOST_NAMED]) + more
