"""Indonesian words every page uses: signs, times, sizes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from anjungan.regency.requests.lateness import WIB

_LONGEST_TOLD_S: Final = 100 * 365 * 86400
_COLDEST_C: Final = -100
_HOTTEST_C: Final = 200

_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS: Final = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A state as a word, a tone and an icon, never as a colour alone."""

    word: str
    tone: str
    icon: str


def long_date(moment: datetime) -> str:
    """``Selasa, 24 November 2026``."""
    local = moment.astimezone(WIB)
    return f"{_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"


def day_words(day: date) -> str:
    """``Selasa, 24 November 2026`` for a day of the calendar."""
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def clock_time(moment: datetime) -> str:
    """``09.41``, WIB."""
    return f"{moment.astimezone(WIB):%H.%M}"


def short_moment(moment: datetime, now: datetime) -> str:
    """``09.41`` today, ``Kemarin 09.41``, otherwise ``Sel 24 Nov, 09.41`` with a far year."""
    local, today = moment.astimezone(WIB), now.astimezone(WIB)
    days = (today.date() - local.date()).days
    if days == 0:
        return clock_time(moment)
    if days == 1:
        return f"Kemarin {clock_time(moment)}"
    year = "" if local.year == today.year else f" {local.year}"
    day = f"{_DAYS[local.weekday()][:3]} {local.day} {_MONTHS[local.month - 1][:3]}{year}"
    return f"{day}, {clock_time(moment)}"


def list_moment(moment: datetime, now: datetime) -> str:
    """``09.41`` today, ``Kemarin``, otherwise ``24 Nov`` with a far year: for narrow lists."""
    local, today = moment.astimezone(WIB), now.astimezone(WIB)
    days = (today.date() - local.date()).days
    if days == 0:
        return clock_time(moment)
    if days == 1:
        return "Kemarin"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month - 1][:3]}{year}"


def duration(span: timedelta) -> str:
    """``12 detik``, ``4 menit``, ``3 jam 12 menit``, ``2 hari 5 jam``; never negative."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{seconds} detik"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours == 0:
        return f"{minutes} menit"
    if days == 0:
        rest = minutes % 60
        return f"{hours} jam {rest} menit" if rest else f"{hours} jam"
    rest = hours % 24
    return f"{days} hari {rest} jam" if rest else f"{days} hari"


def seconds(count: int) -> str:
    """A duration a kiosk has told; whatever it tells, the page can be made."""
    return duration(timedelta(seconds=min(count, _LONGEST_TOLD_S)))


def degrees(celsius: float | None) -> str:
    """``52 °C``; a dash where nothing, or nothing possible, was told."""
    if celsius is None or not _COLDEST_C <= celsius <= _HOTTEST_C:
        return "–"
    return f"{round(celsius)} °C"


def ago(moment: datetime, now: datetime) -> str:
    """``baru saja`` within a minute, otherwise ``4 menit lalu``."""
    span = now - moment
    return "baru saja" if span < timedelta(minutes=1) else f"{duration(span)} lalu"


def gigabytes(count_bytes: int) -> str:
    """``12,4``."""
    return f"{count_bytes / 1e9:.1f}".replace(".", ",")
