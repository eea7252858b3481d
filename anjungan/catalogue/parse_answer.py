"""Numbers, dates and times as people write them in Indonesia."""

import datetime as dt
import decimal
import re
from typing import Final

_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?", re.ASCII)
_PLAIN: Final = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,6})?", re.ASCII)
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_LOCAL_DATE: Final = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)
_DIGIT_DATE: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})", re.ASCII)
_TIME: Final = re.compile(r"([0-9]{1,2})[.:]([0-9]{2})|([0-9]{2})([0-9]{2})", re.ASCII)
_MAX_NUMBER_CHARS: Final = 24


def parse_number(raw: str) -> decimal.Decimal | None:
    """Return a number not below zero in its shortest form, or None.

    Groups of three digits are parted by dots, decimals by a comma (`1.500.000`, `0,25`); a
    single dot not followed by three digits is taken as the decimal mark of other countries.
    """
    text = raw.strip().removeprefix("Rp").strip()
    if len(text) > _MAX_NUMBER_CHARS:
        return None
    if _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    elif not _PLAIN.fullmatch(text):
        return None
    number = decimal.Decimal(text.replace(",", "."))
    if number == number.to_integral_value():
        return number.quantize(decimal.Decimal(1))
    return number.normalize()


def parse_date(raw: str) -> dt.date | None:
    """Return the day of `2026-11-24`, `24-11-2026`, `24/11/2026` or `24112026`, or None."""
    text = raw.strip()
    try:
        if match := _ISO_DATE.fullmatch(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _LOCAL_DATE.fullmatch(text) or _DIGIT_DATE.fullmatch(text):
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
    return None


def parse_time(raw: str) -> int | None:
    """Return the minutes since midnight of `7.30`, `07:30` or `0730`, or None."""
    match = _TIME.fullmatch(raw.strip())
    if match is None:
        return None
    hours, minutes = int(match[1] or match[3]), int(match[2] or match[4])
    in_a_day = hours < 24 and minutes < 60  # noqa: PLR2004 - hours of a day, minutes of an hour
    return hours * 60 + minutes if in_a_day else None
