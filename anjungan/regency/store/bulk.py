"""Inserting many rows at once, past SQLAlchemy's work for every single value.

The inbox writes some thousand rows a second in a burst; preparing each through SQLAlchemy takes
longer than storing it. Values are given as the database keeps them: moments by ``milliseconds``.

Rows go into one statement, a power of two of them at a time, so that few statements are prepared
and each is one step of the driver: while it works, other threads of this process do as well.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table

from anjungan.regency.store.columns import milliseconds

__all__ = ["BulkInsert", "milliseconds"]

ROWS_AT_ONCE: Final = 128


class BulkInsert:
    """An INSERT of ``columns`` into ``table``; rows are tuples in that order."""

    def __init__(self, table: Table, *columns: str) -> None:
        unknown = set(columns) - set(table.columns.keys())
        if unknown:
            raise ValueError(f"{table.name} has no column {', '.join(sorted(unknown))}")
        names = ", ".join(columns)
        self._head = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608 - names of our own tables
        self._width = len(columns)

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert all rows; none is fine."""
        mark = "%s" if connection.dialect.paramstyle in ("format", "pyformat") else "?"
        group = f"({', '.join([mark] * self._width)})"
        for chunk in _powers_of_two(rows):
            statement = self._head + ", ".join([group] * len(chunk))
            connection.exec_driver_sql(statement, tuple(value for row in chunk for value in row))


def _powers_of_two(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    start, size = 0, ROWS_AT_ONCE
    while start < len(rows):
        while size > len(rows) - start:
            size //= 2
        yield rows[start : start + size]
        start += size
