"""What has changed lately, asked of the database; nothing is written to be able to ask.

A source returns marks: one for each thing that changed since a moment, different when the thing
changes again. Clocks of several processes differ and commits come late, so the moment lies some
seconds back and whoever asks forgets marks it has seen.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, Row, or_, select

from anjungan.protocol.identity import VillageCode, parse_kiosk, village_of
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.store.tables import (
    CERTIFICATES,
    CLAIMS,
    CLONE_ALARMS,
    ENROLMENTS,
    INCIDENTS,
    KIOSKS,
    REQUESTS,
)


class Topic(Enum):
    """What a page can ask to be told of."""

    REQUESTS = "requests"
    FLEET = "fleet"
    ALERTS = "alerts"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class Mark:
    """A thing as it is now; ``village`` is where, None where it is nobody's own."""

    village: VillageCode | None
    what: tuple[Any, ...]


Source = Callable[[Connection, datetime], Iterable[Mark]]


def requests_changed(connection: Connection, since: datetime) -> Iterable[Mark]:
    """Requests that were received or whose status changed."""
    c = REQUESTS.c
    rows = connection.execute(select(c.village, c.id, c.revision).where(c.changed_at > since))
    return [Mark(VillageCode(row.village), (row.id, row.revision)) for row in rows]


def kiosks_heard(connection: Connection, since: datetime) -> Iterable[Mark]:
    """Kiosks that told something, or were told of by the broker."""
    c = KIOSKS.c
    rows = connection.execute(
        select(c.village, c.kiosk, c.last_report_at, c.will_at).where(
            or_(c.last_report_at > since, c.will_at > since)
        )
    )
    return [
        Mark(VillageCode(row.village), (row.kiosk, row.last_report_at, row.will_at)) for row in rows
    ]


def incidents_changed(connection: Connection, since: datetime) -> Iterable[Mark]:
    """Incidents that are open, and those that ended lately."""
    c = INCIDENTS.c
    rows = connection.execute(
        select(
            c.village,
            *(c.id, c.severity, c.ended_at, c.acknowledged_at, c.muted_until, c.absorbed_into),
        ).where(or_(c.open_key.is_not(None), c.ended_at > since))
    )
    return [
        Mark(None if row.village is None else VillageCode(row.village), tuple(row)[1:])
        for row in rows
    ]


def enrolments_changed(connection: Connection, since: datetime) -> Iterable[Mark]:
    """Claims, requests for certificates, certificates and alarms that are new or decided."""
    claims, asked, given, clones = CLAIMS.c, ENROLMENTS.c, CERTIFICATES.c, CLONE_ALARMS.c
    statements = (
        select(claims.kiosk, claims.id, claims.used_at, claims.withdrawn_at).where(
            or_(claims.made_at > since, claims.used_at > since, claims.withdrawn_at > since)
        ),
        select(asked.kiosk, asked.id, asked.state).where(
            or_(asked.asked_at > since, asked.decided_at > since)
        ),
        select(given.kiosk, given.serial, given.first_used_at, given.revoked_at).where(
            or_(given.issued_at > since, given.first_used_at > since, given.revoked_at > since)
        ),
        select(clones.kiosk, clones.id, clones.times, clones.closed_at).where(
            or_(clones.last_at > since, clones.closed_at > since)
        ),
    )
    return [
        Mark(_village(row), (number, *row))
        for number, statement in enumerate(statements)
        for row in connection.execute(statement)
    ]


def _village(row: "Row[Any]") -> VillageCode:
    return village_of(parse_kiosk(row.kiosk))


SOURCES: Final[Mapping[Topic, Source]] = MappingProxyType(
    {
        Topic.REQUESTS: requests_changed,
        Topic.FLEET: kiosks_heard,
        Topic.ALERTS: incidents_changed,
        Topic.ENROLMENT: enrolments_changed,
    }
)

_P = Permission
_READERS: Final[Mapping[Topic, frozenset[Permission]]] = MappingProxyType(
    {
        Topic.REQUESTS: frozenset({_P.READ_REQUESTS}),
        Topic.FLEET: frozenset({_P.READ_FLEET}),
        Topic.ALERTS: frozenset({_P.READ_FLEET, _P.HANDLE_ALERTS}),
        Topic.ENROLMENT: frozenset({_P.ENROL_KIOSKS, _P.CONFIRM_ENROLMENTS, _P.REVOKE_KIOSKS}),
    }
)


def topics_for(staff: StaffMember, wanted: Iterable[str]) -> frozenset[Topic]:
    """Those of the wanted topics this person may hear of; unknown ones are left out."""
    names = frozenset(wanted)
    return frozenset(
        topic
        for topic in Topic
        if topic.value in names and any(staff.may(each) for each in _READERS[topic])
    )
