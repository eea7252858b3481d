"""Slowing down whoever guesses passwords or codes, without locking their owner out.

Failures are counted for the account from one address, for the address, and for the account from
everywhere. A browser its owner has logged in with before is counted by itself alone: strangers on
many addresses slow each other down and not the owner (decision 0021).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from anjungan.regency.store.tables import LOGIN_FAILURES

LONGEST_DELAY: Final = timedelta(minutes=15)
FORGET_AFTER: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Allowance:
    """``free`` failures cost nothing; one is forgiven every ``forgiven_every``."""

    free: int
    forgiven_every: timedelta


OF_ACCOUNT_AND_ADDRESS: Final = Allowance(3, timedelta(hours=1))
OF_ADDRESS: Final = Allowance(30, timedelta(minutes=10))
"""A whole office may share one address."""
OF_ACCOUNT: Final = Allowance(20, timedelta(minutes=30))
OF_KNOWN_BROWSER: Final = Allowance(3, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries: a typed name, an address, and the token of a browser known for that account."""

    name: str
    address: str
    known_browser: str = ""

    def __repr__(self) -> str:
        return "Attempt(…)"


def remaining_delay(connection: Connection, attempt: Attempt, now: datetime) -> timedelta:
    """How long to wait before this may be tried again."""
    remaining = timedelta(0)
    for key, allowance in _keys(attempt):
        row = connection.execute(
            select(LOGIN_FAILURES).where(LOGIN_FAILURES.c.key_digest == key)
        ).one_or_none()
        if row is not None:
            ends = row.last_at + delay_after(row.failures, allowance.free)
            remaining = max(remaining, ends - now)
    return remaining


def delay_after(failures: int, free: int = OF_ACCOUNT_AND_ADDRESS.free) -> timedelta:
    """The delay a number of failures has earned: none at first, then doubled each time."""
    if failures < free:
        return timedelta(0)
    return min(LONGEST_DELAY, timedelta(seconds=1 << min(failures - free + 1, 16)))


def note_failure(connection: Connection, attempt: Attempt, now: datetime) -> None:
    """Count a failed login."""
    connection.execute(delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.last_at < now - FORGET_AFTER))
    for key, allowance in _keys(attempt):
        row = connection.execute(
            select(LOGIN_FAILURES).where(LOGIN_FAILURES.c.key_digest == key)
        ).one_or_none()
        if row is None:
            connection.execute(
                insert(LOGIN_FAILURES).values(key_digest=key, failures=1, last_at=now)
            )
            continue
        forgiven = max(0, (now - row.last_at) // allowance.forgiven_every)
        connection.execute(
            update(LOGIN_FAILURES)
            .where(LOGIN_FAILURES.c.key_digest == key)
            .values(failures=max(0, row.failures - forgiven) + 1, last_at=now)
        )


def note_success(connection: Connection, attempt: Attempt) -> None:
    """Forget the failures of this account from this place; those counted elsewhere stay."""
    own, _ = _keys(attempt)[0]
    connection.execute(delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.key_digest == own))


def _keys(attempt: Attempt) -> Sequence[tuple[bytes, Allowance]]:
    name = attempt.name.strip().lower()
    if attempt.known_browser:
        return [(_digest("browser", name, attempt.known_browser), OF_KNOWN_BROWSER)]
    return [
        (_digest("both", name, attempt.address), OF_ACCOUNT_AND_ADDRESS),
        (_digest("address", attempt.address), OF_ADDRESS),
        (_digest("account", name), OF_ACCOUNT),
    ]


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()
