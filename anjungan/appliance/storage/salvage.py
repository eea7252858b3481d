"""Reading what can still be read of a damaged database, without changing it.

A copy is read, never the file itself. SQLite's own command line recovers best
(``.recover``); where it is missing or fails, our tables are read row by row from both ends.
"""

import shutil
import sqlite3
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from anjungan.appliance.storage.database import PAGE_BYTES, open_database

_RECOVERY_LIMIT_S: Final = 300
_TABLES: Final = ("sequence", "ticket", "outbox")
_LOST_AND_FOUND: Final = "lost_and_found"
"""Where ``.recover`` puts rows whose table it cannot tell (sqlite.org/cli.html)."""

Row = dict[str, Any]


@dataclass(slots=True)
class Salvage:
    """Rows as they were found: nothing in them is trusted yet."""

    sequence: list[Row] = field(default_factory=list)
    ticket: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    loose_blobs: list[bytes] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows and loose values were found."""
        return len(self.ticket) + len(self.outbox) + len(self.loose_blobs)


def salvage(damaged: Path) -> Salvage:
    """What is readable of the damaged database; an empty Salvage at worst.

    Raises:
        OSError: there is no room for the copy; the damaged file is untouched.
    """
    with tempfile.TemporaryDirectory(dir=damaged.parent, prefix="salvage-") as folder:
        copy = Path(folder) / "copy.db"
        recovered = Path(folder) / "recovered.db"
        _copy(damaged, copy)
        if _recover_with_command_line(copy, recovered):
            found = _read(recovered)
            if found.rows > 0:
                return found
        _copy(damaged, copy)
        found = _read(copy)
        if found.rows > 0:
            return found
        _give_first_page(copy, Path(folder) / "empty.db")
        return _read(copy)


def _copy(damaged: Path, copy: Path) -> None:
    shutil.copyfile(damaged, copy)
    wal = copy.with_name(copy.name + "-wal")
    wal.unlink(missing_ok=True)
    copy.with_name(copy.name + "-shm").unlink(missing_ok=True)
    damaged_wal = damaged.with_name(damaged.name + "-wal")
    if damaged_wal.exists():
        shutil.copyfile(damaged_wal, wal)


def _give_first_page(copy: Path, empty: Path) -> None:
    """Replace a destroyed first page by that of a new database of our schema.

    The first page says where the tables are, and is the page that is written most. Our tables are
    made in the same order in every new database, so they begin on the same pages; where they do
    not, the rows read fail their checks and nothing is invented.
    """
    open_database(empty).close()
    with empty.open("rb") as file:
        page = bytearray(file.read(PAGE_BYTES))
    pages = copy.stat().st_size // PAGE_BYTES
    # Database header (sqlite.org/fileformat2 section 1.3): size in pages, then an empty freelist.
    struct.pack_into(">III", page, 28, pages, 0, 0)
    with copy.open("r+b") as file:
        file.write(page)


def _recover_with_command_line(copy: Path, recovered: Path) -> bool:
    program = shutil.which("sqlite3")
    if program is None:
        return False
    dump = recovered.with_suffix(".sql")
    try:
        with dump.open("wb") as script:
            subprocess.run(  # noqa: S603 - fixed program, paths of our own
                [program, str(copy), ".recover"],
                stdin=subprocess.DEVNULL,
                stdout=script,
                stderr=subprocess.DEVNULL,
                timeout=_RECOVERY_LIMIT_S,
                check=False,
            )
        with dump.open("rb") as script:
            subprocess.run(  # noqa: S603 - fixed program, paths of our own
                [program, str(recovered)],
                stdin=script,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_RECOVERY_LIMIT_S,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return False
    return recovered.exists()


def _read(database: Path) -> Salvage:
    found = Salvage()
    connection = sqlite3.connect(database)
    # Damaged text must not stop the reading; what it belongs to is checked afterwards.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        for table in _TABLES:
            getattr(found, table).extend(_readable_rows(connection, table))
        for row in _readable_rows(connection, _LOST_AND_FOUND):
            found.loose_blobs.extend(value for value in row.values() if isinstance(value, bytes))
    finally:
        connection.close()
    return found


def _readable_rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    """Rows from the beginning up to the first damage, and from the end back to the last."""
    rows = list(_until_damage(connection, f"SELECT * FROM {table}"))  # noqa: S608 - constant names
    rows += _until_damage(connection, f"SELECT * FROM {table} ORDER BY 1 DESC")  # noqa: S608 - same
    unique = {next(iter(row.values())): row for row in reversed(rows)}
    return list(reversed(unique.values()))


def _until_damage(connection: sqlite3.Connection, query: str) -> Iterator[Row]:
    try:
        cursor = connection.execute(query)
        names: Sequence[str] = [column[0] for column in cursor.description]
        for values in cursor:
            yield dict(zip(names, values, strict=True))
    except sqlite3.Error:
        return
