"""The log of one kiosk: what it told, how long it was gone, and what was refused of it."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from anjungan.protocol.identity import KioskId
from anjungan.regency.fleet.silences import KeptSilence, kept_of
from anjungan.regency.store.tables.fleet_history import KIOSK_SILENCES
from anjungan.regency.store.tables.kiosks import EVENTS
from anjungan.regency.store.tables.messages import RECEIVED_MESSAGES

_OF_ONE_MOMENT: Final = 201
"""More than the inbox takes at once: what has one time of arrival stays on one page."""


class LogTopic(enum.Enum):
    """Which entries."""

    EVENTS = "events"
    SILENCES = "silences"
    REFUSALS = "refusals"


@dataclass(frozen=True, slots=True)
class Told:
    """An event the kiosk told of; ``sent_at`` is by its own clock."""

    at: datetime
    kind: str
    detail: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class CameBack:
    """The kiosk was heard again."""

    at: datetime
    kept: KeptSilence


@dataclass(frozen=True, slots=True)
class WasRefused:
    """A message was refused for good."""

    at: datetime
    kind: str
    code: str
    message_id: str


LogEntry = Told | CameBack | WasRefused


@dataclass(frozen=True, slots=True)
class LogPage:
    """The newest entries first; ``older`` is the moment to go on before, None at the end."""

    entries: Sequence[LogEntry]
    older: datetime | None


def read_log(
    connection: Connection,
    kiosk: KioskId,
    *,
    topics: frozenset[LogTopic],
    before: datetime | None,
    limit: int,
) -> LogPage:
    """One page of the log."""
    found: list[LogEntry] = []
    if LogTopic.EVENTS in topics:
        found += _told(connection, kiosk, before, limit)
    if LogTopic.SILENCES in topics:
        found += _came_back(connection, kiosk, before, limit)
    if LogTopic.REFUSALS in topics:
        found += _refused(connection, kiosk, before, limit)
    found.sort(key=lambda entry: entry.at, reverse=True)
    shown = found[:limit]
    # entries of one moment are never torn apart by the next page
    while len(found) > len(shown) and shown and found[len(shown)].at == shown[-1].at:
        shown.append(found[len(shown)])
    return LogPage(shown, shown[-1].at if len(found) > len(shown) else None)


def _told(
    connection: Connection, kiosk: KioskId, before: datetime | None, limit: int
) -> Sequence[Told]:
    query = select(EVENTS).where(EVENTS.c.kiosk == kiosk)
    if before is not None:
        query = query.where(EVENTS.c.received_at < before)
    rows = connection.execute(
        query.order_by(EVENTS.c.received_at.desc()).limit(limit + _OF_ONE_MOMENT)
    )
    return [Told(row.received_at, row.kind, row.detail, row.sent_at) for row in rows]


def _came_back(
    connection: Connection, kiosk: KioskId, before: datetime | None, limit: int
) -> Sequence[CameBack]:
    query = select(KIOSK_SILENCES).where(KIOSK_SILENCES.c.kiosk == kiosk)
    if before is not None:
        query = query.where(KIOSK_SILENCES.c.ended_at < before)
    rows = connection.execute(
        query.order_by(KIOSK_SILENCES.c.ended_at.desc()).limit(limit + _OF_ONE_MOMENT)
    )
    return [CameBack(row.ended_at, kept_of(row)) for row in rows]


def _refused(
    connection: Connection, kiosk: KioskId, before: datetime | None, limit: int
) -> Sequence[WasRefused]:
    received = RECEIVED_MESSAGES.c
    query = select(RECEIVED_MESSAGES).where(received.kiosk == kiosk, received.refusal.is_not(None))
    if before is not None:
        query = query.where(received.received_at < before)
    rows = connection.execute(
        query.order_by(received.received_at.desc()).limit(limit + _OF_ONE_MOMENT)
    )
    return [WasRefused(row.received_at, row.kind, row.refusal, row.message_id) for row in rows]
