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
from anjungan.regency.store.tables import DROPPED_MESSAGES, EVENTS, KIOSKS, RECEIVED_MESSAGES


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


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message that was refused for good."""

    kind: str
    code: str
    reason: str
    message_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class KioskEvent:
    """Something a kiosk told."""

    kind: str
    detail: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class KioskHistory:
    """The newest events and refusals of a kiosk, and its dropped messages."""

    events: Sequence[KioskEvent]
    refused: Sequence[RefusedMessage]
    dropped: Sequence[DroppedCount]


def read_fleet(
    connection: DatabaseConnection, *, report_interval_s: float, now: datetime
) -> FleetView:
    """All kiosks by id."""
    beat = read_beat(connection)
    rule = PresenceRule(
        timedelta(seconds=report_interval_s), None if beat is None else beat.started_at
    )
    rows = connection.execute(select(KIOSKS).order_by(KIOSKS.c.kiosk))
    return FleetView([_view(row, rule, now) for row in rows], beat)


def read_history(connection: DatabaseConnection, kiosk: KioskId, limit: int = 20) -> KioskHistory:
    """What a kiosk's page shows below its state."""
    events = connection.execute(
        select(EVENTS)
        .where(EVENTS.c.kiosk == kiosk)
        .order_by(EVENTS.c.received_at.desc())
        .limit(limit)
    )
    refused = connection.execute(
        select(RECEIVED_MESSAGES)
        .where(RECEIVED_MESSAGES.c.kiosk == kiosk, RECEIVED_MESSAGES.c.refusal.is_not(None))
        .order_by(RECEIVED_MESSAGES.c.received_at.desc())
        .limit(limit)
    )
    dropped = connection.execute(
        select(DROPPED_MESSAGES)
        .where(DROPPED_MESSAGES.c.kiosk == kiosk)
        .order_by(DROPPED_MESSAGES.c.reason)
    )
    return KioskHistory(
        events=[KioskEvent(row.kind, row.detail, row.sent_at) for row in events],
        refused=[
            RefusedMessage(row.kind, row.refusal, row.reason, row.message_id, row.received_at)
            for row in refused
        ],
        dropped=[DroppedCount(row.reason, row.times, row.last_at) for row in dropped],
    )


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
