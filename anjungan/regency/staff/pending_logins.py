"""Logins half-way: the password was right, and a code or a new password is still to come.

Nothing but the login's own pages takes one for anything; it is made anew at each login, lasts ten
minutes and ends with the login.
"""

import enum
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from anjungan.regency.staff.accounts import StaffMember, staff_of
from anjungan.regency.staff.permissions import Role
from anjungan.regency.staff.second_factor import factor_of
from anjungan.regency.store.tables import PENDING_LOGINS, STAFF

LASTS: Final = timedelta(minutes=10)


class Step(enum.Enum):
    """What a login still needs."""

    CODE = "code"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a step
    SET_UP_FACTOR = "set_up_factor"


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """A login half-way, and its next step; None when nothing is missing any more."""

    staff: StaffMember
    form_token: str
    step: Step | None

    def __repr__(self) -> str:
        return f"PendingLogin(staff={self.staff.id}, step={self.step})"


def next_step(
    connection: Connection,
    staff: StaffMember,
    *,
    factor_passed: bool,
    administrators_need_factor: bool,
) -> Step | None:
    """What somebody who gave the right password must do next; None: begin the session."""
    factor = factor_of(connection, staff.id)
    counts = factor is not None and factor.counts
    if counts and not factor_passed:
        return Step.CODE
    one_time = connection.execute(
        select(STAFF.c.one_time_until).where(STAFF.c.id == staff.id)
    ).scalar_one()
    if one_time is not None:
        return Step.NEW_PASSWORD
    if administrators_need_factor and staff.role is Role.ADMINISTRATOR and not counts:
        return Step.SET_UP_FACTOR
    return None


def begin_pending_login(
    connection: Connection, staff_id: int, now: datetime, *, factor_passed: bool
) -> str:
    """Returns the cookie's new token; outworn ones are deleted."""
    connection.execute(delete(PENDING_LOGINS).where(PENDING_LOGINS.c.began_at < now - LASTS))
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(PENDING_LOGINS).values(
            token_digest=_digest(token),
            staff_id=staff_id,
            form_token=secrets.token_urlsafe(32),
            second_factor_passed=factor_passed,
            began_at=now,
        )
    )
    return token


def find_pending_login(
    connection: Connection, token: str, now: datetime, *, administrators_need_factor: bool
) -> PendingLogin | None:
    """The login of a cookie, or None when there is none or it took too long."""
    row = connection.execute(
        select(PENDING_LOGINS.c.form_token, PENDING_LOGINS.c.second_factor_passed, STAFF)
        .join(STAFF, STAFF.c.id == PENDING_LOGINS.c.staff_id)
        .where(
            PENDING_LOGINS.c.token_digest == _digest(token),
            PENDING_LOGINS.c.began_at >= now - LASTS,
            STAFF.c.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    staff = staff_of(row)
    step = next_step(
        connection,
        staff,
        factor_passed=row.second_factor_passed,
        administrators_need_factor=administrators_need_factor,
    )
    return PendingLogin(staff, row.form_token, step)


def end_pending_login(connection: Connection, token: str) -> None:
    """It became a session, or was given up."""
    connection.execute(
        delete(PENDING_LOGINS).where(PENDING_LOGINS.c.token_digest == _digest(token))
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
