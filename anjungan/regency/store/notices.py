"""Words between processes at one PostgreSQL (NOTIFY): something changed, look for yourself.

Sent with the commit and never before it. Only a hint: whoever listens looks by itself from time to
time as well. SQLite has no such thing; there the processes stand on one machine (see wake.py).
"""

from typing import Final

from sqlalchemy import Connection

STATUSES: Final = "anjungan_statuses"
"""A status is to be sent to a kiosk."""


def announce(connection: Connection, channel: str) -> None:
    """Tell those who listen, once this transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_notify(%s, '')", (channel,))
