"""Insert or replace, in the words SQLite and PostgreSQL share."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def replacing_insert(connection: Connection, table: Table, changed: Sequence[str]) -> Executable:
    """An INSERT that sets the columns ``changed`` where a row with the primary key stands already.

    Execute it with one or many dictionaries of all the columns it is to write.
    """
    return _statement(connection.dialect.name, table, tuple(changed))


def ignoring_insert(connection: Connection, table: Table) -> Executable:
    """An INSERT that leaves a row with the same primary key as it stands."""
    return _ignoring_statement(connection.dialect.name, table)


@cache
def _statement(dialect: str, table: Table, changed: tuple[str, ...]) -> Executable:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in changed},
    )


@cache
def _ignoring_statement(dialect: str, table: Table) -> Executable:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing(index_elements=list(table.primary_key.columns))
