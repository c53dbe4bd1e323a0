"""The index and the synonyms that a process holds, and when it reads them anew."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

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


# Of each plan: whoever holds it reads the plan's index.
_readers: dict[int, threading.Lock] = {}
_indexes: dict[int, Held] = {}
_synonyms: tuple[tuple[Path, Stamp] | None, Synonyms] = (None, NO_SYNONYMS)


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
    """The synonyms of the file as it is now; none, and a line in the log, where it cannot be read."""
    global _synonyms  # noqa: PLW0603 - one pair, replaced as a whole
    path = Path(settings.SEARCH_SYNONYMS)
    stamp = _stamp(path)
    if _synonyms[0] != (path, stamp):
        synonyms, faults = load_synonyms(path)
        for fault in faults:
            logger.warning("search synonyms %s: %s", path, fault)
        _synonyms = ((path, stamp), synonyms)
    return _synonyms[1]


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def load_synonyms(path: Path) -> tuple[Synonyms, tuple[Fault, ...]]:
    """The synonyms of a file, and what is wrong with it, by line; line 0 stands for the file as a whole."""
    try:
        return read_synonyms(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        return NO_SYNONYMS, (Fault(0, f"无法读取文件 {path}：{error}"),)
