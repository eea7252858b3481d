"""From SQLite's error codes to the storage's own reasons."""

import sqlite3
from typing import Final

from anjungan.appliance.storage.records import FailureReason, StorageError

_PRIMARY_CODE_MASK: Final = 0xFF
"""The low byte of an extended result code is its primary code (sqlite.org/rescode.html)."""

_REASONS: Final = {
    sqlite3.SQLITE_FULL: FailureReason.DISK_FULL,
    sqlite3.SQLITE_READONLY: FailureReason.READ_ONLY,
    sqlite3.SQLITE_PERM: FailureReason.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: FailureReason.IO_ERROR,
    sqlite3.SQLITE_IOERR: FailureReason.IO_ERROR,
    sqlite3.SQLITE_CORRUPT: FailureReason.DAMAGED,
    sqlite3.SQLITE_NOTADB: FailureReason.DAMAGED,
    sqlite3.SQLITE_BUSY: FailureReason.BUSY,
    sqlite3.SQLITE_LOCKED: FailureReason.BUSY,
}


def reason_of(error: sqlite3.Error | OSError) -> FailureReason:
    """The reason behind an error of SQLite or of the operating system."""
    if isinstance(error, OSError):
        return FailureReason.IO_ERROR
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return FailureReason.INTERNAL
    return _REASONS.get(code & _PRIMARY_CODE_MASK, FailureReason.INTERNAL)


def as_storage_error(error: sqlite3.Error | OSError) -> StorageError:
    """A StorageError to raise ``from None``: SQLite's messages may quote what was stored."""
    return StorageError(reason_of(error))
