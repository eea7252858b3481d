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
    keep_focus: bool = False,
) -> None:
    """Add the two buttons at the sides of ``rect`` (upright or lying) and the place between.

    The page number is kept in the page's place; pressing builds the page again. ``keep_focus``
    leaves the focus on the arrows, where there is nothing to walk through on the next page.
    """
    context = page.context
    place = context.place

    def turn(step: int) -> Callable[[], None] | None:
        target = place.page + step
        if not 0 <= target < count:
            return None

        def go() -> None:
            place.page = target
            onward = 0 <= target + step < count
            forward = (step > 0) is onward
            place.focus = (next_label if forward else previous_label) if keep_focus else ""
            context.rebuild()

        return go

    upright = rect.h > rect.w
    if upright:
        between = max(_LEAST_BETWEEN, min(_BETWEEN, rect.h - 2 * context.layout.touch))
        half = (rect.h - between) / 2
        upper, rest = rect.cut_top(half)
        middle, lower = rest.cut_top(between)
    else:
        least = _BETWEEN_LYING / 2
        between = max(least, min(_BETWEEN_LYING, rect.w - 2 * context.layout.touch))
        half = (rect.w - between) / 2
        upper, rest = rect.cut_left(half)
        middle, lower = rest.cut_left(between)
    page.put(PageButton(context.kit, upper, previous_label, "chevron-up", turn(-1)))
    page.put(PageButton(context.kit, lower, next_label, "chevron-down", turn(1)))
    _paint_place(page.painter, middle, (place.page + 1, count), page_word, upright=upright)


def _paint_place(
    painter: Painter, rect: Rect, place: tuple[int, int], word: str, *, upright: bool
) -> None:
    number, count = place
    ink, muted = painter.theme.palette.ink, painter.theme.palette.muted
    narrow = not upright and rect.w < _BETWEEN_LYING
    if narrow or (upright and rect.h >= _BETWEEN):
        middle = rect.centred(rect.w, min(rect.h, _BETWEEN))
        bold = LABEL_BOLD if narrow else SUPPORT_BOLD
        for cell, text, style in zip(
            middle.inset(0, 4).rows(3, 0),
            (str(number), word, str(count)),
            (bold, LABEL, bold),
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
