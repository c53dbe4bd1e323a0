"""What a file or a link may be that proves a figure; a file's type is told by its content, never by its name."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlsplit

from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.web.uploads import most_bytes
from targets.office_files import DOCX, MOST_MEMBERS, MOST_RATIO, MOST_UNPACKED_BYTES, XLSX, NotOffice, office_kind

LONGEST_NAME = 200
LONGEST_ADDRESS = 500


@dataclass(frozen=True)
class FileKind:
    """A kind of file that may be attached: how it is served, how its name ends, what readers call it."""

    media_type: str
    endings: tuple[str, ...]
    label: str | Promise


PDF = FileKind("application/pdf", (".pdf",), "PDF")
PNG = FileKind("image/png", (".png",), gettext_lazy("PNG 图片"))
JPEG = FileKind("image/jpeg", (".jpg", ".jpeg"), gettext_lazy("JPEG 图片"))
WORKBOOK = FileKind(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), gettext_lazy("xlsx 工作簿")
)
DOCUMENT = FileKind(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), gettext_lazy("docx 文档")
)
KINDS = (PDF, PNG, JPEG, WORKBOOK, DOCUMENT)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)
OPENINGS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
# Control and format characters, halves of pairs, private and unassigned ones, separators of lines and paragraphs.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ZIP_OPENING = b"PK\x03\x04"
OFFICE_KINDS = {XLSX: WORKBOOK, DOCX: DOCUMENT}


class NotEvidence(ValueError):
    """A file or a link that cannot be attached: a stable code and the sentence for the reader."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """A file that may be attached; `size` in bytes, `sha256` in hexadecimal, both of what was read."""

    content: "File[bytes]"
    name: str
    media_type: str
    size: int
    sha256: str


def read_file(file: "File[bytes]") -> ReadFile:
    """Looks at an uploaded file; raises NotEvidence. Time and memory are bounded by the limit of its size."""
    name = _file_name(file.name or "")
    declared = file.size
    if declared > most_bytes():
        told = {"name": name, "size": filesizeformat(declared), "most": filesizeformat(most_bytes())}
        raise NotEvidence("file_too_large", _("“%(name)s”有 %(size)s，每个文件最多 %(most)s。") % told)
    size, sha256 = _measured(file)
    if size != declared:
        raise NotEvidence("file_incomplete", _("“%(name)s”没有完整收到，请重新选择。") % {"name": name})
    if not size:
        raise NotEvidence("file_empty", _("“%(name)s”是空文件，没有内容。") % {"name": name})
    kind = _kind(file, name, size)
    if PurePath(name).suffix.casefold() not in kind.endings:
        told = {"name": name, "kind": str(kind.label), "ending": kind.endings[0]}
        message = _("“%(name)s”的内容是 %(kind)s，文件名应以 %(ending)s 结尾。") % told
        raise NotEvidence("name_disagrees", message)
    return ReadFile(content=file, name=name, media_type=kind.media_type, size=size, sha256=sha256)


def measure(file: "File[bytes]") -> str:
    """The SHA-256 of a file's whole content, in hexadecimal."""
    return _measured(file)[1]


def kind_name(media_type: str) -> str:
    """What readers call the kind of a file; "" for none of ours."""
    return next((str(kind.label) for kind in KINDS if kind.media_type == media_type), "")


def read_title(raw: str, *, otherwise: str) -> str:
    """A link's title without what does not show; its address where there is none. Raises NotEvidence."""
    title = _plain(raw).strip()
    if len(title) > LONGEST_NAME:
        told = {"length": len(title), "most": LONGEST_NAME}
        raise NotEvidence("max_length", _("标题有 %(length)s 字，最多 %(most)s 字。") % told)
    return title or otherwise[:LONGEST_NAME]


def read_address(raw: str) -> str:
    """A link's address, http or https and nothing that misleads; raises NotEvidence."""
    address = raw.strip()
    if not address:
        raise NotEvidence("address_required", _("请填写网址；只有标题不能作为佐证。"))
    if len(address) > LONGEST_ADDRESS:
        told = {"length": len(address), "most": LONGEST_ADDRESS}
        raise NotEvidence("max_length", _("网址有 %(length)s 个字符，最多 %(most)s 个。") % told)
    if not _is_web_address(address):
        message = _("“%(raw)s”不能用作网址；须以 http:// 或 https:// 开头，写明主机，不含用户名、空格和控制字符。")
        raise NotEvidence("bad_address", message % {"raw": _plain(address)[:60]})
    return address


def _is_web_address(address: str) -> bool:
    if _plain(address) != address or re.search(r"[\s\\<>\"]", address):
        return False
    try:
        parts = urlsplit(address)
        is_reachable = parts.port != 0
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and is_reachable


def _plain(text: str) -> str:
    """Without control characters, those that turn the direction of writing, and the like."""
    return "".join(
        c for c in text if unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in {"Zl", "Zp"}
    )


def _file_name(raw: str) -> str:
    """The base name as it can be shown."""
    name = _plain(re.split(r"[/\\]", raw)[-1]).strip()
    if not name:
        raise NotEvidence("name_missing", _("有一个文件没有名称，请改名后再选。"))
    if len(name) > LONGEST_NAME:
        told = {"start": name[:20], "length": len(name), "most": LONGEST_NAME}
        message = _("“%(start)s…”的文件名有 %(length)s 字，最多 %(most)s 字；请改短后再选。") % told
        raise NotEvidence("name_too_long", message)
    return name


def _measured(file: "File[bytes]") -> tuple[int, str]:
    """The true length and the SHA-256."""
    size, digest = 0, hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        size += len(chunk)
        digest.update(chunk)
    file.seek(0)
    return size, digest.hexdigest()


def _kind(file: "File[bytes]", name: str, size: int) -> FileKind:
    opening = file.read(8)
    file.seek(0)
    for start, kind in OPENINGS:
        if opening.startswith(start):
            return kind
    if not opening.startswith(ZIP_OPENING):
        raise _refused("unsupported_type", name)
    try:
        return OFFICE_KINDS[office_kind(file, size)]
    except NotOffice as refusal:
        raise _refused(refusal.code, name) from refusal
    finally:
        file.seek(0)


def _refused(code: str, name: str) -> NotEvidence:
    messages = {
        "unsupported_type": _(
            "“%(name)s”不是可接受的类型；可附 PDF、PNG、JPEG、xlsx、docx。旧格式或加密的文件请另存后再附。"
        ),
        "damaged_file": _("“%(name)s”已损坏或不完整，请用办公软件打开后另存，再附一次。"),
        "too_many_members": _("“%(name)s”内部的部件过多，最多 %(members)s 个；请另存为 PDF 后再附。"),
        "unpacked_too_large": _("“%(name)s”解压后过大，最多 %(unpacked)s；请另存为 PDF 后再附。"),
        "packed_too_tightly": _("“%(name)s”的压缩比异常，超过 %(ratio)s 倍；请另存为 PDF 后再附。"),
        "encrypted_file": _("“%(name)s”是加密的，请去掉密码后再附。"),
        "has_macros": _("“%(name)s”含有宏，请另存为不含宏的文件后再附。"),
        "has_external_links": _("“%(name)s”链接了其他工作簿，请断开外部链接后再附。"),
        "bad_member_name": _("“%(name)s”内部的部件名称不正确，请用办公软件另存后再附。"),
    }
    told = {
        "name": name,
        "members": MOST_MEMBERS,
        "unpacked": filesizeformat(MOST_UNPACKED_BYTES),
        "ratio": MOST_RATIO,
    }
    return NotEvidence(code, messages[code] % told)
