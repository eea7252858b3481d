"""Where the database is: a SQLite file, or a PostgreSQL server by its URL."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

SCHEMES: Final = ("postgresql", "postgres")
_DRIVER: Final = "postgresql+psycopg"


class AddressError(ValueError):
    """The URL names no PostgreSQL database; the message never quotes it."""


@dataclass(frozen=True, slots=True, repr=False)
class PostgresUrl:
    """A PostgreSQL database; the URL may hold a password, which no text of ours repeats."""

    url: URL

    def __repr__(self) -> str:
        return f"PostgresUrl({self.url.render_as_string(hide_password=True)!r})"


DatabaseAddress = Path | PostgresUrl


def parse_database_url(text: str) -> PostgresUrl:
    """Read ``postgresql://user:password@host:port/name?option=value``; raise AddressError.

    Without a password libpq looks into ``PGPASSFILE`` or ``~/.pgpass``, or the file named by the
    option ``passfile``. A UNIX socket is named as ``postgresql:///name?host=/run/postgresql``.
    """
    try:
        scheme = urlsplit(text).scheme
        url = make_url(text) if scheme in SCHEMES else None
    except (ArgumentError, ValueError):
        url = None
    if url is None or not url.database:
        # not chained: the library's words may quote the URL, and the URL may hold a password
        raise AddressError("expected postgresql://user@host/database") from None
    return PostgresUrl(url.set(drivername=_DRIVER))
