"""How much of a time a kiosk was there. Pure.

Late is there; what was planned, and what nobody could hear, counts neither way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anjungan.regency.fleet.silence import Condition, Silence, stretches
from anjungan.regency.fleet.spans import Span, without


@dataclass(frozen=True, slots=True)
class Uptime:
    """A window of time, taken apart."""

    online: timedelta = timedelta()
    offline: timedelta = timedelta()
    unknown: timedelta = timedelta()
    planned: timedelta = timedelta()

    @property
    def share(self) -> float | None:
        """What part of the judged time the kiosk was there, 0 to 1; None where none was judged."""
        judged = self.online + self.offline
        return self.online / judged if judged else None


@dataclass(frozen=True, slots=True)
class KioskPast:
    """All that uptime is computed from.

    ``silences`` in order, the lasting one at the end; ``deaf`` is when no inbox listened,
    ``planned`` the maintenance windows. Nothing is known before ``known_since``.
    """

    known_since: datetime
    silences: Sequence[Silence]
    deaf: Sequence[Span]
    planned: Sequence[Span] = ()

    def uptime(self, window: Span) -> Uptime:
        """What it was in ``window``, whose end is not in the future."""
        known = window.within(Span(self.known_since, max(self.known_since, window.end)))
        if known is None:
            return Uptime()
        judged = sum((each.length for each in without(known, self.planned)), timedelta())
        offline = unknown = timedelta()
        for silence in self.silences:
            end = window.end if silence.ended_at is None else silence.ended_at
            if end <= known.begin or silence.last_report_at >= known.end:
                continue
            for stretch in stretches(silence, self.deaf, window.end):
                part = stretch.span.within(known)
                if part is None or stretch.condition in {Condition.ONLINE, Condition.LATE}:
                    continue
                length = sum((each.length for each in without(part, self.planned)), timedelta())
                if stretch.condition is Condition.OFFLINE:
                    offline += length
                else:
                    unknown += length
        return Uptime(
            online=judged - offline - unknown,
            offline=offline,
            unknown=unknown,
            planned=known.length - judged,
        )
