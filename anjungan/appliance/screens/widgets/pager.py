"""The page buttons beside a list, with "1 dari 6" between them."""

from collections.abc import Callable
from typing import Final

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import LABEL, LABEL_BOLD, SUPPORT_BOLD, Font
from anjungan.appliance.screens.typeset import Run
from anjungan.appliance.screens.widgets.touchable import Touchable

PAGER_W: Final = 96.0
_BETWEEN: Final = 88.0
_LEAST_BETWEEN: Final = 30.0
_BETWEEN_LYING: Final = 120.0


class PageButton(Touchable):
    """A big arrow."""

    def __init__(
        self, kit: Kit, rect: Rect, name: str, icon: str, press: Callable[[], None] | None
    ) -> None:
        super().__init__(kit, rect, name, press)
        self.icon = icon
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw a white box with the arrow, dashed where there is no further page."""
        palette, rect = self.theme.palette, self.rect
        if not self.enabled:
            painter.box(
                rect,
                palette.disabled_fill,
                radius=16,
                line=palette.line_touch,
                stroke=2,
                dashed=True,
            )
            painter.icon(rect, self.icon, 48, palette.disabled_text)
            return
        fill, _ = self.surface()
        painter.box(rect, fill, radius=16, line=palette.indigo_900, stroke=3)
        painter.icon(rect, self.icon, 48, palette.indigo_900)


def add_pager(
    page: Page,
    rect: Rect,
    *,
    count: int,
    page_word: str,
    previous_label: str,
    next_label: str,
) -> None:
    """Add the two buttons at the sides of ``rect`` (upright or lying) and the place between.

    The page number is kept in the page's place; pressing builds the page again.
    """
    context = page.context
    place = context.place

    def turn(step: int) -> Callable[[], None] | None:
        target = place.page + step
        if not 0 <= target < count:
            return None

        def go() -> None:
            place.page = target
            place.focus = ""
            context.rebuild()

        return go

    upright = rect.h > rect.w
    if upright:
        between = max(_LEAST_BETWEEN, min(_BETWEEN, rect.h - 2 * context.layout.touch))
        half = (rect.h - between) / 2
        upper, rest = rect.cut_top(half)
        middle, lower = rest.cut_top(between)
    else:
        half = (rect.w - _BETWEEN_LYING) / 2
        upper, rest = rect.cut_left(half)
        middle, lower = rest.cut_left(_BETWEEN_LYING)
    page.put(PageButton(context.kit, upper, previous_label, "chevron-up", turn(-1)))
    page.put(PageButton(context.kit, lower, next_label, "chevron-down", turn(1)))
    _paint_place(page.painter, middle, (place.page + 1, count), page_word, upright=upright)


def _paint_place(
    painter: Painter, rect: Rect, place: tuple[int, int], word: str, *, upright: bool
) -> None:
    number, count = place
    ink, muted = painter.theme.palette.ink, painter.theme.palette.muted
    if upright and rect.h >= _BETWEEN:
        cells = rect.inset(0, 4).rows(3, 0)
        for cell, text, style in zip(
            cells,
            (str(number), word, str(count)),
            (SUPPORT_BOLD, LABEL, SUPPORT_BOLD),
            strict=True,
        ):
            colour = muted if style is LABEL else ink
            painter.text(cell, text, style, colour, align="centre", fixed=True, max_lines=1)
        return
    runs = [
        Run(f"{number} ", Font.BOLD),
        Run(f"{word} ", Font.REGULAR),
        Run(str(count), Font.BOLD),
    ]
    painter.text(rect, runs, LABEL_BOLD, ink, align="centre", fixed=True, max_lines=2)
