"""A disk that is full or refuses to write, told from every other failure of a database: nothing was stored then."""

import sqlite3

from django.db import OperationalError
from psycopg2.errorcodes import DISK_FULL

# The low byte is the kind of error, whatever the details above it. SQLite has taken the transaction back in each.
SQLITE_KINDS = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def is_full_disk(error: OperationalError) -> bool:
    """Whether a write failed because the disk took no more: only then it is certain that nothing was stored."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_KINDS
    return getattr(cause, "pgcode", None) == DISK_FULL
