"""Changing accounts: role, village, password, being enabled. Each change is written to the audit.

Changes of role or village, disabling and new passwords end the sessions of the account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, delete, select, update

from anjungan.protocol.identity import VillageCode
from anjungan.regency.audit.trail import Actor, AuditAction, record
from anjungan.regency.staff.accounts import (
    AccountError,
    StaffMember,
    add_staff,
    clean_display_name,
    hash_password,
    staff_with_id,
)
from anjungan.regency.staff.passwords import new_one_time_password
from anjungan.regency.staff.permissions import Role
from anjungan.regency.staff.second_factor import remove_factor
from anjungan.regency.staff.sessions import end_sessions_of
from anjungan.regency.store.tables import KNOWN_BROWSERS, PENDING_LOGINS, STAFF

ONE_TIME_LASTS: Final = timedelta(hours=72)

ROLE_NAMES: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: "Pengelola",
        Role.STAFF: "Petugas kabupaten",
        Role.VILLAGE_OFFICER: "Petugas desa",
        Role.TECHNICIAN: "Teknisi",
        Role.VIEWER: "Pengamat",
    }
)


@dataclass(frozen=True, slots=True)
class Done:
    """The change was made; ``sessions_ended`` sessions ended with it."""

    sessions_ended: int = 0


@dataclass(frozen=True, slots=True)
class NoSuchAccount:
    """There is no account of that number."""


@dataclass(frozen=True, slots=True)
class LastAdministrator:
    """Nobody else could manage accounts any more; nothing was changed."""


@dataclass(frozen=True, slots=True)
class VillageMissing:
    """A village officer belongs to a village; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An account with a password for one time, to be told to its owner and shown once."""

    staff_id: int
    password: str
    until: datetime

    def __repr__(self) -> str:
        return f"Issued(staff_id={self.staff_id}, …)"


AccountChange = Done | NoSuchAccount | LastAdministrator | VillageMissing


def add_with_one_time_password(
    connection: Connection,
    actor: Actor,
    *,
    name: str,
    display_name: str,
    role: Role,
    village: VillageCode | None,
    now: datetime,
) -> Issued | AccountError:
    """Make an account whose first password is made here; an AccountError is returned."""
    password, until = new_one_time_password(), now + ONE_TIME_LASTS
    try:
        staff_id = add_staff(
            connection,
            name=name,
            display_name=display_name,
            role=role,
            village=village,
            password=password,
            now=now,
            one_time_until=until,
        )
    except AccountError as error:
        return error
    record_added(connection, actor, staff_id, now)
    return Issued(staff_id, password, until)


def record_added(connection: Connection, actor: Actor, staff_id: int, now: datetime) -> None:
    """Write down that an account was made."""
    staff = staff_with_id(connection, staff_id)
    if staff is not None:
        _write(
            connection,
            actor,
            AuditAction.ACCOUNT_ADDED,
            staff,
            now=now,
            detail=ROLE_NAMES[staff.role],
        )


def edit_staff(
    connection: Connection,
    actor: Actor,
    staff_id: int,
    *,
    display_name: str,
    role: Role,
    village: VillageCode | None,
    now: datetime,
) -> AccountChange:
    """Change name, role and village; ``village`` counts for village officers alone."""
    before = staff_with_id(connection, staff_id)
    if before is None:
        return NoSuchAccount()
    wanted_village = village if role is Role.VILLAGE_OFFICER else None
    if role is Role.VILLAGE_OFFICER and wanted_village is None:
        return VillageMissing()
    if role is not Role.ADMINISTRATOR and _is_last_administrator(connection, staff_id):
        return LastAdministrator()
    name = clean_display_name(display_name) or before.name
    changes = [
        words
        for differs, words in (
            (name != before.display_name, "nama tampil"),
            (role is not before.role, f"{ROLE_NAMES[before.role]} menjadi {ROLE_NAMES[role]}"),
            (wanted_village != before.village, f"desa {wanted_village or '–'}"),
        )
        if differs
    ]
    if not changes:
        return Done()
    connection.execute(
        update(STAFF)
        .where(STAFF.c.id == staff_id)
        .values(display_name=name, role=role.value, village=wanted_village)
    )
    _write(
        connection, actor, AuditAction.ACCOUNT_CHANGED, before, now=now, detail=", ".join(changes)
    )
    if role is before.role and wanted_village == before.village:
        return Done()
    return Done(_end_everything(connection, staff_id, forget_browsers=False))


def disable_staff(
    connection: Connection, actor: Actor, staff_id: int, now: datetime
) -> AccountChange:
    """Let somebody log in no more, at once."""
    staff = staff_with_id(connection, staff_id)
    if staff is None:
        return NoSuchAccount()
    if _is_last_administrator(connection, staff_id):
        return LastAdministrator()
    changed = connection.execute(
        update(STAFF)
        .where(STAFF.c.id == staff_id, STAFF.c.disabled_at.is_(None))
        .values(disabled_at=now)
    )
    ended = _end_everything(connection, staff_id)
    if changed.rowcount:
        _write(connection, actor, AuditAction.ACCOUNT_DISABLED, staff, now=now)
    return Done(ended)


def enable_staff(
    connection: Connection, actor: Actor, staff_id: int, now: datetime
) -> AccountChange:
    """Let somebody log in again."""
    staff = staff_with_id(connection, staff_id)
    if staff is None:
        return NoSuchAccount()
    changed = connection.execute(
        update(STAFF)
        .where(STAFF.c.id == staff_id, STAFF.c.disabled_at.is_not(None))
        .values(disabled_at=None)
    )
    if changed.rowcount:
        _write(connection, actor, AuditAction.ACCOUNT_ENABLED, staff, now=now)
    return Done()


def reset_password(
    connection: Connection, actor: Actor, staff_id: int, now: datetime
) -> Issued | NoSuchAccount:
    """Give somebody a new password for one time; whatever was open ends."""
    staff = staff_with_id(connection, staff_id)
    if staff is None:
        return NoSuchAccount()
    password, until = new_one_time_password(), now + ONE_TIME_LASTS
    connection.execute(
        update(STAFF)
        .where(STAFF.c.id == staff_id)
        .values(password_hash=hash_password(password), one_time_until=until)
    )
    _end_everything(connection, staff_id)
    _write(connection, actor, AuditAction.PASSWORD_RESET, staff, now=now)
    return Issued(staff_id, password, until)


def set_own_password(
    connection: Connection, actor: Actor, staff: StaffMember, new_hash: str, now: datetime
) -> None:
    """Somebody chose a password (``hash_password`` made the hash, outside this transaction).

    All sessions end, this one too: the caller begins a new one.
    """
    connection.execute(
        update(STAFF)
        .where(STAFF.c.id == staff.id)
        .values(password_hash=new_hash, one_time_until=None)
    )
    _end_everything(connection, staff.id)
    _write(connection, actor, AuditAction.PASSWORD_CHANGED, staff, now=now)


def take_second_factor_away(
    connection: Connection, actor: Actor, staff: StaffMember, now: datetime
) -> bool:
    """Ask somebody for no code any more; False where none was asked for."""
    removed = remove_factor(connection, staff.id)
    if removed:
        _write(connection, actor, AuditAction.SECOND_FACTOR_REMOVED, staff, now=now)
    return removed


def _is_last_administrator(connection: Connection, staff_id: int) -> bool:
    # a writing transaction is alone on both databases: two who demote each other meet here
    enabled = connection.execute(
        select(STAFF.c.id).where(
            STAFF.c.role == Role.ADMINISTRATOR.value, STAFF.c.disabled_at.is_(None)
        )
    ).scalars()
    return set(enabled) == {staff_id}


def _end_everything(connection: Connection, staff_id: int, *, forget_browsers: bool = True) -> int:
    connection.execute(delete(PENDING_LOGINS).where(PENDING_LOGINS.c.staff_id == staff_id))
    if forget_browsers:
        connection.execute(delete(KNOWN_BROWSERS).where(KNOWN_BROWSERS.c.staff_id == staff_id))
    return end_sessions_of(connection, staff_id)


def _write(
    connection: Connection,
    actor: Actor,
    action: AuditAction,
    staff: StaffMember,
    *,
    now: datetime,
    detail: str = "",
) -> None:
    record(
        connection,
        actor,
        action,
        subject=staff.name,
        now=now,
        village=staff.village,
        detail=detail,
    )
