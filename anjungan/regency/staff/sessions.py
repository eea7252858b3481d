"""Login sessions, kept in the database; the cookie holds a random token, the table its digest.

A token is always made here: one that a browser brings is looked up and never taken over.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from anjungan.regency.staff.accounts import StaffMember, staff_of
from anjungan.regency.store.tables import SESSIONS, STAFF

LONGEST: Final = timedelta(hours=12)
IDLE: Final = timedelta(hours=1)
MAX_BROWSER_CHARACTERS: Final = 60
_NOTE_USE_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A login. ``form_token`` must come back with every form (CSRF); ``id`` opens nothing."""

    staff: StaffMember
    form_token: str
    id: str = ""
    last_used_at: datetime | None = None

    def is_worth_noting(self, now: datetime) -> bool:
        """Whether its use is to be noted again; until then a page need not write anything."""
        return self.last_used_at is None or now - self.last_used_at > _NOTE_USE_EVERY


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as its owner sees it in a list."""

    id: str
    browser: str
    began_at: datetime
    last_used_at: datetime


def begin_session(connection: Connection, staff_id: int, now: datetime, browser: str = "") -> str:
    """Begin a session and return the cookie's new token; outworn sessions are deleted.

    ``browser`` is what its owner knows it by, without an address.
    """
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
            form_token=secrets.token_urlsafe(32),
            browser=browser[:MAX_BROWSER_CHARACTERS],
            created_at=now,
            last_used_at=now,
        )
    )
    return token


def find_session(connection: Connection, token: str, now: datetime) -> Session | None:
    """The live session of a cookie, or None; a disabled account has none."""
    row = connection.execute(
        select(
            SESSIONS.c.form_token,
            SESSIONS.c.id.label("session_id"),
            SESSIONS.c.last_used_at.label("session_used_at"),
            STAFF,
        )
        .join(STAFF, STAFF.c.id == SESSIONS.c.staff_id)
        .where(
            SESSIONS.c.token_digest == _digest(token),
            SESSIONS.c.created_at >= now - LONGEST,
            SESSIONS.c.last_used_at >= now - IDLE,
            STAFF.c.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return Session(staff_of(row), row.form_token, row.session_id, row.session_used_at)


def sessions_of(connection: Connection, staff_id: int, now: datetime) -> Sequence[SessionView]:
    """The live sessions of somebody, the one used last on top."""
    rows = connection.execute(
        select(SESSIONS)
        .where(
            SESSIONS.c.staff_id == staff_id,
            SESSIONS.c.created_at >= now - LONGEST,
            SESSIONS.c.last_used_at >= now - IDLE,
        )
        .order_by(SESSIONS.c.last_used_at.desc(), SESSIONS.c.created_at.desc(), SESSIONS.c.id)
    )
    return [SessionView(row.id, row.browser, row.created_at, row.last_used_at) for row in rows]


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


def end_session_with_id(connection: Connection, staff_id: int, session_id: str) -> bool:
    """Revoke one session of somebody; False when it is not theirs or has ended."""
    ended = connection.execute(
        delete(SESSIONS).where(SESSIONS.c.staff_id == staff_id, SESSIONS.c.id == session_id)
    )
    return ended.rowcount > 0


def end_sessions_of(connection: Connection, staff_id: int) -> int:
    """Revoke all sessions of somebody; returns how many."""
    ended = connection.execute(delete(SESSIONS).where(SESSIONS.c.staff_id == staff_id))
    return ended.rowcount


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
