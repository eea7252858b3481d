"""What the tests of alerts share: states of kiosks, and the watch by hand."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from regency_lab import BEGIN, KIOSK

from anjungan.protocol.messages import DeviceHealth, Health, QueueHealth, TimeQuality
from anjungan.regency.alerts.evaluation_pass import evaluation_pass
from anjungan.regency.alerts.kinds import AlertKind
from anjungan.regency.alerts.reading import IncidentFilter, list_incidents
from anjungan.regency.alerts.settings import AlertSettings, Route
from anjungan.regency.alerts.snapshot import NO_EVENTS, KioskState
from anjungan.regency.fleet.presence import Connection
from anjungan.regency.inbox.beats import InboxBeat, store_beat

ROUTE = Route(name="uji", url="json://127.0.0.1:9")


def health(**changes: Any) -> Health:
    """A report in which everything is well."""
    well = Health(
        id="01930000-0000-7000-8000-000000000001",
        sent_at=BEGIN,
        time_quality=TimeQuality.NTP,
        enrolment=1,
        boot=1,
        counter=1,
        version="1.0.0",
        uptime_s=3600,
        queue=QueueHealth(depth=0),
    )
    return msgspec.structs.replace(well, **changes)


def state(**changes: Any) -> KioskState:
    """A kiosk that is online; ``health`` may be given as keywords of a report."""
    its_health = changes.pop("health", {})
    if isinstance(its_health, dict):
        its_health = health(**its_health)
    values = {
        "kiosk": KIOSK,
        "connection": Connection.ONLINE,
        "offline_since": None,
        "version": "1.0.0",
        "health": its_health,
        "events": NO_EVENTS,
        "refused": 0,
    }
    return KioskState(**{**values, **changes})


def device(kind: str, its_state: str, code: str = "", **more: Any) -> DeviceHealth:
    return DeviceHealth(name=more.pop("name", kind), kind=kind, state=its_state, code=code, **more)


@dataclass
class HandWatch:
    """Evaluates when told, by a clock that is moved by hand; the inbox beats with it."""

    database: Any
    settings: Any
    clock: Any
    inbox: str = "listening"
    started_at: Any = field(default=BEGIN - timedelta(days=1))

    def look(self, **span: float) -> int:
        """Let time pass, then evaluate once; return how many messages it made."""
        self.clock.pass_time(**span)
        if self.inbox != "down":
            with self.database.writing() as connection:
                beat = InboxBeat(self.started_at, self.clock(), connected=self.inbox == "listening")
                store_beat(connection, beat)
        return evaluation_pass(self.database, self.settings, self.clock())

    def incidents(self, kind: AlertKind | None = None, **wanted: Any) -> list[Any]:
        """Incidents, open ones first."""
        with self.database.reading() as connection:
            found = list_incidents(connection, IncidentFilter(kind=kind, **wanted), 1)
        return list(found.lines)

    def open_kinds(self) -> set[AlertKind]:
        return {each.kind for each in self.incidents(is_open=True)}


def with_alerts(settings: Any, **changes: Any) -> Any:
    """The settings with a route, and others of ``[alerts]``."""
    alerts = AlertSettings(**{"routes": (ROUTE,), **changes})
    return msgspec.structs.replace(settings, alerts=alerts)
