"""What is kept of an uploaded file: its limit, how many, from whom; the other fields of the form always arrive."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from planportal.web.uploads import MOST_FILES

LIMIT = 64 * 1024

Sent = Callable[..., HttpRequest]


class Enterer:
    may_enter = True


class Reader:
    may_enter = False


@pytest.fixture
def room(settings: Any, tmp_path: Path) -> Path:
    """Where temporary files lie; the limit is small."""
    settings.EVIDENCE_MB = LIMIT / 1024 / 1024
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def sent(room: Path) -> Iterator[Callable[..., HttpRequest]]:
    """A form that somebody sent; the field after the files shows that all of it was read."""
    requests = []

    def send(by: object, *contents: bytes, length: int | None = None) -> HttpRequest:
        files = [SimpleUploadedFile(f"{number}.pdf", content) for number, content in enumerate(contents)]
        body = encode_multipart(BOUNDARY, {"before": "929", "files": files, "after": "draft"})
        request = RequestFactory().generic("POST", "/", body[:length], content_type=MULTIPART_CONTENT)
        request.user = by
        requests.append(request)
        return request

    yield send
    for request in requests:
        request.close()


def names_and_contents(request: HttpRequest) -> list[tuple[str, int, bytes]]:
    return [(file.name, file.size, file.read()) for file in request.FILES.getlist("files")]


@pytest.mark.parametrize("size", [0, 1, LIMIT])
def test_a_file_up_to_the_limit_arrives(sent: Sent, size: int) -> None:
    request = sent(Enterer(), b"x" * size)
    assert names_and_contents(request) == [("0.pdf", size, b"x" * size)]


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT * 20])
def test_of_a_larger_one_only_name_and_size_arrive(sent: Sent, size: int) -> None:
    request = sent(Enterer(), b"small", b"x" * size, b"last")
    assert names_and_contents(request) == [("0.pdf", 5, b"small"), ("1.pdf", size, b""), ("2.pdf", 4, b"last")]
    assert (request.POST["before"], request.POST["after"]) == ("929", "draft")


def test_a_file_that_is_too_large_leaves_nothing_on_the_disk(room: Path, sent: Sent) -> None:
    request = sent(Enterer(), b"x" * (LIMIT + 1))
    assert request.POST["after"] == "draft"
    assert list(room.iterdir()) == []


def test_nothing_is_kept_of_files_past_the_most(room: Path, sent: Sent) -> None:
    request = sent(Enterer(), *[b"content"] * (MOST_FILES + 2))
    contents = [content for _, _, content in names_and_contents(request)]
    assert contents == [b"content"] * MOST_FILES + [b"", b""]
    assert len(list(room.iterdir())) == MOST_FILES
    request.close()
    assert list(room.iterdir()) == []


@pytest.mark.parametrize("by", [Reader(), None])
def test_who_enters_no_figures_sends_no_files(room: Path, sent: Sent, by: object) -> None:
    request = sent(by, b"small", b"x" * LIMIT * 2)
    assert names_and_contents(request) == []
    assert (request.POST["before"], request.POST["after"]) == ("929", "draft")
    assert list(room.iterdir()) == []


def test_a_body_that_breaks_off_leaves_nothing_on_the_disk(room: Path, sent: Sent) -> None:
    request = sent(Enterer(), b"x" * LIMIT, length=LIMIT // 2)
    assert names_and_contents(request) == []
    request.close()
    assert list(room.iterdir()) == []
