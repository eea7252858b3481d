"""Nobody is here: who we are, the time, how to begin, and the village's announcements."""

from typing import Any, Final

from kivy.clock import Clock

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import (
    CLOCK_IDLE,
    LABEL,
    LABEL_BOLD,
    SECTION,
    SUPPORT,
    SUPPORT_BOLD,
    VILLAGE_IDLE,
    Font,
    TextStyle,
)
from anjungan.appliance.screens.typeset import Run
from anjungan.appliance.screens.widgets.banner import banner_height, paint_banner
from anjungan.appliance.screens.widgets.touchable import Touchable
from anjungan.appliance.session.views import Ambient, Announcement, Banner, IdleView

_HOLD_S: Final = 10.0
_INVITATION: Final = TextStyle(30, Font.BOLD, 1.15)
_DATE: Final = TextStyle(24, Font.SEMIBOLD, 1.25)
_DATE_COMPACT: Final = TextStyle(22, Font.SEMIBOLD, 1.25)
_INVITATION_COMPACT: Final = TextStyle(28, Font.BOLD, 1.15)
_CLOCK_COMPACT: Final = TextStyle(60, Font.EXTRABOLD, 1.0)
_FOOT_COMPACT: Final = TextStyle(20, Font.REGULAR, 1.2)
_ROOMY_BOX_W: Final = 420.0
_ROOMY_LINE_W: Final = 180.0
_ICON: Final = 60.0
_LEAST_TEXT_H: Final = 24.0
_PICTURE_W: Final = 440
_PICTURE_H: Final = 600
_STRIP_W: Final = 72.0
_PORTRAIT_CARD_Y: Final = 330.0
_EDGE_W: Final = 6.0


class WholeScreen(Touchable):
    """The invitation; a touch anywhere counts."""

    radius = 22.0

    def __init__(self, kit: Kit, glass: Rect, box: Rect, view: IdleView, press: Any) -> None:
        super().__init__(kit, glass, " ".join(view.invitation), press)
        self._box = box
        self._lines = view.invitation
        self.repaint()

    def paint(self, painter: Painter) -> None:
        """Draw the marigold box with the white line around it."""
        palette, box = self.theme.palette, self._box
        fill = palette.focus_fill if self.pressed else palette.marigold
        painter.box(box.inset(-7), palette.white, radius=26)
        painter.box(box.inset(-2), palette.indigo_900, radius=22)
        painter.box(box, fill, radius=20)
        icon, words = box.cut_left(min(102.0, box.w * 0.23))
        painter.icon(icon, "hand-finger", min(_ICON, box.h * 0.52), palette.indigo_900)
        room = Rect(words.x, words.y + 6, words.w - 12, words.h - 12)
        text = "\n".join(self._lines)
        style = _INVITATION if box.w > _ROOMY_BOX_W else _INVITATION_COMPACT
        painter.text(room, text, style, palette.indigo_900, fixed=True, max_lines=3)


class Clockface:
    """Time, date and state of the line."""

    def __init__(self, page: Page, clock: Rect, line: Rect) -> None:
        self._painter = page.layer()
        self._theme = page.context.theme
        self._clock = clock
        self._line = line
        self.set_ambient(page.context.ambient)

    def set_ambient(self, ambient: Ambient) -> None:
        """Draw with the new values."""
        painter, palette = self._painter, self._theme.palette
        painter.clear()
        painter.fill(self._clock, palette.indigo_900)
        painter.fill(self._line, palette.indigo_900)
        style = CLOCK_IDLE if self._clock.h >= CLOCK_IDLE.size else _CLOCK_COMPACT
        font_px = self._theme.text_px(style, fixed=True)
        width = painter.kit.typesetter.width_px(ambient.clock, style.font, font_px)
        clock, date = self._clock.cut_left(width / self._theme.scale + 4, 18)
        painter.text(clock, ambient.clock, style, palette.marigold, fixed=True, max_lines=1)
        runs = [Run(f"{ambient.day}\n{ambient.date}", _DATE.font)]
        date_style = _DATE if style is CLOCK_IDLE else _DATE_COMPACT
        painter.text(date, runs, date_style, palette.white, fixed=True, max_lines=3)
        icon, words = self._line.cut_left(30, 8)
        painter.icon(icon, ambient.line.icon, 28, palette.marigold)
        style = SUPPORT_BOLD if self._line.w > _ROOMY_LINE_W else LABEL_BOLD
        painter.text(words, ambient.line.text, style, palette.white, fixed=True, max_lines=1)


