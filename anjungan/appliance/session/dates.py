"""Days and times as residents read them, with the Javanese market day.

The market day (pasaran) repeats every five days: days since 17 August 1945, a Legi, modulo 5.
"""

from datetime import date, datetime, tzinfo
from typing import Final

from anjungan.appliance.text.words import Speaker

PASARAN: Final = ("Legi", "Pahing", "Pon", "Wage", "Kliwon")
_A_LEGI: Final = date(1945, 8, 17)


def pasaran(day: date) -> str:
    """The market day of ``day``."""
    return PASARAN[(day - _A_LEGI).days % len(PASARAN)]


def weekday(day: date, say: Speaker) -> str:
    """The day of the week."""
    return say(f"calendar.weekday_{day.isoweekday()}")


def month(day: date, say: Speaker) -> str:
    """The name of the month."""
    return say(f"calendar.month_{day.month}")


def long_date(day: date, say: Speaker) -> str:
    """``24 November 2026``."""
    return f"{day.day} {month(day, say)} {day.year}"


def clock(moment: datetime) -> str:
    """``09.41``."""
    return f"{moment:%H.%M}"


def format_day_time(moment: datetime, zone: tzinfo | None, say: Speaker) -> str:
    """``Sel 24 Nov, 09.41`` in the village's time."""
    local = moment.astimezone(zone)
    day = weekday(local, say)[:3]
    return f"{day} {local.day} {month(local, say)[:3]}, {clock(local)}"
