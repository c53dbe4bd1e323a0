"""The evidence of a figure within a step of it: what the step brings and takes away, what the version then says."""

import logging
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.web.refusals import Conflict, Fault
from planportal.web.uploads import MOST_FILES
from targets.evidence_files import NotEvidence, ReadFile, measure, read_address, read_file, read_title
from targets.models import Evidence, Figure
from targets.models.evidence import evidence_storage

logger = logging.getLogger(__name__)

MOST_PIECES = MOST_FILES
# As much as an event has room for.
LONGEST_WORDS = 1000


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link as somebody gave it; without a title the address stands for it."""

    title: str = ""
    address: str


@dataclass(frozen=True, kw_only=True)
class EvidenceChange:
    """What a step attaches to a figure and what it takes away; `removed` are keys of what is attached."""

    files: Sequence["File[bytes]"] = ()
    links: Sequence[Link] = ()
    removed: Collection[int] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.links or self.removed)


NO_CHANGE = EvidenceChange()


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A change that was looked at: files with the names they were written under, and the faults found so far."""

    change: EvidenceChange
    files: Sequence[tuple[str, ReadFile]] = ()
    links: Sequence[Link] = ()
    faults: Sequence[Fault] = ()


@contextmanager
def prepared(change: EvidenceChange) -> Iterator[Prepared]:
    """Looks at what a change brings and writes its files under random names, before the step's transaction.

    They are deleted again where the step does not come to its end. Where one thing is wrong nothing is written.
    """
    faults: list[Fault] = []
    # Too many are refused whatever they are, and their content may not even have been kept.
    files = _all_read(change.files, faults) if len(change.files) <= MOST_PIECES else []
    links = _all_links(change.links, faults)
    with ExitStack() as undo:
        written = [] if faults else _all_written(files, faults, undo)
        yield Prepared(change=change, files=written, links=links, faults=faults)
        undo.pop_all()


def faults_of(figure: Figure, pieces: Prepared) -> list[Fault]:
    """What is wrong with a change to this figure's evidence; a figure that is not stored yet has none."""
    faults = list(pieces.faults)
    change = pieces.change
    attached = {piece.pk for piece in attached_to(figure)} if change else set()
    unknown = sorted(set(change.removed) - attached)
    if unknown:
        message = _("这条数据没有编号为 %(keys)s 的佐证材料。")
        keys = "、".join(str(key)[:20] for key in unknown[:MOST_PIECES])
        faults.append(Fault("removed", "unknown_evidence", message % {"keys": keys}))
    count = len(attached - set(change.removed)) + len(change.files) + len(change.links)
    if count > MOST_PIECES and (change.files or change.links):
        message = _("连同已附的共有 %(count)s 份佐证材料，每条数据最多 %(most)s 份。")
        faults.append(Fault("attachments", "too_many_pieces", message % {"count": count, "most": MOST_PIECES}))
    return faults


def write(figure: Figure, pieces: Prepared, *, by: User) -> str:
    """Attaches and takes away within the step's transaction; what was done, in words, "" for nothing."""
    now = timezone.now()
    removed = [piece for piece in attached_to(figure) if piece.pk in pieces.change.removed] if pieces.change else []
    figure.evidence.filter(pk__in=[piece.pk for piece in removed]).update(removed_at=now)
    added = [
        Evidence(
            figure=figure,
            kind=Evidence.Kind.FILE,
            name=read.name,
            file=stored,
            media_type=read.media_type,
            size=read.size,
            sha256=read.sha256,
            added_by=by,
            added_at=now,
        )
        for stored, read in pieces.files
    ] + [
        Evidence(
            figure=figure, kind=Evidence.Kind.LINK, name=link.title, address=link.address, added_by=by, added_at=now
        )
        for link in pieces.links
    ]
    for piece in added:
        piece.save(force_insert=True)
    return _in_words(added, removed)


def attached_to(figure: Figure | None) -> list[Evidence]:
    """What proves a figure as it stands, oldest first; nothing where it is not stored yet."""
    if figure is None or figure.pk is None:
        return []
    return list(figure.evidence.attached().select_related("added_by").order_by("pk"))


def listed(figure: Figure) -> list[dict[str, Any]]:
    """What proves the figure now, as its version says it: of a file name and SHA-256, of a link name and address."""
    return [
        {"id": piece.pk, "name": piece.name}
        | ({"address": piece.address} if piece.kind == Evidence.Kind.LINK else {"sha256": piece.sha256})
        for piece in attached_to(figure)
    ]


def open_unaltered(piece: Evidence) -> "File[bytes]":
    """A file's content for reading; 409 evidence_altered where it is no longer what was attached, or gone."""
    try:
        content = evidence_storage().open(str(piece.file))
    except FileNotFoundError:
        raise _altered(piece) from None
    if measure(content) != piece.sha256:
        content.close()
        raise _altered(piece)
    return content


def _altered(piece: Evidence) -> Conflict:
    logger.error("evidence %s is missing or no longer has its SHA-256 %s", piece.pk, piece.sha256)
    message = _("“%(name)s”存放的内容与附上时不一致，已停止提供。") % {"name": piece.name}
    return Conflict("evidence_altered", message)


def _all_read(files: Sequence["File[bytes]"], faults: list[Fault]) -> list[ReadFile]:
    read = []
    for file in files:
        try:
            read.append(read_file(file))
        except NotEvidence as error:
            faults.append(Fault("attachments", error.code, str(error)))
    return read


def _all_links(links: Sequence[Link], faults: list[Fault]) -> list[Link]:
    read = []
    for link in links:
        try:
            address = read_address(link.address)
        except NotEvidence as error:
            faults.append(Fault("link_address", error.code, str(error)))
            continue
        try:
            read.append(Link(title=read_title(link.title, otherwise=address), address=address))
        except NotEvidence as error:
            faults.append(Fault("link_title", error.code, str(error)))
    return read


def _all_written(files: Sequence[ReadFile], faults: list[Fault], undo: ExitStack) -> list[tuple[str, ReadFile]]:
    storage = evidence_storage()
    written = []
    for file in files:
        name = secrets.token_hex(16)
        undo.callback(_take_back, storage, name)
        try:
            written.append((storage.save(name, file.content), file))
        except OSError:
            logger.exception("evidence could not be written")
            message = _("“%(name)s”没有存下，请稍后再试；多次如此请与主办单位联系。") % {"name": file.name}
            faults.append(Fault("attachments", "file_not_stored", message))
    return written


def _take_back(storage: Storage, name: str) -> None:
    """A file that cannot be deleted stays without a row that names it, which does no harm."""
    try:
        storage.delete(name)
    except OSError:
        logger.exception("evidence that no figure has could not be deleted")


def _in_words(added: Sequence[Evidence], removed: Sequence[Evidence]) -> str:
    """What the step keeps of it: in Chinese, as the record is."""
    parts = []
    if added:
        parts.append(f"附上佐证材料：{_names(added)}")
    if removed:
        parts.append(f"移除佐证材料：{_names(removed)}")
    return Truncator("；".join(parts)).chars(LONGEST_WORDS, truncate="…")


def _names(pieces: Sequence[Evidence]) -> str:
    return "、".join(piece.name for piece in pieces)
