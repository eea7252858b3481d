"""Slowing down whoever guesses passwords: a growing delay per account and address."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from anjungan.regency.store.tables import LOGIN_FAILURES

FREE_FAILURES: Final = 3
FREE_FAILURES_OF_ADDRESS: Final = 30
LONGEST_DELAY: Final = timedelta(minutes=15)
FORGET_AFTER: Final = timedelta(hours=24)


def remaining_delay(connection: Connection, name: str, address: str, now: datetime) -> timedelta:
    """How long this address has to wait before it may try this account again."""
    remaining = timedelta(0)
    for key, free in _keys(name, address):
        row = connection.execute(
            select(LOGIN_FAILURES).where(LOGIN_FAILURES.c.key_digest == key)
        ).one_or_none()
        if row is not None:
            remaining = max(remaining, row.last_at + delay_after(row.failures, free) - now)
    return remaining


def delay_after(failures: int, free: int = FREE_FAILURES) -> timedelta:
    """The delay a number of failures has earned: none at first, then doubled each time."""
    if failures < free:
        return timedelta(0)
    return min(LONGEST_DELAY, timedelta(seconds=1 << min(failures - free + 1, 16)))


def note_failure(connection: Connection, name: str, address: str, now: datetime) -> None:
    """Count a failed login."""
    connection.execute(delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.last_at < now - FORGET_AFTER))
    for key, _ in _keys(name, address):
        counted = connection.execute(
            update(LOGIN_FAILURES)
            .where(LOGIN_FAILURES.c.key_digest == key)
            .values(failures=LOGIN_FAILURES.c.failures + 1, last_at=now)
        )
        if counted.rowcount == 0:
            connection.execute(
                insert(LOGIN_FAILURES).values(key_digest=key, failures=1, last_at=now)
            )


def note_success(connection: Connection, name: str, address: str) -> None:
    """Forget the failures of this account from this address; those of the address stay."""
    account_key, _ = _keys(name, address)[0]
    connection.execute(delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.key_digest == account_key))


def _keys(name: str, address: str) -> tuple[tuple[bytes, int], tuple[bytes, int]]:
    account = hashlib.sha256(f"{name.strip().lower()}\n{address}".encode()).digest()
    only_address = hashlib.sha256(address.encode()).digest()
    return (account, FREE_FAILURES), (only_address, FREE_FAILURES_OF_ADDRESS)
