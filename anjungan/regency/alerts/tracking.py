"""What the database knows of pending and open troubles, and writing what changes of it."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from anjungan.protocol.identity import village_of
from anjungan.regency.alerts.facts import Facts, encode_facts
from anjungan.regency.alerts.kinds import AlertKind, Severity
from anjungan.regency.alerts.reading import IncidentView, incident_view
from anjungan.regency.alerts.snapshot import Key, district_of_subject, kiosk_of_subject
from anjungan.regency.alerts.telling import Told
from anjungan.regency.store.tables import ALERT_PENDING, INCIDENTS

MUTED_UNTIL_FIXED: Final = datetime.fromisoformat("9999-12-31T00:00:00+00:00")
"""A mute that ends with its incident."""


@dataclass(frozen=True, slots=True)
class TrackedIncident:
    """An incident with what only its bookkeeping needs."""

    key: Key
    view: IncidentView
    told: Told


@dataclass(frozen=True, slots=True)
class NewIncident:
    """An incident that begins now."""

    key: Key
    severity: Severity
    since: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class IncidentUpdate:
    """Everything the bookkeeping may change of an incident, as it is to stand."""

    id: int
    severity: Severity
    last_bad_at: datetime
    calm_since: datetime | None
    ended_at: datetime | None
    facts: Facts
    absorbed_into: int | None
    told: Told


_UPDATE: Final = (
    update(INCIDENTS)
    .where(INCIDENTS.c.id == bindparam("of_id"))
    .values(
        severity=bindparam("severity"),
        last_bad_at=bindparam("last_bad_at"),
        calm_since=bindparam("calm_since"),
        ended_at=bindparam("ended_at"),
        open_key=bindparam("open_key"),
        facts=bindparam("facts"),
        absorbed_into=bindparam("absorbed_into"),
        told=bindparam("told"),
    )
)


def open_key(key: Key) -> str:
    """What is unique among open incidents."""
    return f"{key[0].value}/{key[1]}"


def read_pending(connection: Connection) -> Mapping[Key, datetime]:
    """What is bad and within its grace time, since when."""
    rows = connection.execute(select(ALERT_PENDING))
    return {(AlertKind(row.kind), row.subject): row.since for row in rows}


def read_open_keys(connection: Connection) -> AbstractSet[Key]:
    """What has an open incident."""
    rows = connection.execute(
        select(INCIDENTS.c.kind, INCIDENTS.c.subject).where(INCIDENTS.c.ended_at.is_(None))
    )
    kinds = {kind.value: kind for kind in AlertKind}
    return {(kinds[row.kind], row.subject) for row in rows}


def owes_words(connection: Connection) -> bool:
    """Whether an incident has ended of which that has not been told yet."""
    owed = connection.execute(
        select(INCIDENTS.c.id)
        .where(INCIDENTS.c.told == Told.OPENED.value, INCIDENTS.c.ended_at.is_not(None))
        .limit(1)
    )
    return owed.first() is not None


def read_tracked(connection: Connection) -> Sequence[TrackedIncident]:
    """Open incidents, and ended ones whose end has not been told yet."""
    found = [
        *connection.execute(select(INCIDENTS).where(INCIDENTS.c.ended_at.is_(None))),
        *connection.execute(
            select(INCIDENTS).where(
                INCIDENTS.c.told == Told.OPENED.value, INCIDENTS.c.ended_at.is_not(None)
            )
        ),
    ]
    return [
        TrackedIncident((AlertKind(row.kind), row.subject), incident_view(row), Told(row.told))
        for row in found
    ]


def write_pending(
    connection: Connection, begun: Mapping[Key, datetime], gone: Iterable[Key]
) -> None:
    """Note what has become pending, and what is so no more."""
    for kind, subject in gone:
        connection.execute(
            delete(ALERT_PENDING).where(
                ALERT_PENDING.c.kind == kind.value, ALERT_PENDING.c.subject == subject
            )
        )
    if begun:
        connection.execute(
            insert(ALERT_PENDING),
            [
                {"kind": kind.value, "subject": subject, "since": since}
                for (kind, subject), since in begun.items()
            ],
        )


def insert_incidents(
    connection: Connection, new: Sequence[NewIncident], now: datetime
) -> Sequence[TrackedIncident]:
    """Open incidents. A mute for some time outlives the incident it was asked for."""
    if not new:
        return ()
    mutes = _mutes_in_force(connection, now)
    rows = connection.execute(
        insert(INCIDENTS).returning(INCIDENTS),
        [_row(each, mutes.get(each.key), now) for each in new],
    )
    return [
        TrackedIncident((AlertKind(row.kind), row.subject), incident_view(row), Told(row.told))
        for row in rows
    ]


def update_incidents(connection: Connection, updates: Iterable[tuple[Key, IncidentUpdate]]) -> None:
    """Write what has changed."""
    values = [
        {
            "of_id": each.id,
            "severity": each.severity.value,
            "last_bad_at": each.last_bad_at,
            "calm_since": each.calm_since,
            "ended_at": each.ended_at,
            "open_key": open_key(key) if each.ended_at is None else None,
            "facts": encode_facts(each.facts),
            "absorbed_into": each.absorbed_into,
            "told": each.told.value,
        }
        for key, each in updates
    ]
    if values:
        connection.execute(_UPDATE, values)


def _mutes_in_force(connection: Connection, now: datetime) -> Mapping[Key, tuple[datetime, str]]:
    rows = connection.execute(
        select(INCIDENTS.c.kind, INCIDENTS.c.subject, INCIDENTS.c.muted_until, INCIDENTS.c.muted_by)
        .where(
            INCIDENTS.c.muted_until > now,
            INCIDENTS.c.muted_until < MUTED_UNTIL_FIXED,
        )
        .order_by(INCIDENTS.c.id)
    )
    return {(AlertKind(row.kind), row.subject): (row.muted_until, row.muted_by) for row in rows}


def _row(new: NewIncident, mute: tuple[datetime, str] | None, now: datetime) -> dict[str, object]:
    kind, subject = new.key
    kiosk = kiosk_of_subject(subject)
    return {
        "kind": kind.value,
        "subject": subject,
        "kiosk": kiosk,
        "village": None if kiosk is None else village_of(kiosk),
        "district": district_of_subject(subject),
        "severity": new.severity.value,
        "since": new.since,
        "opened_at": now,
        "last_bad_at": now,
        "open_key": open_key(new.key),
        "facts": encode_facts(new.facts),
        "acknowledged_by": "",
        "note": "",
        "muted_until": None if mute is None else mute[0],
        "muted_by": "" if mute is None else mute[1],
        "told": Told.NOTHING.value,
    }
