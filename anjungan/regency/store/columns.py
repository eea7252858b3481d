"""Column types with a meaning of their own."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


def milliseconds(time: datetime) -> int:
    """Milliseconds since 1970 in UTC; a naive time is a bug."""
    if time.tzinfo is None:
        raise ValueError("moments carry a time zone")
    return round(time.timestamp() * 1000)


def moment(since_1970_ms: int) -> datetime:
    """The time of so many milliseconds, in UTC."""
    return datetime.fromtimestamp(since_1970_ms / 1000, tz=UTC)


class Instant(TypeDecorator[datetime]):
    """A moment, stored as milliseconds since 1970 in UTC on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Aware time to milliseconds; a naive time is a bug."""
        del dialect
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Milliseconds to UTC time."""
        del dialect
        return None if value is None else moment(value)
