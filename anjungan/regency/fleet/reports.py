"""Storing what kiosks say about themselves: birth and will, health, events, dropped messages."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId, village_of
from anjungan.protocol.messages import Event, Health, Presence, State
from anjungan.regency.fleet.presence import PresenceRule, Watch
from anjungan.regency.fleet.samples import store_sample
from anjungan.regency.fleet.silences import keep_silence
from anjungan.regency.store.tables import DROPPED_MESSAGES, EVENTS, KIOSKS

_LONG_DIGITS: Final = re.compile(r"[0-9][0-9 .-]{10,}[0-9]")

# Statements that every message needs are built once: building takes longer than running them.
_WATCH: Final = select(
    KIOSKS.c.last_report_at, KIOSKS.c.reports_since_silence, KIOSKS.c.will_at
).where(KIOSKS.c.kiosk == bindparam("of_kiosk"))
_KEEP_WATCH: Final = (
    update(KIOSKS)
    .where(KIOSKS.c.kiosk == bindparam("of_kiosk"))
    .values(
        last_report_at=bindparam("last_report_at"),
        reports_since_silence=bindparam("reports_since_silence"),
        will_at=bindparam("will_at"),
    )
)


def store_report(connection: Connection, kiosk: KioskId, rule: PresenceRule, now: datetime) -> None:
    """Any live message of a kiosk is a sign of life."""
    row = connection.execute(_WATCH, {"of_kiosk": kiosk}).one_or_none()
    if row is None:
        watch = rule.reported(Watch(), now)
        connection.execute(insert(KIOSKS).values(_new_kiosk(kiosk, watch, now)))
        return
    watch = Watch(row.last_report_at, row.reports_since_silence, row.will_at)
    keep_silence(connection, kiosk, watch, rule, now)
    _store_watch(connection, kiosk, rule.reported(watch, now))


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
        connection.execute(insert(KIOSKS).values(_new_kiosk(kiosk, Watch(), now)))
        row = _row(connection, kiosk)
    assert row is not None  # noqa: S101 - inserted two lines above, in this transaction
    known = (row.boot if row.boot is not None else -1, row.session or 0)
    told = (state.boot, state.session)
    if told < known and (retained or state.presence is Presence.OFFLINE):
        return False
    watch = _watch(row)
    match state.presence:
        case Presence.OFFLINE:
            watch = rule.will_arrived(watch, now)
        case Presence.ONLINE if not retained:
            keep_silence(connection, kiosk, watch, rule, now)
            watch = rule.reported(watch, now)
        case Presence.ONLINE:
            pass
    _store_watch(connection, kiosk, watch)
    connection.execute(
        update(KIOSKS)
        .where(KIOSKS.c.kiosk == kiosk)
        .values(boot=state.boot, session=state.session, version=state.version)
    )
    return state.presence is Presence.ONLINE and not retained and told != known


def store_health(connection: Connection, kiosk: KioskId, health: Health, now: datetime) -> None:
    """Keep the newest health of a kiosk, and its numbers (call store_report first)."""
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
    """Keep an event. Long numbers are blotted out: no event has a reason to carry one."""
    connection.execute(
        insert(EVENTS).values(
            message_id=event.id,
            kiosk=kiosk,
            kind=event.kind.value,
            detail=_LONG_DIGITS.sub("…", event.detail),
            sent_at=event.sent_at,
            received_at=now,
        )
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


def watch_of(row: "Row[tuple[object, ...]]") -> Watch:
    """The watch stored in a row of KIOSKS."""
    return _watch(row)


def _watch(row: "Row[tuple[object, ...]]") -> Watch:
    return Watch(row.last_report_at, row.reports_since_silence, row.will_at)


def _row(connection: Connection, kiosk: KioskId) -> "Row[tuple[object, ...]] | None":
    return connection.execute(select(KIOSKS).where(KIOSKS.c.kiosk == kiosk)).one_or_none()


def _store_watch(connection: Connection, kiosk: KioskId, watch: Watch) -> None:
    connection.execute(
        _KEEP_WATCH,
        {
            "of_kiosk": kiosk,
            "last_report_at": watch.last_report_at,
            "reports_since_silence": watch.reports_since_silence,
            "will_at": watch.will_at,
        },
    )


def _new_kiosk(kiosk: KioskId, watch: Watch, now: datetime) -> dict[str, object]:
    return {
        "kiosk": kiosk,
        "village": village_of(kiosk),
        "first_seen_at": now,
        "last_report_at": watch.last_report_at,
        "reports_since_silence": watch.reports_since_silence,
        "will_at": watch.will_at,
        "boot": None,
        "session": None,
        "version": "",
        "health": None,
        "health_at": None,
        "health_order": "",
    }
