"""Reading a pasted list of days off: a date at the begin of each line, its name behind it. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from anjungan.regency.requests.targets import MAX_HOLIDAY_NAME_CHARACTERS, Holiday

MOST_LINES: Final = 200
FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2100
_NAMELESS: Final = "Hari libur"

_MONTHS: Final = (
    *("januari", "februari", "maret", "april", "mei", "juni"),
    *("juli", "agustus", "september", "oktober", "november", "desember"),
)
_SHORTEST_MONTH: Final = 3
_DAY_NAME: Final = r"(?:(?:senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|ahad)[, ]+)?"
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", re.ASCII)
_NUMBERS: Final = re.compile(
    r"(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})", re.ASCII
)
_WORDS: Final = re.compile(
    rf"{_DAY_NAME}(?P<day>[0-9]{{1,2}})[ -](?P<month>[a-z]+)[ -](?P<year>[0-9]{{4}})",
    re.ASCII | re.IGNORECASE,
)
_BETWEEN: Final = " \t,;:-–—|"


@dataclass(frozen=True, slots=True)
class HolidayReading:
    """The days of a text, and the numbers of the lines that begin with no date."""

    holidays: Sequence[Holiday]
    bad_lines: Sequence[int]


def read_holidays_text(text: str) -> HolidayReading:
    """Read one day a line; empty lines are skipped, and lines past MOST_LINES are bad ones.

    Dates are ``2026-08-17``, ``17-08-2026`` (also with dots or slashes) or ``17 Agustus 2026``.
    """
    holidays: list[Holiday] = []
    bad_lines: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        holiday = None if number > MOST_LINES else _read_line(line.strip())
        if holiday is None:
            bad_lines.append(number)
        else:
            holidays.append(holiday)
    return HolidayReading(holidays, bad_lines)


def _read_line(line: str) -> Holiday | None:
    for pattern in (_ISO, _NUMBERS, _WORDS):
        found = pattern.match(line)
        if found is not None and not line[found.end() :][:1].isalnum():
            day = _day(found["year"], found["month"], found["day"])
            return None if day is None else Holiday(day, _name(line[found.end() :]))
    return None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _month(month.casefold())
    try:
        found = date(int(year), number, int(day))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _month(word: str) -> int:
    """The number of a month; zero, which no date takes, for what is none."""
    if len(word) < _SHORTEST_MONTH:
        return 0
    return next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)), 0)


def _name(text: str) -> str:
    visible = "".join(each for each in text if unicodedata.category(each)[0] != "C")
    name = " ".join(visible.strip(_BETWEEN).split())
    return name[:MAX_HOLIDAY_NAME_CHARACTERS] or _NAMELESS
