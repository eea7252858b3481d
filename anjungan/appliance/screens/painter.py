"""Draws boxes, texts and icons on a Kivy canvas in logical pixels from the top left.

Everything drawn is also noted as a :class:`Mark`, so that tests can check sizes, contrast,
overlap and fit of a whole screen without looking at pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from kivy.core.text import Label as CoreLabel
from kivy.graphics import BorderImage, ClearBuffers, ClearColor, Color, Rectangle

from anjungan.appliance.screens.icons import icon_character, is_icon
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.shapes import Shapes, has_variant
from anjungan.appliance.screens.theme import TextStyle, Theme, rgba
from anjungan.appliance.screens.typeset import Line, Run, Typeset, Typesetter, font_file

Align = Literal["left", "centre", "right"]
Valign = Literal["top", "middle", "bottom"]

_DASH: Final = 7.0
_DASH_GAP: Final = 5.0


@dataclass(frozen=True, slots=True)
class BoxMark:
    """A filled area."""

    rect: Rect
    colour: str


@dataclass(frozen=True, slots=True)
class TextMark:
    """A text where it was drawn; ``room`` is the space it was given."""

    rect: Rect
    room: Rect
    text: str
    colour: str
    font_px: int
    bold: bool
    fits: bool
    reduced: bool

    def __repr__(self) -> str:
        return f"TextMark({self.rect})"


@dataclass(frozen=True, slots=True)
class IconMark:
    """An icon where it was drawn."""

    rect: Rect
    name: str
    colour: str
    known: bool


Mark = BoxMark | TextMark | IconMark


@dataclass(frozen=True, slots=True)
class Kit:
    """What every painter of one page shares."""

    theme: Theme
    shapes: Shapes
    typesetter: Typesetter
    height_px: int


class Painter:
    """Adds instructions to one canvas."""

    def __init__(self, kit: Kit, canvas: Any) -> None:
        self.kit = kit
        self.theme = kit.theme
        self.canvas = canvas
        self.marks: list[Mark] = []

    def clear(self) -> None:
        """Remove everything drawn."""
        self.canvas.clear()
        self.marks.clear()

    def ground(self, glass: Rect, colour: str) -> None:
        """Give the whole glass a colour; must be the first thing drawn.

        Clearing costs nothing, while a rectangle of this size takes a software renderer as long
        as everything on it.
        """
        self.canvas.add(ClearColor(*rgba(colour)))
        self.canvas.add(ClearBuffers(clear_color=True))
        self.marks.append(BoxMark(glass, colour))

    def fill(self, rect: Rect, colour: str) -> None:
        """Fill a plain rectangle."""
        x, y, w, h = self._pixels(rect)
        self.canvas.add(Color(*rgba(colour)))
        self._plain(x, y, w, h)
        self.marks.append(BoxMark(rect, colour))

    def box(
        self,
        rect: Rect,
        fill: str,
        *,
        radius: float = 16,
        line: str | None = None,
        stroke: float = 2,
        dashed: bool = False,
    ) -> None:
        """Draw a rounded box; a dashed line marks what is disabled."""
        if line is None:
            self._rounded(rect, radius, fill)
        else:
            self._lined(rect, radius, fill, line, stroke)
            if dashed:
                self._gaps(rect, radius, fill, stroke)
        self.marks.append(BoxMark(rect, fill))

    def ring(self, rect: Rect, colour: str, *, radius: float, thickness: float) -> None:
        """Draw a hollow rounded frame inside ``rect``."""
        x, y, w, h = self._pixels(rect)
        r = min(self.theme.px(radius), w // 2, h // 2)
        self.canvas.add(Color(*rgba(colour)))
        texture = self.kit.shapes.ring(r, max(1, self.theme.px(thickness)))
        self.canvas.add(BorderImage(texture=texture, border=(r, r, r, r), pos=(x, y), size=(w, h)))

    def circle(self, rect: Rect, fill: str, *, line: str | None = None, stroke: float = 2) -> None:
        """Draw a round box."""
        self.box(rect, fill, radius=min(rect.w, rect.h) / 2, line=line, stroke=stroke)

    def hollow_circle(self, rect: Rect, colour: str, *, stroke: float) -> None:
        """Draw a circle that shows what is under it."""
        self.ring(rect, colour, radius=min(rect.w, rect.h) / 2, thickness=stroke)

    def picture(self, rect: Rect, name: str, *, crop: tuple[float, float] = (0.0, 1.0)) -> None:
        """Draw a shipped picture; ``crop`` is the part of its height shown, from the bottom."""
        x, y, w, h = self._pixels(rect)
        low, high = crop
        texture = self.kit.shapes.picture(name)
        self.canvas.add(Color(1, 1, 1, 1))
        coords = _coords(texture, low, high)
        self.canvas.add(Rectangle(texture=texture, pos=(x, y), size=(w, h), tex_coords=coords))

    def pattern(self, rect: Rect, name: str, *, zoom: int = 1) -> None:
        """Fill a rectangle with a repeated picture at a whole multiple of its size."""
        x, y, w, h = self._pixels(rect)
        texture = self.kit.shapes.picture(name)
        times = max(1, round(self.theme.scale)) * zoom
        side_x, side_y = texture.width * times, texture.height * times
        self.canvas.add(Color(1, 1, 1, 1))
        # tile by tile: a texture that wraps would need a shader variant of its own
        for left in range(0, w, side_x):
            for down in range(0, h, side_y):
                wide, high = min(side_x, w - left), min(side_y, h - down)
                u, v = wide / side_x, high / side_y
                self.canvas.add(
                    Rectangle(
                        texture=texture,
                        pos=(x + left, y + h - down - high),
                        size=(wide, high),
                        tex_coords=(0, v, u, v, u, 0, 0, 0),
                    )
                )

    def text(
        self,
        room: Rect,
        text: str | Sequence[Run],
        style: TextStyle,
        colour: str,
        *,
        align: Align = "left",
        valign: Valign = "middle",
        max_lines: int = 3,
        fixed: bool = False,
        keep_size: bool = False,
    ) -> Rect:
        """Draw a text within ``room`` and return the rectangle it took."""
        typeset = self.kit.typesetter.set_text(
            text,
            style,
            room.w,
            max_lines=max_lines,
            max_height=room.h,
            fixed=fixed,
            keep_size=keep_size,
        )
        return self.typeset(room, typeset, colour, align=align, valign=valign)

    def typeset(
        self,
        room: Rect,
        typeset: Typeset,
        colour: str,
        *,
        align: Align = "left",
        valign: Valign = "middle",
    ) -> Rect:
        """Draw lines that were broken before and return the rectangle they took."""
        scale = self.theme.scale
        height = typeset.height_px / scale
        width = typeset.width_px / scale
        top = _place(room.y, room.h, height, valign)
        left = _place(room.x, room.w, width, align)
        self.canvas.add(Color(*rgba(colour)))
        for index, line in enumerate(typeset.lines):
            line_left = _place(room.x, room.w, line.width_px / scale, align)
            self._line(
                line,
                typeset,
                round(line_left * scale),
                round(top * scale) + index * typeset.pitch_px,
            )
        rect = Rect(left, top, width, height)
        if any(line.runs for line in typeset.lines):
            self.marks.append(_text_mark(rect, room, typeset, colour))
        return rect

    def icon(
        self, rect: Rect, name: str, size: float, colour: str, *, filled: bool = False
    ) -> None:
        """Draw an icon in the middle of ``rect``; icons do not grow with the text."""
        if not name:
            return
        character, font = icon_character(name, filled=filled)
        size_px = self.theme.px(size)
        drawn = self.kit.shapes.icon(
            (character, size_px), lambda: _render(character, font_file(font), size_px)
        )
        place = rect.centred(drawn.width / self.theme.scale, drawn.height / self.theme.scale)
        x, y, _, _ = self._pixels(place)
        texture = drawn.texture
        y -= texture.height - drawn.height
        self.canvas.add(Color(*rgba(colour)))
        self.canvas.add(Rectangle(texture=texture, pos=(x, y), size=texture.size))
        known = is_icon(name)
        self.marks.append(IconMark(rect.centred(size, size), name, colour, known))

    def _line(self, line: Line, typeset: Typeset, x: int, top: int) -> None:
        for run in line.runs:
            drawn = _render(run.text, font_file(run.font), typeset.font_px)
            if drawn is None:
                continue
            y = top + (typeset.pitch_px - drawn.height) // 2
            texture = drawn.texture
            self.canvas.add(
                Rectangle(
                    texture=texture,
                    pos=(x, self.kit.height_px - y - texture.height),
                    size=texture.size,
                )
            )
            x += drawn.width

    def _rounded(self, rect: Rect, radius: float, colour: str) -> None:
        x, y, w, h = self._pixels(rect)
        r = min(self.theme.px(radius), w // 2, h // 2)
        self.canvas.add(Color(*rgba(colour)))
        if r <= 0:
            self._plain(x, y, w, h)
            return
        self.canvas.add(
            BorderImage(
                texture=self.kit.shapes.disc(r), border=(r, r, r, r), pos=(x, y), size=(w, h)
            )
        )

    def _plain(self, x: int, y: int, w: int, h: int) -> None:
        texture = self.kit.shapes.white()
        self.canvas.add(Rectangle(texture=texture, pos=(x, y), size=(w, h)))

    def _lined(self, rect: Rect, radius: float, fill: str, line: str, stroke: float) -> None:
        """Draw fill and line as one picture: two boxes on each other cost twice."""
        x, y, w, h = self._pixels(rect)
        r, thickness = min(self.theme.px(radius), w // 2, h // 2), self.theme.px(stroke)
        if r <= thickness:
            self._rounded(rect, radius, line)
            self._rounded(rect.inset(stroke), max(0.0, radius - stroke), fill)
            return
        self.canvas.add(Color(1, 1, 1, 1))
        texture = self.kit.shapes.lined(r, thickness, rgba(fill), rgba(line))
        self.canvas.add(BorderImage(texture=texture, border=(r, r, r, r), pos=(x, y), size=(w, h)))

    def _gaps(self, rect: Rect, radius: float, colour: str, stroke: float) -> None:
        """Paint gaps over the straight parts of a line, which makes it dashed."""
        self.canvas.add(Color(*rgba(colour)))
        step = _DASH + _DASH_GAP
        for along, start, length in (
            ("x", rect.x + radius, rect.w - 2 * radius),
            ("y", rect.y + radius, rect.h - 2 * radius),
        ):
            count = int(length // step)
            for index in range(count):
                place = start + index * step + _DASH / 2
                for far in (False, True):
                    if along == "x":
                        y = rect.bottom - stroke if far else rect.y
                        gap = Rect(place, y, _DASH_GAP, stroke)
                    else:
                        x = rect.right - stroke if far else rect.x
                        gap = Rect(x, place, stroke, _DASH_GAP)
                    gx, gy, gw, gh = self._pixels(gap)
                    self._plain(gx, gy, gw, gh)

    def _pixels(self, rect: Rect) -> tuple[int, int, int, int]:
        """Return x, y from the bottom, width and height in whole device pixels."""
        scale = self.theme.scale
        left, right = round(rect.x * scale), round(rect.right * scale)
        top, bottom = round(rect.y * scale), round(rect.bottom * scale)
        return left, self.kit.height_px - bottom, right - left, bottom - top


@dataclass(frozen=True, slots=True)
class _Rendered:
    """White letters; the texture may have an empty last column and row beside them."""

    texture: Any
    width: int
    height: int


def _render(text: str, font: str, font_px: int) -> _Rendered | None:
    texture = _label(text, font, font_px, (0, 0, 0, 0)).texture
    if texture is None:
        return None
    width, height = texture.size
    right, below = int(has_variant(width)), int(has_variant(height))
    if right or below:
        texture = _label(text, font, font_px, (0, 0, right, below)).texture
    return _Rendered(texture, width, height)


def _label(text: str, font: str, font_px: int, padding: tuple[int, int, int, int]) -> Any:
    label = CoreLabel(
        text=text, font_name=font, font_size=font_px, color=(1, 1, 1, 1), padding=padding
    )
    label.refresh()
    return label


def _place(start: float, room: float, size: float, where: str) -> float:
    if where in {"left", "top"}:
        return start
    if where in {"right", "bottom"}:
        return start + room - size
    return start + (room - size) / 2


def _coords(texture: Any, low: float, high: float) -> tuple[float, ...]:
    """Return texture coordinates of a horizontal slice, shares counted from the bottom."""
    u0, v0, u1, _, _, v1, _, _ = texture.tex_coords
    bottom = v0 + (v1 - v0) * low
    top = v0 + (v1 - v0) * high
    return (u0, bottom, u1, bottom, u1, top, u0, top)


def _text_mark(rect: Rect, room: Rect, typeset: Typeset, colour: str) -> TextMark:
    text = "\n".join("".join(run.text for run in line.runs) for line in typeset.lines)
    fonts = {run.font.value for line in typeset.lines for run in line.runs}
    return TextMark(
        rect=rect,
        room=room,
        text=text,
        colour=colour,
        font_px=typeset.font_px,
        bold=all(not font.endswith("400") for font in fonts),
        fits=typeset.fits,
        reduced=typeset.reduced,
    )
