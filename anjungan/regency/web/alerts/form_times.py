"""Days and times as forms send them, in WIB."""

from datetime import date, datetime

from anjungan.regency.requests.lateness import WIB


def read_day(text: str) -> date | None:
    """A day from ``<input type="date">``; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """A moment from ``<input type="datetime-local">``; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=WIB) if moment.tzinfo is None else None


def moment_field(moment: datetime) -> str:
    """A moment as that field wants it."""
    return f"{moment.astimezone(WIB):%Y-%m-%dT%H:%M}"


def today(now: datetime) -> date:
    """The day it is in WIB."""
    return now.astimezone(WIB).date()
