"""Reading everything alerts are judged on, in a few queries for all kiosks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from anjungan.protocol.messages import EventKind
from anjungan.regency.alerts.settings import AlertSettings
from anjungan.regency.alerts.snapshot import (
    NO_EVENTS,
    FleetState,
    InboxState,
    KioskState,
    RecentEvents,
)
from anjungan.regency.alerts.versions import newest_version
from anjungan.regency.enrolment.clones import open_clone_alarms
from anjungan.regency.fleet.overview import read_fleet
from anjungan.regency.inbox.beats import InboxBeat
from anjungan.regency.store.tables import EVENTS, RECEIVED_MESSAGES

START_WINDOW: Final = timedelta(hours=1)
REFUSAL_WINDOW: Final = timedelta(hours=24)
EVENT_WINDOW: Final = timedelta(days=7)
"""No rule looks further back."""

_MOMENTS: Final = (
    EventKind.STORAGE_RECOVERED,
    EventKind.CONTACT_OPENED,
    EventKind.CONTACT_CLOSED,
)
_RESIDENTS_MESSAGES: Final = ("request", "amendment", "cancel")


def gather(
    connection: Connection, settings: AlertSettings, *, report_interval_s: float, now: datetime
) -> FleetState:
    """Everything as it is at ``now``."""
    fleet = read_fleet(connection, report_interval_s=report_interval_s, now=now)
    events = _recent_events(connection, now)
    refused = _refused(connection, now)
    clones = {alarm.kiosk: alarm.times for alarm in open_clone_alarms(connection)}
    kiosks = [
        KioskState(
            kiosk=view.kiosk,
            connection=view.connection,
            offline_since=view.offline_since,
            version=view.version,
            health=view.health,
            events=events.get(view.kiosk, NO_EVENTS),
            refused=refused.get(view.kiosk, 0),
            clone_signs=clones.get(view.kiosk, 0),
        )
        for view in fleet.kiosks
    ]
    newest = settings.newest_version or newest_version(each.version for each in kiosks)
    return FleetState(
        kiosks=kiosks,
        inbox=inbox_state(fleet.inbox, now),
        inbox_heard_at=None if fleet.inbox is None else fleet.inbox.beat_at,
        newest_version=newest,
    )


def inbox_state(beat: InboxBeat | None, now: datetime) -> InboxState:
    """What the inbox's last sign of life tells."""
    if beat is None:
        return InboxState.NEVER_STARTED
    if not beat.is_alive(now):
        return InboxState.DOWN
    return InboxState.LISTENING if beat.connected else InboxState.NO_BROKER


def _recent_events(connection: Connection, now: datetime) -> Mapping[str, RecentEvents]:
    moments: dict[str, dict[str, datetime]] = {}
    rows = connection.execute(
        select(EVENTS.c.kiosk, EVENTS.c.kind, func.max(EVENTS.c.received_at).label("last_at"))
        .where(
            EVENTS.c.kind.in_([each.value for each in _MOMENTS]),
            EVENTS.c.received_at >= now - EVENT_WINDOW,
        )
        .group_by(EVENTS.c.kiosk, EVENTS.c.kind)
    )
    for row in rows:
        moments.setdefault(row.kiosk, {})[row.kind] = row.last_at
    starts: dict[str, int] = {}
    # what a kiosk sends after days without a line has happened long ago
    rows = connection.execute(
        select(EVENTS.c.kiosk, func.count().label("times"))
        .where(
            EVENTS.c.kind == EventKind.STARTED.value,
            EVENTS.c.received_at >= now - START_WINDOW,
            EVENTS.c.sent_at >= now - START_WINDOW,
        )
        .group_by(EVENTS.c.kiosk)
        .having(func.count() > 1)
    )
    for row in rows:
        starts[row.kiosk] = row.times
    return {
        kiosk: RecentEvents(
            starts=starts.get(kiosk, 0),
            storage_recovered_at=_moment(moments, kiosk, EventKind.STORAGE_RECOVERED),
            contact_opened_at=_moment(moments, kiosk, EventKind.CONTACT_OPENED),
            contact_closed_at=_moment(moments, kiosk, EventKind.CONTACT_CLOSED),
        )
        for kiosk in moments.keys() | starts.keys()
    }


def _moment(
    moments: Mapping[str, Mapping[str, datetime]], kiosk: str, kind: EventKind
) -> datetime | None:
    return moments.get(kiosk, {}).get(kind.value)


def _refused(connection: Connection, now: datetime) -> Mapping[str, int]:
    rows = connection.execute(
        select(RECEIVED_MESSAGES.c.kiosk, func.count().label("times"))
        .where(
            RECEIVED_MESSAGES.c.refusal.is_not(None),
            RECEIVED_MESSAGES.c.received_at >= now - REFUSAL_WINDOW,
            RECEIVED_MESSAGES.c.kind.in_(_RESIDENTS_MESSAGES),
        )
        .group_by(RECEIVED_MESSAGES.c.kiosk)
    )
    return {row.kiosk: row.times for row in rows}
