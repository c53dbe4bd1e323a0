"""What a file or a link may be that proves a figure: by its content, quickly, and whatever it claims of itself."""

import hashlib
import io
import random
import struct
import tracemalloc
import zipfile
from typing import Any

import pytest

from targets import office_files
from targets.evidence_files import NotEvidence, read_address, read_file, read_title
from tests.targets.pieces import JPEG, PDF, content_types, office, png, upload, zipped

OFFICE = "application/vnd.openxmlformats-officedocument."


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(NotEvidence) as refused:
        read_file(upload(name, content))
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("年报.pdf", PDF, "application/pdf"),
        ("截图.png", png(), "image/png"),
        ("照片.jpg", JPEG, "image/jpeg"),
        ("照片.JPEG", JPEG, "image/jpeg"),
        ("台账.xlsx", office("xlsx"), f"{OFFICE}spreadsheetml.sheet"),
        ("说明.docx", office("docx"), f"{OFFICE}wordprocessingml.document"),
        ("含图.docx", office("docx", {"word/media/image1.png": png()}), f"{OFFICE}wordprocessingml.document"),
    ],
)
def test_what_is_accepted(name: str, content: bytes, media_type: str) -> None:
    read = read_file(upload(name, content))
    assert (read.name, read.media_type, read.size) == (name, media_type, len(content))
    assert read.sha256 == hashlib.sha256(content).hexdigest()
    assert read.content.read() == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("空.pdf", b"", "file_empty"),
        ("年报.docx", PDF, "name_disagrees"),
        ("年报", PDF, "name_disagrees"),
        (".pdf", PDF, "name_disagrees"),
        ("图.pdf", png(), "name_disagrees"),
        ("台账.docx", office("xlsx"), "name_disagrees"),
        ("台账.xlsm", office("xlsx"), "name_disagrees"),
        ("网页.pdf", b"<html><script>alert(1)</script>", "unsupported_type"),
        ("图.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_type"),
        ("图.gif", b"GIF89a" + b"0" * 50, "unsupported_type"),
        ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "unsupported_type"),
        ("程序.pdf", b"MZ\x90\x00" + b"0" * 50, "unsupported_type"),
        ("晚到.pdf", b"x" * 10 + PDF, "unsupported_type"),
        ("包.xlsx", zipped({"a.txt": b"text"}), "unsupported_type"),
        ("模板.xlsx", office("xlsx", types=content_types("docx")), "unsupported_type"),
        ("两者.xlsx", zipped({"[Content_Types].xml": content_types("xlsx")}), "unsupported_type"),
    ],
)
def test_what_is_no_evidence(name: str, content: bytes, code: str) -> None:
    assert refusal(name, content) == code


def test_a_file_of_just_the_limit_and_one_byte_more(settings: Any) -> None:
    settings.EVIDENCE_MB = 0.5
    content = PDF + b"0" * (512 * 1024 - len(PDF))
    assert read_file(upload("大.pdf", content)).size == 512 * 1024
    assert refusal("大.pdf", content + b"0") == "file_too_large"


def test_a_refusal_says_what_was_got_and_what_is_allowed(settings: Any) -> None:
    settings.EVIDENCE_MB = 1
    with pytest.raises(NotEvidence, match=r"“大.pdf”有 2.0\sMB，每个文件最多 1.0\sMB"):
        read_file(upload("大.pdf", b"0" * 2 * 1024 * 1024))


def test_a_file_that_arrived_without_its_content_is_incomplete() -> None:
    file = upload("年报.pdf", PDF)
    file.size = len(PDF) + 1
    with pytest.raises(NotEvidence) as refused:
        read_file(file)
    assert refused.value.code == "file_incomplete"


class TestNames:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            (r"C:\文档\年报.pdf", "年报.pdf"),
            ("../../etc/年报.pdf", "年报.pdf"),
            ("年\x00报\x1f.pdf", "年报.pdf"),
            ("fdp.\u202e报年.pdf", "fdp.报年.pdf"),
            ("年\u200e\u2066报\u2069.pdf", "年报.pdf"),
            ("年\u2028报.pdf", "年报.pdf"),
            ("  年报.pdf ", "年报.pdf"),
            ("a\"b;'.pdf", "a\"b;'.pdf"),
            ("长" * 196 + ".pdf", "长" * 196 + ".pdf"),
        ],
    )
    def test_only_the_base_name_as_it_shows_is_kept(self, given: str, kept: str) -> None:
        file = upload("a.pdf")
        # As a caller that is no form may hand it in: Django's own parser cleans too.
        file.__dict__["_name"] = given
        assert read_file(file).name == kept

    @pytest.mark.parametrize(
        ("given", "code"),
        [("长" * 197 + ".pdf", "name_too_long"), ("\x00\u202e", "name_missing"), ("文件夹/", "name_missing")],
    )
    def test_what_is_no_name(self, given: str, code: str) -> None:
        file = upload("a.pdf")
        file.__dict__["_name"] = given
        with pytest.raises(NotEvidence) as refused:
            read_file(file)
        assert refused.value.code == code


