"""Bounds of dates as a service file writes them: a day, or a distance from today."""

import datetime as dt
import re
from typing import Final

_RULE: Final = re.compile(r"today(?:(?P<sign>[+-])(?P<count>[0-9]{1,4})(?P<unit>[dmy]))?")
_MONTHS_PER_YEAR: Final = 12


def is_rule(text: str) -> bool:
    """Tell whether `text` is `YYYY-MM-DD`, `today`, or `today` plus or minus days, months, years.

    Examples: `2025-01-01`, `today`, `today-120y`, `today+14d`, `today-6m`.
    """
    if _RULE.fullmatch(text):
        return True
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def resolve_rule(rule: str, today: dt.date) -> dt.date:
    """Return the day that `rule` means when it is `today`.

    A month or year that lacks the day ends on its last day; a distance beyond the calendar ends
    at its edge.

    Raises:
        ValueError: `rule` is not a rule; loading a catalogue has refused such a file.
    """
    match = _RULE.fullmatch(rule)
    if match is None:
        return dt.date.fromisoformat(rule)
    if match["count"] is None:
        return today
    count = int(match["count"]) * (1 if match["sign"] == "+" else -1)
    if match["unit"] == "d":
        return dt.date.fromordinal(
            min(max(today.toordinal() + count, dt.date.min.toordinal()), dt.date.max.toordinal())
        )
    return _months_later(today, count * (1 if match["unit"] == "m" else _MONTHS_PER_YEAR))


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month_index = divmod(day.year * _MONTHS_PER_YEAR + day.month - 1 + months, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    if year > dt.MAXYEAR:
        return dt.date.max
    for day_of_month in range(day.day, 27, -1):
        try:
            return dt.date(year, month_index + 1, day_of_month)
        except ValueError:
            continue
    return dt.date(year, month_index + 1, day.day)
