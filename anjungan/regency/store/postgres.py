"""PostgreSQL: many workers, on one machine or several.

Readers run in REPEATABLE READ READ ONLY: one state, as in SQLite, and never a conflict. Writers run
in READ COMMITTED under an advisory lock that lasts as long as the transaction: ``writing`` takes it
alone, so that code which reads, decides and then writes is as safe as on SQLite, without being
repeated; ``writing_beside_others`` shares it with its like. READ COMMITTED is needed for that: a
stronger level would fix its snapshot before the lock is granted (decision 0035).
"""

from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from anjungan.regency.store.address import PostgresUrl
from anjungan.regency.store.transactions import Kind, kind_of

CONNECTIONS: Final = 5
MORE_CONNECTIONS: Final = 10
"""Kept open, and opened for a rush: a process holds at most 15 of the server's 100."""
CONNECT_TIMEOUT_S: Final = 10
POOL_TIMEOUT_S: Final = 10
KEPT_FOR_S: Final = 1800
STATEMENT_TIMEOUT_MS: Final = 30_000
LOCK_TIMEOUT_MS: Final = 10_000
IDLE_IN_TRANSACTION_TIMEOUT_MS: Final = 60_000
TCP_USER_TIMEOUT_MS: Final = 30_000

_WRITERS_LOCK: Final = 0x616E6A_0001
"""Advisory locks are numbers of the database's own; this one is ours."""


def postgres_engine(address: PostgresUrl) -> Engine:
    """An engine; nothing is connected yet.

    A connection is tried before it is used, so a server that was restarted costs no error.
    """
    engine = create_engine(
        address.url,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        pool_timeout=POOL_TIMEOUT_S,
        pool_recycle=KEPT_FOR_S,
        pool_pre_ping=True,
        connect_args=connect_arguments(address),
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _blot_out_values)
    return engine


def connect_arguments(address: PostgresUrl) -> dict[str, Any]:
    """What every connection is made with, as far as the URL does not say otherwise."""
    return {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "application_name": "anjungan",
        "tcp_user_timeout": TCP_USER_TIMEOUT_MS,
        "keepalives_idle": 30,
        **dict(address.url.query),
    }


def isolation_of(kind: Kind) -> dict[str, Any]:
    """The execution options that give transactions of this kind their level."""
    if kind is Kind.READING:
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {"isolation_level": "READ COMMITTED"}


def no_time_limits(connection: Connection) -> None:
    """For this transaction: a migration or a back-up takes as long as it takes."""
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {name} = 0")


def _prepare_connection(dbapi_connection: Any, entry: ConnectionPoolEntry) -> None:
    del entry
    dbapi_connection.autocommit = True
    cursor = dbapi_connection.cursor()
    for name, milliseconds in (
        ("statement_timeout", STATEMENT_TIMEOUT_MS),
        ("lock_timeout", LOCK_TIMEOUT_MS),
        ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT_MS),
    ):
        cursor.execute(f"SET {name} = {milliseconds}")
    # a receipt is a promise: a server that was told to hurry is told to wait for its disk
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    )
    cursor.close()
    dbapi_connection.autocommit = False


def _begin(connection: Connection) -> None:
    match kind_of(connection):
        case Kind.READING:
            pass
        case Kind.WRITING:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
        case Kind.WRITING_BESIDE_OTHERS:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({_WRITERS_LOCK})")


def _blot_out_values(context: ExceptionContext) -> None:
    """PostgreSQL's words quote what was to be stored; keep the kind and the constraint alone."""
    error = context.original_exception
    diagnostics = getattr(error, "diag", None)
    wrapped = context.sqlalchemy_exception
    if getattr(error, "sqlstate", None) is None or not isinstance(wrapped, DBAPIError):
        return  # from the driver or the line; those words are about connections
    place = getattr(diagnostics, "constraint_name", None) or ""
    words = f"{type(error).__name__} {getattr(error, 'sqlstate', '')} {place}".rstrip()
    error.args = (words,)
    wrapped.args = (f"({type(error).__module__}.{type(error).__name__}) {words}",)
