"""The archive file: a compressed tar with the database's dump, the files of evidence and, last, a manifest of them.

The manifest comes last because it names the SHA-256 of everything before it; an archive cut off has none.
"""

import hashlib
import io
import json
import os
import secrets
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from gzip import BadGzipFile
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

FORMAT = 1
MANIFEST = "manifest.json"
EVIDENCE = "evidence"
DUMPS = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
CHUNK = 1024 * 1024


class BackupError(Exception):
    """A backup or a restore cannot go on; the text says in Chinese what is wrong and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive holds: rows a table, SHA-256 a member, moments in ISO 8601 with offset.

    Every row acknowledged before `complete_until` is inside. `evidence_faults` names files that rows ask for and
    that were missing or altered when the backup was made.
    """

    format: int
    portal_version: str
    plan: str
    database: str
    server_version: str
    migrations: list[str]
    rows: dict[str, int]
    members: dict[str, str]
    evidence_faults: list[str]
    started_at: str
    complete_until: str
    finished_at: str

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())


class ArchiveWriter:
    """Takes members one after the other; `members` are the SHA-256 of what was really written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Writes a file. Raises FileNotFoundError where it is gone, OSError where it shrinks meanwhile."""
        with path.open("rb") as file:
            reader = _HashingReader(file)
            self._write(name, os.fstat(file.fileno()).st_size, reader)
        self.members[name] = reader.digest.hexdigest()

    def close_with(self, manifest: Manifest) -> None:
        """Writes the manifest, the last member."""
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        self._write(MANIFEST, len(text), io.BytesIO(text))

    def _write(self, name: str, size: int, content: Any) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(datetime.now().astimezone().timestamp())
        self._tar.addfile(info, content)


class _HashingReader:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        chunk = self._file.read(size)
        self.digest.update(chunk)
        return chunk


@contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """Writes an archive under another name and gives it its own only when all of it is on the disk.

    Raises BackupError where the name is taken, also by somebody who was quicker; then, and on any other error,
    nothing stands under it that was not there before.
    """
    refuse_taken(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
        with _taken_is_refused(path):
            # A link, unlike a rename, never replaces what somebody else put there meanwhile.
            os.link(draft, path)
    finally:
        draft.unlink()
    sync_folder(path.parent)


def refuse_taken(path: Path) -> None:
    """Raises BackupError where something has the archive's name already."""
    if os.path.lexists(path):
        raise BackupError(f"{path} 已存在，不会覆盖；请换一个文件名")


@contextmanager
def _taken_is_refused(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        refuse_taken(path)
        raise


def sync_folder(folder: Path) -> None:
    """Has the folder's entries on the disk: a new name outlives a power cut only then."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(archive: Path, into: Path) -> Manifest:
    """Unpacks an archive into an empty folder and checks every member against the manifest.

    Nothing is written outside the folder. Raises BackupError for an archive that is cut off, was changed, or holds
    members that no backup writes.
    """
    found: dict[str, str] = {}
    try:
        with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r:gz") as tar:
            for member in tar:
                place = _place(member, found, into)
                found[member.name] = _written_to(place, tar, member)
    except (tarfile.TarError, EOFError, zlib.error, BadGzipFile) as error:
        raise BackupError(f"{archive} 已损坏或不完整，或者不是备份文件：{error}") from error
    if found.pop(MANIFEST, None) is None:
        raise BackupError(f"{archive} 不完整：缺少 {MANIFEST}")
    manifest = read_manifest((into / MANIFEST).read_bytes())
    _refuse_differences(found, manifest)
    return manifest


def _place(member: tarfile.TarInfo, found: dict[str, str], into: Path) -> Path:
    """Where a member goes; only the names that a backup writes are taken, each once."""
    parts = PurePosixPath(member.name).parts
    is_evidence = len(parts) > 1 and parts[0] == EVIDENCE and "/".join(parts) == member.name and ".." not in parts
    if not (is_evidence or member.name in {MANIFEST, *DUMPS.values()}):
        raise BackupError(f"备份中有不该有的成员“{member.name}”，没有恢复任何内容")
    if not member.isreg() or member.name in found:
        raise BackupError(f"备份中的成员“{member.name}”重复，或者不是普通文件，没有恢复任何内容")
    return into / member.name


def _written_to(place: Path, tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = tar.extractfile(member)
    assert content is not None
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with place.open("xb") as file:
        while chunk := content.read(CHUNK):
            size += len(chunk)
            digest.update(chunk)
            file.write(chunk)
    if size != member.size:
        raise BackupError(f"备份不完整：“{member.name}”应有 {member.size} 字节，只有 {size} 字节")
    place.chmod(0o600)
    return digest.hexdigest()


def _refuse_differences(found: dict[str, str], manifest: Manifest) -> None:
    for name in sorted(found.keys() | manifest.members.keys()):
        wanted, got = manifest.members.get(name), found.get(name)
        if got is None:
            raise BackupError(f"备份不完整：缺少清单所列的“{name}”")
        if wanted != got:
            raise BackupError(f"备份已被改动：“{name}”的 SHA-256 是 {got}，清单所列为 {wanted or '（未列）'}")
    if manifest.database not in DUMPS or DUMPS[manifest.database] not in found:
        raise BackupError(f"备份的数据库种类“{manifest.database}”没有对应的内容，可用：{'、'.join(DUMPS)}")


def read_manifest(text: bytes) -> Manifest:
    """The manifest of this format. Raises BackupError for one that is none, or of a later format."""
    with suppress(ValueError, TypeError):
        given = json.loads(text)
        if given["format"] != FORMAT:
            raise BackupError(f"备份的格式是 {given['format']}，本程序只认识 {FORMAT}")
        manifest = Manifest(**given)
        if _is_sound(manifest):
            return manifest
    raise BackupError(f"{MANIFEST} 不是完整的备份清单")


def _is_sound(manifest: Manifest) -> bool:
    moments = (manifest.started_at, manifest.complete_until, manifest.finished_at)
    return (
        all(datetime.fromisoformat(moment).tzinfo is not None for moment in moments)
        and all(isinstance(name, str) for name in (*manifest.migrations, *manifest.evidence_faults))
        and all(isinstance(count, int) for count in manifest.rows.values())
        and all(isinstance(digest, str) for digest in manifest.members.values())
    )
