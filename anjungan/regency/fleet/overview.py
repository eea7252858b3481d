"""What staff see of the kiosks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import Row, select

from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId, VillageCode
from anjungan.protocol.messages import Health
from anjungan.protocol.topics import UpKind
from anjungan.regency.fleet.presence import Connection, PresenceRule, Watch
from anjungan.regency.inbox.beats import InboxBeat, read_beat
from anjungan.regency.store.tables import DROPPED_MESSAGES, KIOSKS


@dataclass(frozen=True, slots=True)
class KioskView:
    """One kiosk: whether it is there, and the last it said of itself.

    ``offline_since`` is None unless it is offline.
    """

    kiosk: KioskId
    village: VillageCode
    connection: Connection
    last_report_at: datetime | None
    offline_since: datetime | None
    version: str
    health: Health | None
    health_at: datetime | None


@dataclass(frozen=True, slots=True)
class FleetView:
    """All kiosks that were ever heard of, and the inbox they are heard by."""

    kiosks: Sequence[KioskView]
    inbox: InboxBeat | None


@dataclass(frozen=True, slots=True)
class DroppedCount:
    """How many messages were dropped for one reason."""

    reason: str
    times: int
    last_at: datetime


def read_fleet(
    connection: DatabaseConnection, *, report_interval_s: float, now: datetime
) -> FleetView:
    """All kiosks by id."""
    beat = read_beat(connection)
    rule = _rule(beat, report_interval_s)
    rows = connection.execute(select(KIOSKS).order_by(KIOSKS.c.kiosk))
    return FleetView([_view(row, rule, now) for row in rows], beat)


def read_kiosk(
    connection: DatabaseConnection, kiosk: KioskId, *, report_interval_s: float, now: datetime
) -> KioskView | None:
    """One kiosk; None where it was never heard of."""
    rule = _rule(read_beat(connection), report_interval_s)
    row = connection.execute(select(KIOSKS).where(KIOSKS.c.kiosk == kiosk)).one_or_none()
    return None if row is None else _view(row, rule, now)


def read_dropped(connection: DatabaseConnection, kiosk: KioskId) -> Sequence[DroppedCount]:
    """Messages of a kiosk nobody could answer, by reason."""
    rows = connection.execute(
        select(DROPPED_MESSAGES)
        .where(DROPPED_MESSAGES.c.kiosk == kiosk)
        .order_by(DROPPED_MESSAGES.c.reason)
    )
    return [DroppedCount(row.reason, row.times, row.last_at) for row in rows]


def _rule(beat: InboxBeat | None, report_interval_s: float) -> PresenceRule:
    since = None if beat is None else beat.started_at
    return PresenceRule(timedelta(seconds=report_interval_s), since)


def _view(row: "Row[tuple[object, ...]]", rule: PresenceRule, now: datetime) -> KioskView:
    watch = Watch(row.last_report_at, row.reports_since_silence, row.will_at)
    health = None if row.health is None else contract.decode(UpKind.HEALTH, row.health)
    connection = rule.connection(watch, now)
    return KioskView(
        kiosk=KioskId(row.kiosk),
        village=VillageCode(row.village),
        connection=connection,
        last_report_at=row.last_report_at,
        offline_since=rule.offline_since(watch) if connection is Connection.OFFLINE else None,
        version=row.version,
        health=health if isinstance(health, Health) else None,
        health_at=row.health_at,
    )
