"""The index and the synonyms that a process holds, and when it reads them anew."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from planportal.plan.models import Plan
from planportal.search.engine import Document, Index
from planportal.search.models import Entry, IndexVersion
from planportal.search.synonyms import NO_SYNONYMS, Fault, Synonyms, read_synonyms

logger = logging.getLogger(__name__)
Stamp = tuple[int, int]


@dataclass(frozen=True)
class Held:
    """An index as it was read from the database."""

    version: int
    built_at: datetime
    index: Index


@dataclass(frozen=True)
class SynonymFile:
    """The file of synonyms as it was read last.

    `is_kept` where it could not be read, and `synonyms` are those of the last time that it could.
    """

    path: Path
    stamp: Stamp
    synonyms: Synonyms
    faults: tuple[Fault, ...]
    read_at: datetime
    is_kept: bool


# Of each plan: whoever holds it reads the plan's index.
_readers: dict[int, threading.Lock] = {}
_indexes: dict[int, Held] = {}
_file: SynonymFile | None = None


def held_index(plan: Plan) -> Held | None:
    """The plan's index; None where none was made. One query where this process has the one in force already.

    While one thread reads a newer index the others answer from the one before, whose `built_at` says so; without one
    they wait.
    """
    version = IndexVersion.objects.filter(plan=plan).first()
    if version is None:
        return None
    held = _indexes.get(plan.pk)
    if held is not None and not _differs(held, version):
        return held
    reader = _readers.setdefault(plan.pk, threading.Lock())
    if not reader.acquire(blocking=held is None):
        return held
    try:
        return _read(plan)
    finally:
        reader.release()


def _read(plan: Plan) -> Held | None:
    """The index in force, unless another thread has read it meanwhile."""
    version, held = IndexVersion.objects.filter(plan=plan).first(), _indexes.get(plan.pk)
    if version is not None and (held is None or _differs(held, version)):
        held = _indexes[plan.pk] = Held(version.version, version.built_at, Index(_documents(plan)))
    return held if version is not None else None


def _differs(held: Held, version: IndexVersion) -> bool:
    """A number may come again after the database was replaced by a backup; its moment does not."""
    return (held.version, held.built_at) != (version.version, version.built_at)


def _documents(plan: Plan) -> list[Document]:
    return [
        Document(
            kind=entry.kind,
            key=entry.key,
            label=entry.label,
            title=entry.title,
            position=entry.position,
            names=_split(entry.names),
            keywords=_split(entry.keywords),
            body=entry.body,
            readings=_split(entry.readings),
            fields=_split(entry.field_codes),
            link=tuple(entry.link.split("\n")),
        )
        for entry in Entry.objects.filter(plan=plan).iterator()
    ]


def _split(lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines.split("\n") if line)


def held_synonyms() -> Synonyms:
    """The synonyms of the file as it is now, or, while it cannot be read, as it was last."""
    return synonym_file().synonyms


def synonym_file() -> SynonymFile:
    """The file of synonyms as this process knows it; it is read again when it has changed, its faults are logged."""
    global _file  # noqa: PLW0603 - replaced as a whole
    path = Path(settings.SEARCH_SYNONYMS)
    stamp = _stamp(path)
    if _file is None or (_file.path, _file.stamp) != (path, stamp):
        synonyms, faults = load_synonyms(path)
        for fault in faults:
            logger.warning("search synonyms %s: %s", path, told(fault))
        # Whoever comes while an editor is saving, or after a slip, still finds what the last file said.
        before = _file.synonyms if _file and _file.path == path else NO_SYNONYMS
        kept = before if synonyms is None else synonyms
        _file = SynonymFile(path, stamp, kept, faults, timezone.now(), is_kept=synonyms is None)
    return _file


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def load_synonyms(path: Path) -> tuple[Synonyms | None, tuple[Fault, ...]]:
    """The synonyms of a file, and what is wrong with it, by line; line 0 stands for the file as a whole.

    UTF-8, or else GB18030 with GBK in it, which is told. None for a file that cannot be read or has nothing in it.
    """
    try:
        content = path.read_bytes()
        text, doubts = _decoded(content)
    except (OSError, UnicodeDecodeError) as error:
        return None, (Fault(0, f"无法读取文件 {path}：{error}"),)
    if not text.strip():
        return None, (Fault(0, "文件是空的；不要同义词时，请留一行以 # 开头的说明"),)
    synonyms, faults = read_synonyms(text)
    return synonyms, (*doubts, *faults)


def told(fault: Fault) -> str:
    """A fault in words, with its line where it is one line's."""
    return str(fault) if fault.line else fault.reason


def _decoded(content: bytes) -> tuple[str, tuple[Fault, ...]]:
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise  # the first half of a file that is being written
        return content.decode("gb18030"), (Fault(0, "文件不是 UTF-8 编码，已按 GB18030（GBK）读取"),)
