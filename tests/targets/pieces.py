"""Pieces of evidence for the tests: small true files of every kind, and zips that are not what they seem."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile

Members = Mapping[str, bytes]

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
MAIN = {"xlsx": "spreadsheetml.sheet.main+xml", "docx": "wordprocessingml.document.main+xml"}
PART = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}


def png() -> bytes:
    """One white pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\xff"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def zipped(members: Members, *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return made.getvalue()


def content_types(kind: str, *more: str) -> bytes:
    listed = "".join(
        f'<Override PartName="/part{number}" ContentType="application/vnd.{name}"/>'
        for number, name in enumerate([f"openxmlformats-officedocument.{MAIN[kind]}", *more])
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><Types>{listed}</Types>'.encode()


def office(kind: str, more: Members | None = None, *, types: bytes | None = None) -> bytes:
    """The least workbook or document, with more members."""
    members = {
        "[Content_Types].xml": content_types(kind) if types is None else types,
        "_rels/.rels": b"<Relationships/>",
        PART[kind]: b"<main>" + kind.encode() * 20 + b"</main>",
    }
    return zipped(members | dict(more or {}))


def upload(name: str, content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")
