"""A tile of the home screen."""

from collections.abc import Callable

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import (
    LABEL_BOLD,
    QUESTION,
    ROW_TITLE,
    SUPPORT,
    TILE_TITLE,
    Font,
    TextStyle,
)
from anjungan.appliance.screens.widgets.touchable import Touchable
from anjungan.appliance.session.views import Tile

_SUBTITLE = TextStyle(20, Font.REGULAR, 1.15)


class HomeTile(Touchable):
    """White, with a coloured plate, its number, a title and in most layouts a subtitle.

    ``shape`` is "tall" (plate above the words), "wide" (plate at the left) or "centred" (small
    screens, words in the middle and no subtitle).
    """

    radius = 20.0

    def __init__(
        self, kit: Kit, rect: Rect, tile: Tile, press: Callable[[], None], shape: str
    ) -> None:
        super().__init__(kit, rect, tile.title, press)
        self.tile = tile
        self.shape = shape
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw the box, plate, number and words."""
        palette = self.theme.palette
        fill, line = self.surface()
        painter.box(self.rect, fill, radius=self.radius, line=line, stroke=self.theme.card_stroke)
        number = Rect(self.rect.right - 48, self.rect.y + 12, 32, 26)
        colour = palette.ink_2 if self.focused else palette.muted
        painter.text(number, str(self.tile.number), LABEL_BOLD, colour, align="right", fixed=True)
        if self.shape == "centred":
            self._paint_centred(painter)
        elif self.shape == "wide":
            self._paint_wide(painter)
        else:
            self._paint_tall(painter)

    def _plate(self, painter: Painter, plate: Rect) -> None:
        palette = self.theme.palette
        painter.box(plate, palette.plate(self.tile.plate), radius=plate.w * 20 / 72)
        painter.icon(plate, self.tile.icon, plate.w * 0.6, palette.white)

    def _paint_tall(self, painter: Painter) -> None:
        plate = 72.0 if self.rect.h >= 170 else 60.0
        self._plate(painter, Rect(self.rect.x + 16, self.rect.y + 16, plate, plate))
        words = self.rect.inset(16, 12)
        words = Rect(
            words.x, self.rect.y + plate + 18, words.w, words.bottom - self.rect.y - plate - 18
        )
        self._paint_words(painter, words, TILE_TITLE, "bottom")

    def _paint_wide(self, painter: Painter) -> None:
        plate = min(112.0, self.rect.h - 40, self.rect.w * 0.28)
        left = self.rect.x + min(28.0, self.rect.w * 0.06)
        self._plate(painter, Rect(left, self.rect.middle - plate / 2, plate, plate))
        words = Rect(
            left + plate + 16,
            self.rect.y + 30,
            self.rect.right - left - plate - 38,
            self.rect.h - 42,
        )
        roomy = self.rect.h >= 150
        self._paint_words(
            painter,
            words,
            QUESTION if roomy else ROW_TITLE,
            "middle",
            SUPPORT if roomy else _SUBTITLE,
        )

    def _paint_words(
        self,
        painter: Painter,
        room: Rect,
        style: TextStyle,
        where: str,
        small: TextStyle = _SUBTITLE,
    ) -> None:
        """Draw the title; the subtitle stays only where both fit at the resident's size."""
        palette = self.theme.palette
        scale = self.theme.scale
        typesetter = self.kit.typesetter
        title = typesetter.set_text(self.name, style, room.w, max_lines=2, max_height=room.h)
        subtitle = typesetter.set_text(
            self.tile.subtitle, small, room.w, max_lines=1, keep_size=True
        )
        height = title.height_px / scale
        extra = subtitle.height_px / scale + 3
        with_subtitle = bool(self.tile.subtitle) and subtitle.fits and height + extra <= room.h
        whole = height + (extra if with_subtitle else 0)
        top = room.bottom - whole if where == "bottom" else room.y + (room.h - whole) / 2
        painter.typeset(Rect(room.x, top, room.w, height), title, palette.ink)
        if with_subtitle:
            colour = palette.ink_2 if self.focused else palette.muted
            below = Rect(room.x, top + height + 3, room.w, extra - 3)
            painter.typeset(below, subtitle, colour)

    def _paint_centred(self, painter: Painter) -> None:
        palette = self.theme.palette
        plate = 64.0
        room = self.rect.inset(8, 8)
        title = self.kit.typesetter.set_text(
            self.name, TILE_TITLE, room.w, max_lines=2, max_height=room.h - plate - 4
        )
        height = title.height_px / self.theme.scale
        whole = plate + 6 + height
        top = self.rect.y + max(8.0, (self.rect.h - whole) / 2)
        self._plate(painter, Rect(self.rect.x + (self.rect.w - plate) / 2, top, plate, plate))
        below = Rect(room.x, top + plate + 6, room.w, height)
        painter.typeset(below, title, palette.ink, align="centre")
