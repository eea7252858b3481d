"""Inserting many rows at once, past SQLAlchemy's work for every single value.

The inbox writes some thousand rows a second in a burst; preparing each through SQLAlchemy takes
longer than storing it. Values are given as the database keeps them: moments by ``milliseconds``.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table

from anjungan.regency.store.columns import milliseconds

__all__ = ["BulkInsert", "milliseconds"]


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
        if not rows:
            return
        mark = "%s" if connection.dialect.paramstyle in ("format", "pyformat") else "?"
        statement = f"{self._head}({', '.join([mark] * self._width)})"
        connection.exec_driver_sql(statement, list(rows))
