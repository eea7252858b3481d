"""Storing what kiosks say about themselves: birth and will, health, events, dropped messages."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Row, insert, select, update

from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import Event, Health, Presence, State
from anjungan.regency.fleet.presence import PresenceRule, Watch
from anjungan.regency.fleet.samples import store_sample
from anjungan.regency.fleet.signs_of_life import new_kiosk, store_watch, watch_of
from anjungan.regency.fleet.silences import keep_silence
from anjungan.regency.store.tables import DROPPED_MESSAGES, EVENTS, KIOSKS
from anjungan.regency.store.upserts import ignoring_insert

_LONG_DIGITS: Final = re.compile(r"[0-9][0-9 .-]{10,}[0-9]")


def store_state(
    connection: Connection,
    kiosk: KioskId,
    state: State,
    rule: PresenceRule,
    now: datetime,
    *,
    retained: bool,
) -> bool:
    """Store a birth or a will; True when a live birth opened a new session.

    A retained copy has no age: it tells session and version, and is no sign of life. Wills and
    retained copies of a session older than the one known are ignored.
    """
    row = _row(connection, kiosk)
    if row is None:
        connection.execute(insert(KIOSKS).values(new_kiosk(kiosk, Watch(), now)))
        row = _row(connection, kiosk)
    assert row is not None  # noqa: S101 - inserted two lines above, in this transaction
    known = (row.boot if row.boot is not None else -1, row.session or 0)
    told = (state.boot, state.session)
    if told < known and (retained or state.presence is Presence.OFFLINE):
        return False
    watch = watch_of(row)
    # every worker of the inbox hears every birth; only the first to store it counts it
    born = state.presence is Presence.ONLINE and not retained and told != known
    match state.presence:
        case Presence.OFFLINE:
            watch = rule.will_arrived(watch, now)
        case Presence.ONLINE if born:
            keep_silence(connection, kiosk, watch, rule, now)
            watch = rule.reported(watch, now)
        case Presence.ONLINE:
            pass
    store_watch(connection, kiosk, watch)
    connection.execute(
        update(KIOSKS)
        .where(KIOSKS.c.kiosk == kiosk)
        .values(boot=state.boot, session=state.session, version=state.version)
    )
    return born


def store_health(connection: Connection, kiosk: KioskId, health: Health, now: datetime) -> None:
    """Keep the newest health of a kiosk, and its numbers (call store_reports first)."""
    store_sample(connection, kiosk, health, now)
    order = f"{health.enrolment:016d}/{health.boot:016d}/{health.counter:016d}"
    connection.execute(
        update(KIOSKS)
        .where(KIOSKS.c.kiosk == kiosk, KIOSKS.c.health_order < order)
        .values(
            health=contract.encode(health),
            health_at=now,
            health_order=order,
            version=health.version,
        )
    )


def store_event(connection: Connection, kiosk: KioskId, event: Event, now: datetime) -> None:
    """Keep an event, once. Long numbers are blotted out: no event has a reason to carry one."""
    connection.execute(
        ignoring_insert(connection, EVENTS),
        {
            "message_id": event.id,
            "kiosk": kiosk,
            "kind": event.kind.value,
            "detail": _LONG_DIGITS.sub("…", event.detail),
            "sent_at": event.sent_at,
            "received_at": now,
        },
    )


def count_dropped(
    connection: Connection, kiosk: KioskId | None, reason: str, now: datetime, *, times: int = 1
) -> None:
    """Count messages that were dropped."""
    key = (DROPPED_MESSAGES.c.kiosk == (kiosk or ""), DROPPED_MESSAGES.c.reason == reason)
    counted = connection.execute(
        update(DROPPED_MESSAGES)
        .where(*key)
        .values(times=DROPPED_MESSAGES.c.times + times, last_at=now)
    )
    if counted.rowcount == 0:
        connection.execute(
            insert(DROPPED_MESSAGES).values(
                kiosk=kiosk or "", reason=reason, times=times, last_at=now
            )
        )


def _row(connection: Connection, kiosk: KioskId) -> "Row[tuple[object, ...]] | None":
    # another worker may be storing the same birth
    return connection.execute(
        select(KIOSKS).where(KIOSKS.c.kiosk == kiosk).with_for_update()
    ).one_or_none()
