"""How much of an uploaded file is kept: nothing of what nobody may send, and no more than its limit of the rest."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

# Of one request; what comes after them is read and dropped.
MOST_FILES = 10


def most_bytes() -> int:
    """The most bytes that an uploaded file may have."""
    return int(settings.EVIDENCE_MB * 1024 * 1024)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps files in temporary ones while the request lasts, so that the other fields of a form are never lost.

    A file that is too large, and each after the first MOST_FILES, arrives without its content: its name and its true
    size stand for it. Who enters no figures sends no files at all.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.count = 0
        self.keeps = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.count += 1
        self.keeps = True
        if self.count > MOST_FILES or not self._is_welcome():
            self._drop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.keeps and start + len(raw_data) > most_bytes():
            self._drop()
        if self.keeps:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        if self.keeps:
            return super().file_complete(file_size)
        if not self._is_welcome():
            return None
        return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size, self.charset)

    def _drop(self) -> None:
        """Gives the room of the temporary file back."""
        self.keeps = False
        self.file.close()

    def _is_welcome(self) -> bool:
        return getattr(getattr(self.request, "user", None), "may_enter", False)
