"""Alarms about clones: a second connection with one kiosk's identity.

The line notices them (the broker ends one connection when another comes with the same identity);
here they are kept as incidents, so that one clone that fights for the line for a day is one alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from anjungan.protocol.identity import KioskId, VillageCode, village_of
from anjungan.regency.audit.trail import Actor, AuditAction, record, system_actor
from anjungan.regency.store.tables import CLONE_ALARMS

MAX_DETAIL_CHARACTERS: Final = 200
QUIET_FOR: Final = timedelta(hours=24)
"""A sign that comes later than this after the last begins a new incident."""


@dataclass(frozen=True, slots=True)
class CloneAlarm:
    """One incident. It stays open until somebody closes it."""

    id: int
    kiosk: KioskId
    first_at: datetime
    last_at: datetime
    times: int
    detail: str
    closed_at: datetime | None
    closed_by_name: str


def record_clone(connection: Connection, kiosk: KioskId, detail: str, now: datetime) -> bool:
    """Note a sign of a clone; True when it begins an incident. ``detail`` is ours and short."""
    noted = connection.execute(
        update(CLONE_ALARMS)
        .where(
            CLONE_ALARMS.c.kiosk == kiosk,
            CLONE_ALARMS.c.closed_at.is_(None),
            CLONE_ALARMS.c.last_at > now - QUIET_FOR,
        )
        .values(times=CLONE_ALARMS.c.times + 1, last_at=now)
    )
    if noted.rowcount:
        return False
    connection.execute(
        insert(CLONE_ALARMS).values(
            kiosk=kiosk,
            first_at=now,
            last_at=now,
            times=1,
            detail=detail[:MAX_DETAIL_CHARACTERS],
            closed_by_name="",
        )
    )
    record(
        connection,
        system_actor("line"),
        AuditAction.CLONE_SUSPECTED,
        subject=kiosk,
        now=now,
        village=village_of(kiosk),
        detail=detail,
    )
    return True


def open_clone_alarms(
    connection: Connection, scope: VillageCode | None = None
) -> Sequence[CloneAlarm]:
    """Alarms nobody has closed, the newest first; of one village where ``scope`` names it."""
    rows = connection.execute(
        select(CLONE_ALARMS)
        .where(CLONE_ALARMS.c.closed_at.is_(None))
        .order_by(CLONE_ALARMS.c.last_at.desc(), CLONE_ALARMS.c.id.desc())
    )
    return [_view(row) for row in rows if scope is None or row.kiosk.startswith(scope)]


def clone_alarms_of(connection: Connection, kiosk: KioskId) -> Sequence[CloneAlarm]:
    """All alarms of a kiosk, the newest first."""
    rows = connection.execute(
        select(CLONE_ALARMS)
        .where(CLONE_ALARMS.c.kiosk == kiosk)
        .order_by(CLONE_ALARMS.c.last_at.desc(), CLONE_ALARMS.c.id.desc())
    )
    return [_view(row) for row in rows]


def close_clone_alarm(connection: Connection, alarm_id: int, actor: Actor, now: datetime) -> bool:
    """Somebody has looked into it; False when there is no such open alarm."""
    row = connection.execute(
        select(CLONE_ALARMS.c.kiosk).where(
            CLONE_ALARMS.c.id == alarm_id, CLONE_ALARMS.c.closed_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return False
    connection.execute(
        update(CLONE_ALARMS)
        .where(CLONE_ALARMS.c.id == alarm_id)
        .values(closed_at=now, closed_by_name=actor.name)
    )
    kiosk = KioskId(row.kiosk)
    record(
        connection,
        actor,
        AuditAction.CLONE_ALARM_CLOSED,
        subject=kiosk,
        now=now,
        village=village_of(kiosk),
    )
    return True


def _view(row: Any) -> CloneAlarm:
    return CloneAlarm(
        row.id,
        KioskId(row.kiosk),
        row.first_at,
        row.last_at,
        row.times,
        row.detail,
        row.closed_at,
        row.closed_by_name,
    )
