"""Rectangles and the three arrangements of a screen: small landscape, landscape, portrait.

All measures are logical pixels with the origin at the top left, as in the pictures.
"""

from dataclasses import dataclass
from typing import Final

from anjungan.appliance.screens.theme import scale_for, touch_target_px

_COMPACT_BELOW: Final = 900


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle from its top left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """First column to the right of it."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """First row below it."""
        return self.y + self.h

    @property
    def middle(self) -> float:
        """Its vertical middle."""
        return self.y + self.h / 2

    def inset(self, horizontal: float, vertical: float | None = None) -> "Rect":
        """Return it made smaller on all sides (larger, if negative)."""
        down = horizontal if vertical is None else vertical
        return Rect(self.x + horizontal, self.y + down, self.w - 2 * horizontal, self.h - 2 * down)

    def cut_left(self, width: float, gap: float = 0) -> "tuple[Rect, Rect]":
        """Split into a left part of that width and what remains after the gap."""
        rest = Rect(self.x + width + gap, self.y, self.w - width - gap, self.h)
        return Rect(self.x, self.y, width, self.h), rest

    def cut_right(self, width: float, gap: float = 0) -> "tuple[Rect, Rect]":
        """Split into what remains and a right part of that width."""
        rest = Rect(self.x, self.y, self.w - width - gap, self.h)
        return rest, Rect(self.right - width, self.y, width, self.h)

    def cut_top(self, height: float, gap: float = 0) -> "tuple[Rect, Rect]":
        """Split into a top part of that height and what remains after the gap."""
        rest = Rect(self.x, self.y + height + gap, self.w, self.h - height - gap)
        return Rect(self.x, self.y, self.w, height), rest

    def cut_bottom(self, height: float, gap: float = 0) -> "tuple[Rect, Rect]":
        """Split into what remains and a bottom part of that height."""
        rest = Rect(self.x, self.y, self.w, self.h - height - gap)
        return rest, Rect(self.x, self.bottom - height, self.w, height)

    def columns(self, count: int, gap: float) -> "list[Rect]":
        """Split into columns of equal width, on whole pixels."""
        width = (self.w - gap * (count - 1)) / count
        edges = [self.x + (width + gap) * index for index in range(count)]
        return [Rect(round(x), self.y, round(x + width) - round(x), self.h) for x in edges]

    def rows(self, count: int, gap: float) -> "list[Rect]":
        """Split into rows of equal height, on whole pixels."""
        height = (self.h - gap * (count - 1)) / count
        edges = [self.y + (height + gap) * index for index in range(count)]
        return [Rect(self.x, round(y), self.w, round(y + height) - round(y)) for y in edges]

    def grid(self, columns: int, rows: int, gap: float) -> "list[Rect]":
        """Split into cells in reading order."""
        return [
            Rect(column.x, row.y, column.w, row.h)
            for row in self.rows(rows, gap)
            for column in self.columns(columns, gap)
        ]

    def centred(self, width: float, height: float) -> "Rect":
        """Return a rectangle of that size in the middle of this one."""
        return Rect(self.x + (self.w - width) / 2, self.y + (self.h - height) / 2, width, height)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where frame and content lie on this screen."""

    width: float
    height: float
    portrait: bool
    compact: bool
    touch: float
    header_h: float
    band_h: float
    rail_w: float
    bar_h: float
    pad: float
    action_h: float
    gap: float

    @property
    def header(self) -> Rect:
        """The indigo bar, without the band below it."""
        return Rect(0, 0, self.width - self.rail_w, self.header_h)

    @property
    def band(self) -> Rect:
        """The strip of diamonds under the header."""
        return Rect(0, self.header_h, self.width - self.rail_w, self.band_h)

    @property
    def rail(self) -> Rect:
        """The rail at the right, or the bar at the bottom in portrait."""
        if self.portrait:
            return Rect(0, self.height - self.bar_h, self.width, self.bar_h)
        return Rect(self.width - self.rail_w, 0, self.rail_w, self.height)

    @property
    def content(self) -> Rect:
        """What is left for a view, inside its padding."""
        top = self.header_h + self.band_h
        whole = Rect(0, top, self.width - self.rail_w, self.height - top - self.bar_h)
        above, below = (10, 10) if self.compact else (14, 12)
        return Rect(
            whole.x + self.pad,
            whole.y + above,
            whole.w - 2 * self.pad,
            whole.h - above - below,
        )


@dataclass(frozen=True, slots=True)
class ScreenSize:
    """A screen: its pixels and its diagonal in inches."""

    width_px: int
    height_px: int
    diagonal_in: float

    @property
    def scale(self) -> float:
        """Device pixels a logical pixel."""
        return scale_for(self.width_px, self.height_px, self.diagonal_in)

    @property
    def touch_px(self) -> int:
        """Smallest side of a touch target in device pixels."""
        return touch_target_px(self.width_px, self.height_px, self.diagonal_in)


def layout_for(screen: ScreenSize) -> Layout:
    """Choose the arrangement nearest to the screen's logical size."""
    scale = screen.scale
    width, height = screen.width_px / scale, screen.height_px / scale
    portrait = height > width
    compact = not portrait and width < _COMPACT_BELOW
    if portrait:
        header_h, rail_w, bar_h, pad, action_h = 100.0, 0.0, 112.0, 24.0, 96.0
    elif compact:
        header_h, rail_w, bar_h, pad, action_h = 56.0, 108.0, 0.0, 14.0, 84.0
    else:
        header_h, rail_w, bar_h, pad, action_h = 72.0, 112.0, 0.0, 20.0, 94.0
    return Layout(
        width=width,
        height=height,
        portrait=portrait,
        compact=compact,
        touch=screen.touch_px / scale,
        header_h=header_h,
        band_h=12,
        rail_w=rail_w,
        bar_h=bar_h,
        pad=pad,
        action_h=action_h,
        gap=10 if compact else 12,
    )
