"""Uptime as a kiosk's page shows it: three numbers and a strip of thirty days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from anjungan.regency.fleet.past import DAY, last_days
from anjungan.regency.fleet.spans import Span
from anjungan.regency.fleet.uptime import KioskPast, Uptime
from anjungan.regency.requests.lateness import WIB
from anjungan.regency.web.fleet.words import share_words
from anjungan.regency.web.words import duration, long_date

STRIP_DAYS: Final = 30
WINDOWS: Final = ((1, "24 jam"), (7, "7 hari"), (30, "30 hari"))
_SHORT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class StripDay:
    """One calendar day: what it was in one word, and what is said of it."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Availability:
    """What the page shows of it."""

    shares: Sequence[tuple[str, str]]
    days: Sequence[StripDay]


def availability(past: KioskPast | None, now: datetime) -> Availability:
    """Put a kiosk's past into words; without one nothing is known."""
    if past is None:
        empty = StripDay("none", "belum ada data")
        return Availability([(word, "–") for _, word in WINDOWS], [empty] * STRIP_DAYS)
    shares = [
        (word, share_words(past.uptime(last_days(now, days)).share)) for days, word in WINDOWS
    ]
    return Availability(shares, [_day(past, span, now) for span in calendar_days(now)])


def calendar_days(now: datetime) -> Sequence[Span]:
    """The last thirty days by the calendar of the villages; today until now."""
    midnight = now.astimezone(WIB).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight - index * DAY for index in range(STRIP_DAYS - 1, -1, -1)]
    return [Span(day, min(day + DAY, max(now, day))) for day in days]


def _day(past: KioskPast, span: Span, now: datetime) -> StripDay:
    uptime = past.uptime(span)
    date = "hari ini" if span.end >= now else long_date(span.begin)
    kind, words = _judged(uptime)
    return StripDay(kind, f"{date}: {words}")


def _judged(uptime: Uptime) -> tuple[str, str]:
    if uptime.share is None:
        return ("planned", "perawatan") if uptime.planned else ("none", "belum ada data")
    unheard = f", {duration(uptime.unknown)} tidak terpantau" if uptime.unknown else ""
    if not uptime.offline:
        return "full", f"daring penuh{unheard}"
    lost = f"putus {duration(uptime.offline)}{unheard}"
    return ("short" if uptime.offline < _SHORT else "long"), lost
