"""Whether a zip is a plain workbook or document, told by its directory and its list of content types.

Nothing in it is parsed. Its members are unpacked once, to nowhere, because a directory can lie about them; how much
there is to unpack was bounded before.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import IO

XLSX, DOCX = "xlsx", "docx"
MOST_MEMBERS = 200
MOST_UNPACKED_BYTES = 30 * 1024 * 1024
MOST_RATIO = 100
# 200 entries of 46 bytes and a name each are far below it.
LONGEST_DIRECTORY_BYTES = 100 * 1024
TYPES_MEMBER = "[Content_Types].xml"
LONGEST_TYPES_BYTES = 1024 * 1024
# The part that makes it what it is, and the content type of that part; templates and files with macros have others.
MAIN_PARTS = {
    XLSX: ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
    DOCX: ("word/document.xml", b"wordprocessingml.document.main+xml"),
}
CHUNK_BYTES = 64 * 1024
END_RECORD = struct.Struct("<4s4H2LH")
END_MARK, WIDE_END_MARK, WIDE_LOCATOR_BYTES = b"PK\x05\x06", b"PK\x06\x07", 20
# What reading a damaged zip ends in; zipfile raises NotImplementedError for a packing or a version it does not know.
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)


class NotOffice(ValueError):
    """A zip that is no workbook or document that can be taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def office_kind(file: IO[bytes], size: int) -> str:
    """XLSX or DOCX; raises NotOffice for everything else. Time and memory are bounded whatever the file says."""
    try:
        _refuse_long_directory(file, size)
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_members(members, size)
            types = _unpacked(archive, members)
    except DAMAGE as error:
        raise error if isinstance(error, NotOffice) else NotOffice("damaged_file") from error
    _refuse_content(members, types)
    return _kind(members, types)


def _refuse_long_directory(file: IO[bytes], size: int) -> None:
    """The zip's last record says how long the directory is, which is read as a whole."""
    ending = END_RECORD.size + WIDE_LOCATOR_BYTES
    if size < ending:
        raise NotOffice("damaged_file")
    file.seek(size - ending)
    last = file.read(ending)
    mark, *_disks, count, length, _start, _comment = END_RECORD.unpack(last[WIDE_LOCATOR_BYTES:])
    if mark != END_MARK or last.startswith(WIDE_END_MARK):
        raise NotOffice("damaged_file")
    if count > MOST_MEMBERS or length > LONGEST_DIRECTORY_BYTES:
        raise NotOffice("too_many_members")


def _refuse_members(members: Sequence[zipfile.ZipInfo], size: int) -> None:
    names = [member.orig_filename for member in members]
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        raise NotOffice("too_many_members")
    if unpacked > MOST_UNPACKED_BYTES:
        raise NotOffice("unpacked_too_large")
    if unpacked > size * MOST_RATIO:
        raise NotOffice("packed_too_tightly")
    if any(member.flag_bits & 1 for member in members):
        raise NotOffice("encrypted_file")
    if any(member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for member in members):
        raise NotOffice("damaged_file")
    if any(_leads_elsewhere(name) for name in names) or len({name.casefold() for name in names}) < len(names):
        raise NotOffice("bad_member_name")


def _leads_elsewhere(name: str) -> bool:
    """Whether a member would be unpacked outside of its folder, or is named as nobody names a file."""
    parts = re.split(r"[/\\]", name)
    return parts[0] == "" or ":" in parts[0] or ".." in parts or not name.isprintable()


def _unpacked(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> bytes:
    """The list of content types, once every member has turned out to hold what the directory says."""
    types = b""
    for member in members:
        declared = member.file_size
        # One byte more is asked for than declared: the reader then comes to the true end and compares the checksum.
        member.file_size += 1
        with archive.open(member) as stream:
            if member.filename == TYPES_MEMBER:
                types = stream.read(LONGEST_TYPES_BYTES)
            length = len(types) if member.filename == TYPES_MEMBER else 0
            length += sum(len(chunk) for chunk in iter(lambda: stream.read(CHUNK_BYTES), b""))
        if length != declared:
            raise NotOffice("damaged_file")
    return types


def _refuse_content(members: Sequence[zipfile.ZipInfo], types: bytes) -> None:
    names = [member.filename.casefold() for member in members]
    # Written otherwise than plainly, it could hide what it lists.
    if b"<!" in types or b"&#" in types:
        raise NotOffice("damaged_file")
    if any("vbaproject" in name for name in names) or re.search(rb"macroEnabled|vbaProject", types, re.IGNORECASE):
        raise NotOffice("has_macros")
    if any("externallinks/" in name for name in names) or re.search(rb"externalLink\+xml", types, re.IGNORECASE):
        raise NotOffice("has_external_links")


def _kind(members: Sequence[zipfile.ZipInfo], types: bytes) -> str:
    names = {member.filename for member in members}
    found = [kind for kind, (part, content_type) in MAIN_PARTS.items() if part in names and content_type in types]
    if len(found) != 1:
        raise NotOffice("unsupported_type")
    return found[0]
