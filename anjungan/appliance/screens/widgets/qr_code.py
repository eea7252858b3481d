"""A QR code as one texture; it is made when a ticket is shown and kept nowhere."""

from typing import Any, Final

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import BoxMark, Painter
from anjungan.appliance.screens.theme import rgba

_QUIET_MODULES: Final = 4


def paint_qr(painter: Painter, room: Rect, text: str) -> Rect:
    """Draw the code as large as whole pixels a module allow; returns it with its quiet zone."""
    import segno  # noqa: PLC0415 - only the ticket needs it

    matrix = segno.make(text, error="m", micro=False).matrix
    side = len(matrix) + 2 * _QUIET_MODULES
    scale = painter.theme.scale
    module_px = max(1, int(min(room.w, room.h) * scale // side))
    whole = module_px * side / scale
    place = room.centred(whole, whole)
    painter.fill(place, painter.theme.palette.white)
    code = place.inset(_QUIET_MODULES * module_px / scale)
    left = round(code.x * scale)
    size = len(matrix) * module_px
    bottom = painter.kit.height_px - round(code.y * scale) - size
    painter.canvas.add(Color(*rgba(painter.theme.palette.indigo_900)))
    painter.canvas.add(Rectangle(texture=_texture(matrix), pos=(left, bottom), size=(size, size)))
    painter.marks.append(BoxMark(code, painter.theme.palette.white))
    return place


def _texture(matrix: Any) -> Any:
    side = len(matrix)
    coverage = b"".join(bytes(255 if dark else 0 for dark in row) for row in reversed(matrix))
    data = bytearray(b"\xff") * (4 * side * side)
    data[3::4] = coverage
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(bytes(data), colorfmt="rgba", bufferfmt="ubyte")
    texture.mag_filter = texture.min_filter = "nearest"
    return texture
