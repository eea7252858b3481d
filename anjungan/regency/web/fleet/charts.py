"""Charts as SVG, made on the server: lines and bars over time. Pure.

Drawn for 16 px text at the width of a card; what cannot be seen is said in words beside it. A line
is never drawn over a gap, and whatever numbers come, a chart can be made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import Final, Literal

from markupsafe import Markup

from anjungan.regency.fleet.samples import Reading
from anjungan.regency.fleet.spans import Span
from anjungan.regency.web.fleet.time_axis import time_ticks

WIDTH: Final = 380
HEIGHT: Final = 206
_LEFT: Final = 48
_RIGHT: Final = 372
_TOP: Final = 16
_BOTTOM: Final = 172
_BUCKETS: Final = 162
_BARS: Final = 54
_MOST_LINES: Final = 4
_NICE: Final = (1.0, 1.5, 2.0, 2.5, 5.0, 10.0)
_TABLE_ROWS: Final = 24
_LARGEST: Final = 1e15
"""No number of a kiosk is larger; what is, is left out."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a number is drawn.

    Attributes:
        unit: stands behind values, such as ``°C``.
        kind: bars for what is counted, a line for what is measured.
        floor: the axis reaches at least down to it; None follows the values.
        ceiling: and at least up to it.
        limit: a dashed line where it becomes bad; None without.
        limit_word: what stands at that line.
        bad_below: less is worse.
    """

    unit: str
    kind: Literal["line", "bars"] = "line"
    floor: float | None = None
    ceiling: float | None = None
    limit: float | None = None
    limit_word: str = ""
    bad_below: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """What the readings of a piece of the window come to; ``at`` is the middle of what is there."""

    at: datetime
    low: float
    high: float
    mean: float


@dataclass(frozen=True, slots=True)
class Axis:
    """The values a chart reaches from and to, and where its lines are."""

    low: float
    high: float
    ticks: Sequence[float]

    def y(self, value: float) -> float:
        """Where a value stands; what lies outside stands at the edge."""
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return _BOTTOM - part * (_BOTTOM - _TOP)


def draw(
    line: Sequence[Reading], window: Span, style: Style, *, gap: timedelta, label: str
) -> Markup:
    """The chart of ``line`` in ``window``; a pause longer than ``gap`` breaks the line.

    ``label`` is what the picture says, for those who do not see it.
    """
    seen = _within(line, window)
    buckets = bucketed(seen, window, _BARS if style.kind == "bars" else _BUCKETS)
    axis = axis_for(buckets, style)
    parts = [_grid(axis, window)]
    if style.limit is not None and axis.low <= style.limit <= axis.high:
        parts.append(_limit_line(axis, style))
    if style.kind == "bars":
        parts.append(_bars(buckets, window, axis))
    else:
        parts.append(_line(buckets, window, axis, gap))
    if buckets:
        parts.append(_last(seen[-1], window, axis, style))
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, label, Markup("").join(parts))


def _within(line: Sequence[Reading], window: Span) -> Sequence[Reading]:
    return [each for each in line if window.begin <= each.at <= window.end and _has_sense(each)]


def _has_sense(reading: Reading) -> bool:
    values = (reading.low, reading.high, reading.mean)
    return all(isfinite(value) and abs(value) <= _LARGEST for value in values)


def bucketed(line: Sequence[Reading], window: Span, count: int) -> Sequence[Bucket]:
    """Sum the readings up in ``count`` equal pieces of the window; empty pieces are left out."""
    length = window.length / count
    groups: dict[int, list[Reading]] = {}
    for reading in line:
        place = min(count - 1, int((reading.at - window.begin) / length))
        groups.setdefault(place, []).append(reading)
    return [_bucket(group) for _place, group in sorted(groups.items())]


def _bucket(group: Sequence[Reading]) -> Bucket:
    first, last = group[0].at, group[-1].at
    return Bucket(
        at=first + (last - first) / 2,
        low=min(each.low for each in group),
        high=max(each.high for each in group),
        mean=sum(each.mean for each in group) / len(group),
    )


def axis_for(buckets: Sequence[Bucket], style: Style) -> Axis:
    """Round ends around all values, the style's wishes and its limit."""
    lows = [each.low for each in buckets] + [x for x in (style.floor, style.limit) if x is not None]
    highs = [each.high for each in buckets]
    highs += [x for x in (style.ceiling, style.limit) if x is not None]
    low, high = min(lows, default=0.0), max(highs, default=1.0)
    if high <= low:
        high = low + max(1.0, abs(low) * 0.1)
    step = _nice_step((high - low) / _MOST_LINES)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = [index * step for index in range(first, last + 1)]
    return Axis(ticks[0], ticks[-1], ticks)


def _nice_step(least: float) -> float:
    power = 10.0 ** floor(log10(least))
    return next(nice * power for nice in _NICE if nice * power >= least * (1 - 1e-9))