class Announcements:
    """The card of announcements; one is shown for ten seconds."""

    def __init__(self, page: Page, view: IdleView, rect: Rect, ground: str) -> None:
        self._painter = page.layer()
        self._ground = ground
        self._view = view
        self._rect = rect
        self._shown = 0
        self._paint()
        if len(view.announcements) > 1:
            turning = Clock.schedule_interval(self._turn, _HOLD_S)
            page.on_dispose.append(turning.cancel)

    def _turn(self, _elapsed_s: float) -> None:
        self._shown = (self._shown + 1) % len(self._view.announcements)
        self._paint()

    def _paint(self) -> None:
        painter, palette = self._painter, self._painter.theme.palette
        announcements = self._view.announcements
        announcement = announcements[self._shown]
        painter.clear()
        rect = self._rect
        painter.fill(rect, self._ground)
        painter.box(rect, palette.surface, radius=18, line=palette.indigo_900, stroke=2)
        inner = rect.inset(20, 14)
        head, body = inner.cut_top(34, 6)
        icon, words = head.cut_left(30, 8)
        painter.icon(icon, "speakerphone", 28, palette.teal_700)
        if len(announcements) > 1:
            words, number = words.cut_right(96, 6)
            place = f"{self._shown + 1} {self._view.page_word} {len(announcements)}"
            painter.text(
                number, place, LABEL, palette.muted, align="right", fixed=True, max_lines=1
            )
        painter.text(
            words, announcement.heading, LABEL_BOLD, palette.teal_700, fixed=True, max_lines=1
        )
        _paint_announcement(painter, body, announcement)


def _paint_announcement(painter: Painter, room: Rect, announcement: Announcement) -> None:
    """Draw title and, where there is room, the text below it."""
    palette, scale = painter.theme.palette, painter.theme.scale
    title = painter.kit.typesetter.set_text(
        announcement.title, SECTION, room.w, max_lines=4, max_height=room.h, fixed=True
    )
    height = title.height_px / scale
    painter.typeset(Rect(room.x, room.y, room.w, height), title, palette.ink)
    rest = Rect(room.x, room.y + height + 4, room.w, room.h - height - 4)
    if announcement.text and rest.h >= _LEAST_TEXT_H:
        text = painter.kit.typesetter.set_text(
            announcement.text, SUPPORT, rest.w, max_lines=3, max_height=rest.h, fixed=True
        )
        if text.fits:
            painter.typeset(rest, text, palette.muted, valign="top")


def build(view: IdleView, context: Context) -> Page:
    """Return the page of an idle view; the whole glass is one target."""
    page = Page(context)
    layout, palette = context.layout, context.theme.palette
    glass = Rect(0, 0, layout.width, layout.height)
    painter = page.painter
    painter.ground(glass, palette.indigo_900)
    if layout.portrait:
        picture, left = glass.cut_top(round(layout.height * 0.36))
    else:
        left, picture = glass.cut_left(round(layout.width * 0.5703))
    _paint_picture(painter, picture, portrait=layout.portrait)
    strip_w = _STRIP_W if not layout.compact else 36.0
    painter.pattern(Rect(0, left.y, strip_w, left.h), "kawung")
    painter.fill(Rect(strip_w, left.y, _EDGE_W, left.h), palette.marigold)
    words = Rect(strip_w + _EDGE_W + 28, left.y, left.right - strip_w - _EDGE_W - 28 - 24, left.h)
    if layout.compact:
        words = Rect(strip_w + _EDGE_W + 16, left.y, left.right - strip_w - _EDGE_W - 28, left.h)
    box = _paint_words(page, view, words)
    if view.notice is not None:
        _paint_notice_card(painter, view.notice, _card(page, picture))
    elif view.announcements:
        ground = palette.indigo_900 if layout.portrait else palette.sky
        Announcements(page, view, _card(page, picture), ground)
    press = context.pressing(view.press)
    page.put(WholeScreen(context.kit, glass, box, view, press), first=True)
    page.on_any_button = press
    page.confirm_unseen = True
    return page


