"""Login sessions, kept in the database; the cookie holds a random token, the table its digest."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from anjungan.regency.staff.accounts import StaffMember, staff_with_id
from anjungan.regency.store.tables import SESSIONS

LONGEST: Final = timedelta(hours=12)
IDLE: Final = timedelta(hours=1)
MAX_BROWSER_CHARACTERS: Final = 60
_NOTE_USE_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A login. ``form_token`` must come back with every form (CSRF)."""

    staff: StaffMember
    form_token: str


def begin_session(connection: Connection, staff_id: int, now: datetime, browser: str = "") -> str:
    """Begin a session and return the cookie's new token; outworn sessions are deleted."""
    connection.execute(
        delete(SESSIONS).where(
            or_(SESSIONS.c.created_at < now - LONGEST, SESSIONS.c.last_used_at < now - IDLE)
        )
    )
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(SESSIONS).values(
            token_digest=_digest(token),
            id=secrets.token_hex(8),
            staff_id=staff_id,
            browser=browser[:MAX_BROWSER_CHARACTERS],
            form_token=secrets.token_urlsafe(32),
            created_at=now,
            last_used_at=now,
        )
    )
    return token


def find_session(connection: Connection, token: str, now: datetime) -> Session | None:
    """The live session of a cookie, or None."""
    row = connection.execute(
        select(SESSIONS).where(
            SESSIONS.c.token_digest == _digest(token),
            SESSIONS.c.created_at >= now - LONGEST,
            SESSIONS.c.last_used_at >= now - IDLE,
        )
    ).one_or_none()
    if row is None:
        return None
    staff = staff_with_id(connection, row.staff_id)
    return None if staff is None else Session(staff, row.form_token)


def note_use(connection: Connection, token: str, now: datetime) -> None:
    """Somebody is working with the session; written at most once a minute."""
    connection.execute(
        update(SESSIONS)
        .where(
            SESSIONS.c.token_digest == _digest(token),
            SESSIONS.c.last_used_at < now - _NOTE_USE_EVERY,
        )
        .values(last_used_at=now)
    )


def end_session(connection: Connection, token: str) -> None:
    """Log out."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.token_digest == _digest(token)))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