def shown(value: float) -> str:
    """A number as people write it: ``12``, ``0,5``, ``1.250``; large ones in thousands."""
    if abs(value) >= 1e6:  # noqa: PLR2004 - a million
        return f"{value / 1e6:.0f} jt" if abs(value) < 1e15 else "sangat besar"  # noqa: PLR2004 - beyond all sense
    if abs(value) >= 100 or value == round(value):  # noqa: PLR2004 - no decimals from here
        return f"{value:,.0f}".replace(",", ".").replace("-", "−")
    return f"{value:.1f}".replace(".", ",").replace("-", "−")


# --- parts ------------------------------------------------------------------------------------


def _x(moment: datetime, window: Span) -> float:
    part = (moment - window.begin) / window.length
    return _LEFT + min(max(part, 0.0), 1.0) * (_RIGHT - _LEFT)


def _grid(axis: Axis, window: Span) -> Markup:
    lines = Markup("").join(
        Markup('<path d="M{} {:.0f}H{}"/>').format(_LEFT, axis.y(tick), _RIGHT)
        for tick in axis.ticks
    )
    names = Markup("").join(
        Markup('<text x="{}" y="{:.0f}" text-anchor="end">{}</text>').format(
            _LEFT - 8, axis.y(tick) + 5, shown(tick)
        )
        for tick in axis.ticks
    )
    times = Markup("").join(
        Markup('<text x="{:.0f}" y="{}" text-anchor="{}">{}</text>').format(
            _x(tick.at, window), HEIGHT - 10, tick.anchor, tick.word
        )
        for tick in time_ticks(window)
    )
    return Markup('<g class="grid">{}</g><g class="axis">{}{}</g>').format(lines, names, times)


def _limit_line(axis: Axis, style: Style) -> Markup:
    y = axis.y(style.limit or 0.0)
    below = y < _TOP + 16
    return Markup(
        '<path class="limit" d="M{} {:.0f}H{}"/>'
        '<text class="limit-word" x="{}" y="{:.0f}" text-anchor="end">{}</text>'
    ).format(_LEFT, y, _RIGHT, _RIGHT, y + 18 if below else y - 6, style.limit_word)


def _line(buckets: Sequence[Bucket], window: Span, axis: Axis, gap: timedelta) -> Markup:
    widest = max(gap, window.length / _BUCKETS * 2.5)
    runs: list[list[Bucket]] = [[bucket] for bucket in buckets[:1]]
    for before, after in pairwise(buckets):
        if after.at - before.at > widest:
            runs.append([after])
        else:
            runs[-1].append(after)
    bands, lines, dots = [], [], []
    for run in runs:
        places = [(_x(each.at, window), each) for each in run]
        if len(run) == 1:
            dots.append(f"M{places[0][0]:.0f} {axis.y(run[0].mean):.1f}h.1")
            continue
        lines.append("M" + "L".join(f"{x:.0f} {axis.y(each.mean):.1f}" for x, each in places))
        if any(each.high > each.low for each in run):
            upper = "L".join(f"{x:.0f} {axis.y(each.high):.0f}" for x, each in places)
            lower = "L".join(f"{x:.0f} {axis.y(each.low):.0f}" for x, each in reversed(places))
            bands.append(f"M{upper}L{lower}z")
    return Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(name, "".join(paths))
        for name, paths in (("band", bands), ("line", lines), ("dot", dots))
        if paths
    )


def _bars(buckets: Sequence[Bucket], window: Span, axis: Axis) -> Markup:
    width = (_RIGHT - _LEFT) / _BARS
    bars = "".join(
        f"M{_x(each.at, window):.0f} {_BOTTOM}V{axis.y(each.high):.0f}"
        for each in buckets
        if axis.y(each.high) < _BOTTOM
    )
    return Markup('<path class="bars" stroke-width="{:.1f}" d="{}"/>').format(width * 0.7, bars)


def _last(reading: Reading, window: Span, axis: Axis, style: Style) -> Markup:
    if style.kind == "bars":
        return Markup("")
    x, y = _x(reading.at, window), axis.y(reading.mean)
    return Markup('<circle class="last" cx="{:.0f}" cy="{:.1f}" r="6"/>').format(x, y)


# --- in words ---------------------------------------------------------------------------------


def sentence(line: Sequence[Reading], style: Style) -> str:
    """What the chart says: the ends and the last value; empty without any value."""
    values = [each for each in line if _has_sense(each)]
    if not values:
        return ""
    low, high = min(each.low for each in values), max(each.high for each in values)
    unit = f" {style.unit}" if style.unit else ""
    text = f"{shown(low)} sampai {shown(high)}{unit}, terakhir {shown(values[-1].mean)}{unit}"
    if style.limit is None:
        return text + "."
    beyond = low <= style.limit if style.bad_below else high >= style.limit
    crossed = "pernah melewati" if beyond else "tidak melewati"
    return f"{text}; {crossed} batas {shown(style.limit)}{unit}."


def table_rows(line: Sequence[Reading], window: Span) -> Sequence[Bucket]:
    """The same as numbers: at most a screen of rows, the newest first."""
    seen = _within(line, window)
    return list(reversed(bucketed(seen, window, _TABLE_ROWS)))
