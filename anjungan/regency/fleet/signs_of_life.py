"""Live messages as signs of life, for all kiosks of a batch at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert

from anjungan.protocol.identity import KioskId, village_of
from anjungan.regency.fleet.presence import REPORTS_TO_RECOVER, PresenceRule, Watch
from anjungan.regency.fleet.silences import keep_silence
from anjungan.regency.store.bulk import BulkSelect, BulkUpdate, milliseconds, moment
from anjungan.regency.store.tables import KIOSKS

# locked in one order, so that two workers never wait for each other in a circle
_WATCHES: Final = BulkSelect(
    KIOSKS,
    *("kiosk", "last_report_at", "reports_since_silence", "will_at"),
    like=("kiosk",),
    locked=True,
)
_KEEP_WATCHES: Final = BulkUpdate(
    KIOSKS, "last_report_at", "reports_since_silence", "will_at", key="kiosk"
)


def store_reports(
    connection: Connection, counts: Mapping[KioskId, int], rule: PresenceRule, now: datetime
) -> None:
    """Note that each of these kiosks has sent so many live messages."""
    if not counts:
        return
    known = {
        kiosk: Watch(_moment(last_report_ms), reports, _moment(will_ms))
        for kiosk, last_report_ms, reports, will_ms in _WATCHES.run(connection, sorted(counts))
    }
    new, changed = [], []
    for kiosk, count in sorted(counts.items()):
        watch = known.get(kiosk, Watch())
        if kiosk in known:
            keep_silence(connection, kiosk, watch, rule, now)
        for _ in range(min(count, REPORTS_TO_RECOVER)):
            watch = rule.reported(watch, now)
        if kiosk in known:
            changed.append(_kept(kiosk, watch))
        else:
            new.append(new_kiosk(kiosk, watch, now))
    if new:
        connection.execute(insert(KIOSKS), new)
    _KEEP_WATCHES.run(connection, changed)


def store_watch(connection: Connection, kiosk: KioskId, watch: Watch) -> None:
    """Replace what is remembered of a known kiosk's reports."""
    _KEEP_WATCHES.run(connection, [_kept(kiosk, watch)])


def watch_of(row: "Row[Any]") -> Watch:
    """The watch stored in a row of KIOSKS."""
    return Watch(row.last_report_at, row.reports_since_silence, row.will_at)


def new_kiosk(kiosk: KioskId, watch: Watch, now: datetime) -> dict[str, object]:
    """The row of a kiosk that was never heard before."""
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


def _kept(kiosk: KioskId, watch: Watch) -> tuple[object, ...]:
    last, will = watch.last_report_at, watch.will_at
    return (
        None if last is None else milliseconds(last),
        watch.reports_since_silence,
        None if will is None else milliseconds(will),
        kiosk,
    )


def _moment(since_1970_ms: int | None) -> datetime | None:
    return None if since_1970_ms is None else moment(since_1970_ms)
