"""When kiosks were planned to be worked on, as uptime leaves it out."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, or_, select

from anjungan.protocol.identity import KioskId
from anjungan.regency.alerts.districts import district_of
from anjungan.regency.alerts.maintenance import Window, WindowScope
from anjungan.regency.fleet.spans import Span
from anjungan.regency.store.tables import MAINTENANCE_WINDOWS


def planned_spans(
    connection: Connection, kiosks: Sequence[KioskId], window: Span
) -> Mapping[KioskId, Sequence[Span]]:
    """The part of each kiosk's maintenance windows that lies in ``window`` and was not called off.

    A window that was ended early counts until then.
    """
    columns = MAINTENANCE_WINDOWS.c
    rows = connection.execute(
        select(MAINTENANCE_WINDOWS).where(
            columns.starts_at < window.end,
            columns.ends_at > window.begin,
            or_(columns.cancelled_at.is_(None), columns.cancelled_at > columns.starts_at),
        )
    )
    found: list[tuple[Window, Span]] = []
    for row in rows:
        end = row.ends_at if row.cancelled_at is None else row.cancelled_at
        span = Span(row.starts_at, max(row.starts_at, min(end, row.ends_at))).within(window)
        if span is not None:
            scope = WindowScope(row.scope)
            planned = Window(row.id, scope, row.place, row.starts_at, row.ends_at, "", "")
            found.append((planned, span))
    if not found:
        return {}
    return {
        kiosk: [span for planned, span in found if planned.covers(kiosk, district_of(kiosk))]
        for kiosk in kiosks
    }
