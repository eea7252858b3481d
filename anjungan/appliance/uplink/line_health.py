"""What only the uplink knows of the line: connections, round trips, the regency's clock."""

from datetime import datetime, timedelta
from typing import Final

from anjungan.protocol.health import ClockHealth, NetworkHealth, NetworkKind
from anjungan.protocol.messages import RegencyPresence, TimeQuality

_FURTHEST: Final = timedelta(days=366 * 100)


class LineHealth:
    """Outlives connections; ``connections`` counts those since the agent began."""

    def __init__(self) -> None:
        self._connections = 0
        self._round_trip_s: float | None = None
        self._offset: timedelta | None = None

    def connected(self) -> None:
        """A connection was opened."""
        self._connections += 1

    def took(self, round_trip_s: float | None) -> None:
        """The broker's answer to a message of ours took so long; None where none has come."""
        if round_trip_s is not None:
            self._round_trip_s = round_trip_s

    def regency_told_time(self, presence: RegencyPresence, now: datetime) -> None:
        """A live presence has come at ``now`` by our clock; half a round trip it was on its way."""
        if presence.time_quality is not TimeQuality.NTP:
            return
        way = timedelta(seconds=(self._round_trip_s or 0.0) / 2)
        offset = now - presence.sent_at - way
        self._offset = max(-_FURTHEST, min(_FURTHEST, offset))

    def network(self, kind: NetworkKind, signal_dbm: int | None) -> NetworkHealth:
        """The whole of it, with what the machine has read."""
        return NetworkHealth(
            kind=kind,
            signal_dbm=signal_dbm,
            round_trip_ms=None if self._round_trip_s is None else round(self._round_trip_s * 1000),
            connections=self._connections,
        )

    def clock(self, *, has_rtc: bool) -> ClockHealth:
        """How far the clock is from the regency's."""
        offset = self._offset
        return ClockHealth(
            offset_ms=None if offset is None else round(offset / timedelta(milliseconds=1)),
            has_rtc=has_rtc,
        )
