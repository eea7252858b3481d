"""Looking accounts up, for lists and commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, func, select

from anjungan.regency.staff.accounts import StaffMember, staff_of
from anjungan.regency.staff.sessions import IDLE, LONGEST
from anjungan.regency.store.tables import SECOND_FACTORS, SESSIONS, STAFF

if TYPE_CHECKING:
    from sqlalchemy import Row


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """An account as a list of accounts shows it."""

    staff: StaffMember
    is_enabled: bool
    must_change_password: bool
    one_time_until: datetime | None
    has_second_factor: bool
    created_at: datetime
    last_login_at: datetime | None


def list_staff(connection: Connection) -> Sequence[StaffEntry]:
    """All accounts: enabled ones first, then by name."""
    rows = connection.execute(_entries().order_by(STAFF.c.disabled_at.is_not(None), STAFF.c.name))
    return [_entry(row) for row in rows]


def staff_entry(connection: Connection, staff_id: int) -> StaffEntry | None:
    """One account."""
    row = connection.execute(_entries().where(STAFF.c.id == staff_id)).one_or_none()
    return None if row is None else _entry(row)


def staff_with_name(connection: Connection, name: str) -> StaffMember | None:
    """The account that logs in with that name."""
    row = connection.execute(
        select(STAFF).where(STAFF.c.name == name.strip().lower())
    ).one_or_none()
    return None if row is None else staff_of(row)


def count_sessions(connection: Connection, now: datetime) -> dict[int, int]:
    """How many live sessions each account has; none where it is missing."""
    rows = connection.execute(
        select(SESSIONS.c.staff_id, func.count())
        .where(SESSIONS.c.created_at >= now - LONGEST, SESSIONS.c.last_used_at >= now - IDLE)
        .group_by(SESSIONS.c.staff_id)
    )
    return {staff_id: number for staff_id, number in rows}  # noqa: C416 - a Row is no pair


def _entries() -> "Select[Any]":
    return select(STAFF, SECOND_FACTORS.c.confirmed_at).outerjoin(
        SECOND_FACTORS, SECOND_FACTORS.c.staff_id == STAFF.c.id
    )


def _entry(row: "Row[Any]") -> StaffEntry:
    return StaffEntry(
        staff=staff_of(row),
        is_enabled=row.disabled_at is None,
        must_change_password=row.one_time_until is not None,
        one_time_until=row.one_time_until,
        has_second_factor=row.confirmed_at is not None,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
    )
