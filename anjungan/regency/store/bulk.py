"""Statements over many rows at once, past SQLAlchemy's work for every single one.

The inbox reads and writes some ten thousand rows a second in a burst, and answers a single request
within a millisecond; preparing statements and values through SQLAlchemy would take longer than
running them. Values are given, and come, as the database keeps them: moments by ``milliseconds``.

A statement holds a power of two of rows or values, so that few statements are ever prepared, and
each is one step of the driver: while it works, other threads of this process do as well.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Table

from anjungan.regency.store.columns import milliseconds, moment

__all__ = ["BulkInsert", "BulkSelect", "BulkUpdate", "milliseconds", "moment"]

ROWS_AT_ONCE: Final = 128
VALUES_AT_ONCE: Final = 1024


class BulkInsert:
    """An INSERT of ``columns`` into ``table``; rows are tuples in that order."""

    def __init__(self, table: Table, *columns: str) -> None:
        _check(table, columns)
        names = ", ".join(columns)
        self._head = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608 - names of our own tables
        self._width = len(columns)

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert all rows; none is fine."""
        group = f"({_marks(connection, self._width)})"
        for piece in _powers_of_two(rows):
            statement = self._head + ", ".join([group] * len(piece))
            connection.exec_driver_sql(statement, tuple(chain.from_iterable(piece)))


class BulkUpdate:
    """An UPDATE of ``columns`` of the row with the value ``key``; rows are tuples, key last."""

    def __init__(self, table: Table, *columns: str, key: str) -> None:
        _check(table, (*columns, key))
        self._table, self._columns, self._key = table.name, columns, key

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Update all rows, in their order; none is fine."""
        if rows:
            mark = _marks(connection, 1)
            changes = ", ".join(f"{column} = {mark}" for column in self._columns)
            statement = f"UPDATE {self._table} SET {changes} WHERE {self._key} = {mark}"  # noqa: S608 - names of our own tables
            connection.exec_driver_sql(statement, list(rows) if len(rows) > 1 else rows[0])


class BulkSelect:
    """A SELECT of ``columns`` where any column of ``like`` has one of many values.

    With ``locked`` rows come in the order of the first column and belong to this transaction
    until its end, where the database knows locks of rows.
    """

    def __init__(
        self, table: Table, *columns: str, like: Sequence[str], locked: bool = False
    ) -> None:
        _check(table, (*columns, *like))
        self._head = f"SELECT {', '.join(columns)} FROM {table.name} WHERE "  # noqa: S608 - names of our own tables
        self._like = tuple(like)
        self._order = f" ORDER BY {columns[0]}" if locked else ""
        self._locked = locked

    def run(self, connection: Connection, *values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows, as tuples; for each column of ``like`` as many values as for the others.

        A row may come more than once where there are more than VALUES_AT_ONCE of them.
        """
        count = len(values[0])
        for start in range(0, count, VALUES_AT_ONCE):
            pieces = [_padded(each[start : start + VALUES_AT_ONCE]) for each in values]
            marks = _marks(connection, len(pieces[0]))
            where = " OR ".join(f"{column} IN ({marks})" for column in self._like)
            lock = " FOR UPDATE" if self._locked and _knows_row_locks(connection) else ""
            statement = f"{self._head}{where}{self._order}{lock}"
            rows = connection.exec_driver_sql(statement, tuple(chain.from_iterable(pieces)))
            yield from (tuple(row) for row in rows)


def _check(table: Table, columns: Sequence[str]) -> None:
    unknown = set(columns) - set(table.columns.keys())
    if unknown:
        raise ValueError(f"{table.name} has no column {', '.join(sorted(unknown))}")


def _marks(connection: Connection, count: int) -> str:
    mark = "%s" if connection.dialect.paramstyle in ("format", "pyformat") else "?"
    return ", ".join([mark] * count)


def _knows_row_locks(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _powers_of_two(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    start, size = 0, ROWS_AT_ONCE
    while start < len(rows):
        while size > len(rows) - start:
            size //= 2
        yield rows[start : start + size]
        start += size


def _padded(values: Sequence[Any]) -> list[Any]:
    """Up to the next power of two, with what is among them already."""
    size = 1 << (len(values) - 1).bit_length()
    return [*values, *[values[-1]] * (size - len(values))]
