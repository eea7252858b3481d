"""The words below a chart over time: a few moments that people would choose. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from anjungan.regency.fleet.spans import Span
from anjungan.regency.requests.lateness import WIB

_DAY: Final = timedelta(days=1)
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "Mei", "Jun"),
    *("Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
)
_DAYS: Final = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
_LEAST_APART: Final = 0.15
"""Of the axis; words nearer to each other would run together."""

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Tick:
    """A word at a moment."""

    at: datetime
    word: str
    anchor: Anchor


def time_ticks(window: Span) -> Sequence[Tick]:
    """Words for the window, in order; the last one is its end."""
    chosen: list[Tick] = []
    end = Tick(window.end, _end_word(window), "end")
    for moment, word in _candidates(window):
        part = (moment - window.begin) / window.length
        if chosen and (moment - chosen[-1].at) / window.length < _apart(chosen[-1]):
            continue
        if 1 - part < _LEAST_APART * 1.3:
            break
        chosen.append(Tick(moment, word, "start" if part < _LEAST_APART / 2 else "middle"))
    return [*chosen, end]


def _apart(before: Tick) -> float:
    """How far the next word must be; one that begins at its moment reaches further to the right."""
    return _LEAST_APART * (1.5 if before.anchor == "start" else 1.0)


def _end_word(window: Span) -> str:
    local = window.end.astimezone(WIB)
    return f"{local:%H.%M}" if window.length <= 2 * _DAY else "kini"


def _candidates(window: Span) -> Iterator[tuple[datetime, str]]:
    local = window.begin.astimezone(WIB)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if window.length <= 2 * _DAY:
        for index in range(1, 17):
            moment = midnight + timedelta(hours=4 * index)
            if window.begin <= moment <= window.end:
                yield moment, f"{moment:%H.%M}"
    elif window.length <= 10 * _DAY:
        for index in range(1, 12):
            moment = midnight + index * _DAY
            if moment <= window.end:
                yield moment, f"{_DAYS[moment.weekday()]} {moment.day}"
    elif window.length <= 60 * _DAY:
        for index in range(1, 62):
            moment = midnight + index * _DAY
            if moment <= window.end and moment.weekday() == 0:
                yield moment, f"{moment.day} {_MONTHS[moment.month - 1]}"
    else:
        month = midnight.replace(day=1)
        for _index in range(15):
            month = (month + 32 * _DAY).replace(day=1)
            if month <= window.end:
                yield month, _MONTHS[month.month - 1]