def with_directory(content: bytes, offset: int, packed: bytes, *, entry: int = 0) -> bytes:
    """The zip with other bytes in an entry of its directory."""
    start = content.index(b"PK\x01\x02")
    for _ in range(entry):
        start = content.index(b"PK\x01\x02", start + 4)
    return content[: start + offset] + packed + content[start + offset + len(packed) :]


FLAGS, METHOD, PACKED_SIZE, SIZE = 8, 10, 20, 24
BOMB = office("xlsx", {"xl/sheet1.xml": b"0" * (20 * 1024 * 1024)})


class TestOfficeFiles:
    @pytest.mark.parametrize("kind", ["xlsx", "docx"])
    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"xl/vbaProject.bin": b"macro"}, "has_macros"),
            ({"word/VBAPROJECT.BIN": b"macro"}, "has_macros"),
            ({"xl/externalLinks/externalLink1.xml": b"<a/>"}, "has_external_links"),
            ({"../../outside.xml": b"<a/>"}, "bad_member_name"),
            ({"xl/..\\outside.xml": b"<a/>"}, "bad_member_name"),
            ({"/etc/passwd": b"<a/>"}, "bad_member_name"),
            ({"\\\\server\\share.xml": b"<a/>"}, "bad_member_name"),
            ({"C:/a.xml": b"<a/>"}, "bad_member_name"),
            ({"xl/\u202eb.xml": b"<a/>"}, "bad_member_name"),
            ({"XL/WORKBOOK.XML": b"<a/>", "WORD/Document.xml": b"<a/>"}, "bad_member_name"),
            ({f"xl/{number}.xml": b"<a/>" for number in range(200)}, "too_many_members"),
            ({"xl/sheet1.xml": bytes(range(256)) * 123_000}, "unpacked_too_large"),
        ],
        ids=lambda value: value if isinstance(value, str) else next(iter(value))[:30],
    )
    def test_what_a_workbook_or_document_may_not_hold(self, kind: str, more: dict[str, bytes], code: str) -> None:
        assert refusal(f"a.{kind}", office(kind, more)) == code

    @pytest.mark.parametrize(
        ("types", "code"),
        [
            (content_types("xlsx", "ms-excel.sheet.macroEnabled.main+xml"), "has_macros"),
            (content_types("xlsx", "ms-office.vbaProject"), "has_macros"),
            (
                content_types("xlsx", "openxmlformats-officedocument.spreadsheetml.externalLink+xml"),
                "has_external_links",
            ),
            (content_types("xlsx").replace(b"<Types>", b"<!DOCTYPE a><Types>"), "damaged_file"),
            (content_types("xlsx", "ms-office.vba&#80;roject"), "damaged_file"),
            (content_types("xlsx").decode().encode("utf-16"), "unsupported_type"),
        ],
    )
    def test_what_its_list_of_content_types_may_not_say(self, types: bytes, code: str) -> None:
        assert refusal("a.xlsx", office("xlsx", types=types)) == code

    def test_as_many_members_as_are_allowed(self) -> None:
        more = {f"xl/{number}.xml": b"<a/>" for number in range(office_files.MOST_MEMBERS - 3)}
        assert read_file(upload("a.xlsx", office("xlsx", more))).name == "a.xlsx"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (office("xlsx")[:-30], "damaged_file"),
            (office("xlsx")[:-1], "damaged_file"),
            (office("xlsx")[:40], "damaged_file"),
            (b"PK\x03\x04", "damaged_file"),
            (office("xlsx") + b"more", "damaged_file"),
            (with_directory(office("xlsx"), FLAGS, b"\x01\x00"), "encrypted_file"),
            (with_directory(office("xlsx"), METHOD, struct.pack("<H", zipfile.ZIP_LZMA)), "damaged_file"),
            (with_directory(office("xlsx"), SIZE, struct.pack("<L", 5)), "damaged_file"),
            (with_directory(office("xlsx"), SIZE, struct.pack("<L", 5000)), "damaged_file"),
            (with_directory(office("xlsx"), PACKED_SIZE, struct.pack("<L", 5)), "damaged_file"),
            (with_directory(office("xlsx"), SIZE, struct.pack("<L", 0xFFFFFFFF)), "unpacked_too_large"),
            (BOMB, "packed_too_tightly"),
            (with_directory(BOMB, SIZE, struct.pack("<L", 100), entry=3), "damaged_file"),
        ],
        ids=range(13),
    )
    def test_what_is_damaged_or_lies(self, content: bytes, code: str) -> None:
        assert refusal("a.xlsx", content) == code

    def test_a_member_that_lies_with_a_true_checksum_is_found(self) -> None:
        """Size and checksum of the first 100 bytes of 20 MB: a reader that trusts the size sees nothing wrong."""
        start = zipped({"xl/sheet1.xml": b"0" * 100})
        checksum = start[start.index(b"PK\x01\x02") + 16 :][:4]
        lying = with_directory(BOMB, SIZE, struct.pack("<L", 100), entry=3)
        assert refusal("a.xlsx", with_directory(lying, 16, checksum, entry=3)) == "damaged_file"

    def test_a_directory_of_twenty_thousand_members_is_not_read(self) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for number in range(20_000):
                archive.writestr(str(number), b"")
        tracemalloc.start()
        try:
            assert refusal("a.xlsx", made.getvalue()) == "too_many_members"
            assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
        finally:
            tracemalloc.stop()

    def test_a_bomb_costs_no_memory(self) -> None:
        file = upload("a.xlsx", with_directory(BOMB, SIZE, struct.pack("<L", 100), entry=3))
        tracemalloc.start()
        try:
            with pytest.raises(NotEvidence):
                read_file(file)
            assert tracemalloc.get_traced_memory()[1] < 2 * 1024 * 1024
        finally:
            tracemalloc.stop()

    def test_whatever_is_damaged_is_refused_or_read_and_never_fails_otherwise(self) -> None:
        chance, good = random.Random(7), office("docx", {"word/media/a.png": png()})
        for _ in range(1500):
            damaged = bytearray(good)
            for _ in range(chance.randint(1, 6)):
                damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
            cut = bytes(damaged[: chance.choice([len(damaged), chance.randrange(5, len(damaged))])])
            try:
                read_file(upload("a.docx", cut))
            except NotEvidence:
                continue


