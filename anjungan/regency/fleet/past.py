"""What uptime is computed from, read for some kiosks at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from anjungan.protocol.identity import KioskId
from anjungan.regency.fleet.listening import deaf_times
from anjungan.regency.fleet.silence import Silence
from anjungan.regency.fleet.silences import kept_silences
from anjungan.regency.fleet.spans import Span
from anjungan.regency.fleet.uptime import KioskPast
from anjungan.regency.store.tables.kiosks import KIOSKS

DAY: Final = timedelta(days=1)


def read_pasts(
    connection: Connection,
    kiosks: Sequence[KioskId],
    window: Span,
    *,
    report_interval: timedelta,
    planned: Mapping[KioskId, Sequence[Span]],
) -> Mapping[KioskId, KioskPast]:
    """The past of each kiosk in ``window``, which ends now; one that never reported is left out."""
    if not kiosks:
        return {}
    deaf = deaf_times(connection, window)
    kept = kept_silences(connection, kiosks, window)
    rows = connection.execute(
        select(KIOSKS.c.kiosk, KIOSKS.c.first_seen_at, KIOSKS.c.last_report_at, KIOSKS.c.will_at)
        .where(KIOSKS.c.kiosk.in_(kiosks), KIOSKS.c.last_report_at.is_not(None))
        .order_by(KIOSKS.c.kiosk)
    )
    pasts: dict[KioskId, KioskPast] = {}
    for row in rows:
        kiosk = KioskId(row.kiosk)
        ended = [each.silence for each in kept.get(kiosk, ())]
        lasting = Silence(row.last_report_at, None, row.will_at, report_interval)
        pasts[kiosk] = KioskPast(
            known_since=row.first_seen_at,
            silences=(*ended, lasting),
            deaf=deaf,
            planned=planned.get(kiosk, ()),
        )
    return pasts


def last_days(now: datetime, days: int) -> Span:
    """So many times 24 hours until now."""
    return Span(now - days * DAY, now)
