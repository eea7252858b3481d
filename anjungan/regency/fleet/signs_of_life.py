"""Live messages as signs of life, for all kiosks of a batch at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from anjungan.protocol.identity import KioskId, village_of
from anjungan.regency.fleet.presence import REPORTS_TO_RECOVER, PresenceRule, Watch
from anjungan.regency.fleet.silences import keep_silence
from anjungan.regency.store.tables import KIOSKS

# in one order, so that two workers never wait for each other in a circle
_WATCHES: Final = (
    select(
        KIOSKS.c.kiosk, KIOSKS.c.last_report_at, KIOSKS.c.reports_since_silence, KIOSKS.c.will_at
    )
    .where(KIOSKS.c.kiosk.in_(bindparam("kiosks", expanding=True)))
    .order_by(KIOSKS.c.kiosk)
    .with_for_update()
)
_KEEP_WATCH: Final = (
    update(KIOSKS)
    .where(KIOSKS.c.kiosk == bindparam("of_kiosk"))
    .values(
        last_report_at=bindparam("last_report_at"),
        reports_since_silence=bindparam("reports_since_silence"),
        will_at=bindparam("will_at"),
    )
)


def store_reports(
    connection: Connection, counts: Mapping[KioskId, int], rule: PresenceRule, now: datetime
) -> None:
    """Note that each of these kiosks has sent so many live messages."""
    if not counts:
        return
    rows = connection.execute(_WATCHES, {"kiosks": sorted(counts)})
    known: dict[str, Any] = {row.kiosk: row for row in rows}
    new, changed = [], []
    for kiosk, count in sorted(counts.items()):
        watch = Watch()
        row = known.get(kiosk)
        if row is not None:
            watch = watch_of(row)
            keep_silence(connection, kiosk, watch, rule, now)
        for _ in range(min(count, REPORTS_TO_RECOVER)):
            watch = rule.reported(watch, now)
        if row is None:
            new.append(new_kiosk(kiosk, watch, now))
        else:
            changed.append(_kept(kiosk, watch))
    if new:
        connection.execute(insert(KIOSKS), new)
    if changed:
        connection.execute(_KEEP_WATCH, changed)


def store_watch(connection: Connection, kiosk: KioskId, watch: Watch) -> None:
    """Replace what is remembered of a known kiosk's reports."""
    connection.execute(_KEEP_WATCH, _kept(kiosk, watch))


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


def _kept(kiosk: KioskId, watch: Watch) -> dict[str, object]:
    return {
        "of_kiosk": kiosk,
        "last_report_at": watch.last_report_at,
        "reports_since_silence": watch.reports_since_silence,
        "will_at": watch.will_at,
    }