class TestLinks:
    @pytest.mark.parametrize(
        "address",
        [
            "http://kjt.hlj.gov.cn/",
            "https://例子.中国/公告?年=2017#表",
            "https://10.1.2.3:8443/a",
            "https://[::1]/a",
            "https://a.cn/" + "x" * 487,
        ],
    )
    def test_what_is_accepted(self, address: str) -> None:
        assert read_address(f" {address}\n") == address

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            ("", "address_required"),
            ("   ", "address_required"),
            ("kjt.hlj.gov.cn", "bad_address"),
            ("ftp://a.cn/", "bad_address"),
            ("javascript:alert(1)", "bad_address"),
            ("JavaScript://a.cn/%0aalert(1)", "bad_address"),
            ("data:text/html,x", "bad_address"),
            ("file:///etc/passwd", "bad_address"),
            ("//a.cn/", "bad_address"),
            ("https://", "bad_address"),
            ("https:///path", "bad_address"),
            ("https://user:secret@a.cn/", "bad_address"),
            ("https://a.cn@b.cn/", "bad_address"),
            ("https://@a.cn/", "bad_address"),
            ("https://a.cn\\@b.cn/", "bad_address"),
            ("https://a.cn/a b", "bad_address"),
            ("https://a.cn/\x00", "bad_address"),
            ("https://a.cn/\tb", "bad_address"),
            ("https://a.cn/\u202efdp", "bad_address"),
            ("https://a.cn:99999/", "bad_address"),
            ("https://a.cn:x/", "bad_address"),
            ("https://[::1/", "bad_address"),
            ("https://a.cn/" + "x" * 488, "max_length"),
        ],
    )
    def test_what_is_no_address(self, address: str, code: str) -> None:
        with pytest.raises(NotEvidence) as refused:
            read_address(address)
        assert refused.value.code == code

    def test_a_title_shows_what_it_says(self) -> None:
        assert read_title(" 公\x00告\u202e ", otherwise="https://a.cn/") == "公告"

    def test_without_a_title_the_address_stands_for_it(self) -> None:
        assert read_title("\u200b", otherwise="https://a.cn/" + "x" * 400) == "https://a.cn/" + "x" * 187

    def test_a_title_that_is_too_long(self) -> None:
        with pytest.raises(NotEvidence, match="标题有 201 字，最多 200 字"):
            read_title("长" * 201, otherwise="")
