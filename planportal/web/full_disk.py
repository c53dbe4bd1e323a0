"""A disk that is full or refuses to write, told from every other failure of a database: nothing was stored then."""

import sqlite3
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg2.errorcodes import DISK_FULL

from planportal.web.error_pages import not_stored

# The low byte is the kind of error, whatever the details above it. SQLite has taken the transaction back in each.
SQLITE_KINDS = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def is_full_disk(error: OperationalError) -> bool:
    """Whether a write failed because the disk took no more: only then it is certain that nothing was stored."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_KINDS
    return getattr(cause, "pgcode", None) == DISK_FULL


class FullDiskMiddleware:
    """503 where a page that does not say so itself meets a disk that takes no more: nothing was stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError) and is_full_disk(exception):
            return not_stored(request, exception)
        return None
