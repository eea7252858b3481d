"""Planned maintenance: kiosks that are worked on are shown so, and nobody is sent messages."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Row, insert, select, update

from anjungan.protocol.identity import KioskId
from anjungan.regency.alerts.districts import DistrictCode, district_of
from anjungan.regency.store.tables import KIOSKS, MAINTENANCE_WINDOWS

MAX_REASON_CHARACTERS: Final = 200
LONGEST: Final = timedelta(days=30)


class WindowScope(enum.Enum):
    """How much a window covers."""

    KIOSK = "kiosk"
    DISTRICT = "district"
    REGENCY = "regency"


@dataclass(frozen=True, slots=True)
class Window:
    """One planned maintenance. ``place`` is a kiosk, a kecamatan's code, or empty."""

    id: int
    scope: WindowScope
    place: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    created_by: str

    def covers(self, kiosk: KioskId | None, district: DistrictCode | None) -> bool:
        """Whether something of that kiosk or kecamatan (None: of the regency) is inside it."""
        match self.scope:
            case WindowScope.KIOSK:
                return kiosk is not None and self.place == kiosk
            case WindowScope.DISTRICT:
                return district is not None and self.place == district
            case WindowScope.REGENCY:
                return True


def windows_at(connection: Connection, now: datetime) -> Sequence[Window]:
    """The windows that are open at ``now``."""
    return [each for each in windows_ahead(connection, now) if each.starts_at <= now]


def windows_ahead(connection: Connection, now: datetime) -> Sequence[Window]:
    """The windows that are open at ``now`` or will be, the soonest first."""
    rows = connection.execute(
        select(MAINTENANCE_WINDOWS)
        .where(
            MAINTENANCE_WINDOWS.c.ends_at > now,
            MAINTENANCE_WINDOWS.c.cancelled_at.is_(None),
        )
        .order_by(MAINTENANCE_WINDOWS.c.starts_at, MAINTENANCE_WINDOWS.c.id)
    )
    return [_window(row) for row in rows]


def kiosks_in_maintenance(connection: Connection, now: datetime) -> Mapping[KioskId, datetime]:
    """The kiosks inside a window at ``now``, and when the last window around each ends."""
    windows = windows_at(connection, now)
    if not windows:
        return {}
    until: dict[KioskId, datetime] = {}
    for (text,) in connection.execute(select(KIOSKS.c.kiosk)):
        kiosk = KioskId(text)
        ends = [each.ends_at for each in windows if each.covers(kiosk, district_of(kiosk))]
        if ends:
            until[kiosk] = max(ends)
    return until


def plan_window(
    connection: Connection,
    *,
    scope: WindowScope,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: str,
    now: datetime,
) -> int:
    """Plan a maintenance and return its number."""
    window_id: int = connection.execute(
        insert(MAINTENANCE_WINDOWS)
        .values(
            scope=scope.value,
            place=place,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
            created_at=now,
            created_by=by,
        )
        .returning(MAINTENANCE_WINDOWS.c.id)
    ).scalar_one()
    return window_id


def end_window(connection: Connection, window_id: int, now: datetime) -> Window | None:
    """End a window before its time; None where it is over already, or never was."""
    row = connection.execute(
        select(MAINTENANCE_WINDOWS).where(
            MAINTENANCE_WINDOWS.c.id == window_id,
            MAINTENANCE_WINDOWS.c.ends_at > now,
            MAINTENANCE_WINDOWS.c.cancelled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    connection.execute(
        update(MAINTENANCE_WINDOWS)
        .where(MAINTENANCE_WINDOWS.c.id == window_id)
        .values(cancelled_at=now)
    )
    return _window(row)


def _window(row: "Row[tuple[object, ...]]") -> Window:
    return Window(
        id=row.id,
        scope=WindowScope(row.scope),
        place=row.place,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        created_by=row.created_by,
    )
