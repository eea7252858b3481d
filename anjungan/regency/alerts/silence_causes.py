"""Why a kiosk was silent, once it is back and its silence has been judged."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from anjungan.protocol.identity import KioskId
from anjungan.regency.fleet.causes import Cause
from anjungan.regency.fleet.silences import kept_silences
from anjungan.regency.fleet.spans import Span


def causes_of(
    connection: Connection, silent_since: Mapping[KioskId, datetime], now: datetime
) -> Mapping[KioskId, Cause]:
    """The cause of each kiosk's longest silence since its moment; none without a judgement."""
    if not silent_since:
        return {}
    window = Span(min(silent_since.values()), now)
    causes: dict[KioskId, Cause] = {}
    for kiosk, silences in kept_silences(connection, list(silent_since), window).items():
        judged = [
            (ended_at - each.silence.last_report_at, each.cause)
            for each in silences
            if each.cause is not None
            and (ended_at := each.silence.ended_at) is not None
            and ended_at > silent_since[kiosk]
        ]
        if judged:
            causes[kiosk] = max(judged, key=lambda pair: pair[0])[1]
    return causes