def _paint_picture(painter: Painter, room: Rect, *, portrait: bool) -> None:
    if portrait:
        share = min(0.8, _PICTURE_W / _PICTURE_H * room.h / room.w)
        painter.picture(room, "landscape", crop=(0.2, 0.2 + share))
    else:
        painter.picture(room, "landscape")


def _card(page: Page, picture: Rect) -> Rect:
    """Return the place of the announcement, or of a notice, over the picture."""
    layout = page.context.layout
    if layout.compact:
        return Rect(picture.x + 14, picture.y + 14, picture.w - 28, 178)
    if layout.portrait:
        # below the clock: the picture is too low to lie under a card
        left = _STRIP_W + _EDGE_W + 28
        return Rect(left, picture.bottom + _PORTRAIT_CARD_Y, layout.width - left - 24, 170)
    return Rect(picture.x + 20, picture.y + 20, picture.w - 40, min(picture.h * 0.3, 178.0))


def _paint_notice_card(painter: Painter, notice: Banner, card: Rect) -> None:
    """Say what was wrong with a card, in the place of the announcements, for a moment."""
    height = max(card.h * 0.7, banner_height(painter, notice, card.w))
    paint_banner(painter, Rect(card.x, card.y, card.w, height), notice)


def _paint_words(page: Page, view: IdleView, words: Rect) -> Rect:
    """Draw who we are from the top; return the rectangle of the invitation."""
    layout, palette, painter = page.context.layout, page.context.theme.palette, page.painter
    tight = layout.compact
    y = words.y + (16 if tight else 26)
    side = 48.0 if tight else 60.0
    mark = Rect(words.x, y, side, side)
    painter.picture(mark, "mark")
    name = Rect(mark.right + 14, y, words.right - mark.right - 14, side)
    upper, lower = name.cut_top(side / 2 + 3)
    painter.text(upper, view.brand, SUPPORT_BOLD, palette.indigo_text, fixed=True, max_lines=1)
    painter.text(lower, view.regency, LABEL, palette.indigo_text, fixed=True, max_lines=1)
    y += side + (8 if tight else 20)
    village = VILLAGE_IDLE if not tight else TextStyle(44, Font.EXTRABOLD, 1.02)
    room = Rect(words.x, y, words.w, 112 if not tight else 92)
    painter.text(
        room,
        f"{view.village_kind}\n{view.village}",
        village,
        palette.white,
        fixed=True,
        max_lines=2,
    )
    y = room.bottom + (12 if tight else 16)
    clock = Rect(words.x, y, words.w, 84 if not tight else 68)
    foot_h = 28.0
    line = Rect(words.x, words.bottom - foot_h - (14 if tight else 22), words.w, foot_h)
    half = words.w * 0.42
    page.live.append(Clockface(page, clock, Rect(line.x, line.y, half, line.h)))
    if view.ok_hint:
        hint = Rect(line.x + half, line.y, line.w - half, line.h)
        icon, text = hint.cut_left(28, 8)
        painter.icon(icon, "circle-check", 28, palette.marigold)
        style = _FOOT_COMPACT if tight else SUPPORT
        painter.text(text, _ok_runs(view.ok_hint), style, palette.white, fixed=True, max_lines=1)
    welcome = Rect(words.x, line.y - 40, words.w, 30)
    painter.text(welcome, view.welcome, _FOOT_COMPACT, palette.indigo_text, fixed=True, max_lines=1)
    top = clock.bottom + (12 if tight else 44)
    if layout.portrait:
        top = words.y + _PORTRAIT_CARD_Y + 170
    low = welcome.y - (10 if tight else 36)
    box = Rect(words.x + 6, top, words.w - 12, low - top)
    limit = 118.0 if not tight else 92.0
    return Rect(box.x, box.y + max(0.0, (box.h - limit) / 2), box.w, min(box.h, limit))


def _ok_runs(hint: str) -> list[Run]:
    """Set the word OK, the name of a button, in bold."""
    before, word, after = hint.partition("OK")
    return [Run(before, Font.REGULAR), Run(word, Font.BOLD), Run(after, Font.REGULAR)]
