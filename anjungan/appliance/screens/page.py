"""A page: the root widget of one view, with its focus ring and its touches."""

import enum
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from kivy.graphics import InstructionGroup
from kivy.uix.widget import Widget

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.focus import Focus
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Mark, Painter
from anjungan.appliance.screens.widgets.touchable import WITHOUT_RULES, Touchable
from anjungan.appliance.session.views import Ambient

_SAME_PLACE: Final = 8.0
"""How far an edge may have moved, in logical pixels, for a finger to be still on the same thing."""
_RING: Final = ((11.0, 4.0), (7.0, 5.0), (2.0, 2.0))
"""Outer distance from the edge and thickness of the three lines of the ring, outside in."""


class Zone(enum.IntEnum):
    """The order in which the focus walks."""

    CONTENT = 0
    ACTION = 1
    RAIL = 2


class Live(Protocol):
    """A part of a page that follows the ambient channel."""

    def set_ambient(self, ambient: Ambient) -> None:
        """Show the new clock, line or countdown."""


class Page(Widget):
    """Everything of one view on the glass.

    Attributes:
        on_back: what Kembali does here before the agent is asked, or None.
        on_hold: what holding OK does, or None.
        on_any_button: what every physical button does here, or None.
        confirm_unseen: whether OK presses the first focus although no ring shows yet.
        touch_uid: the finger that is on the glass, or None.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(size_hint=(None, None), **WITHOUT_RULES)
        self.context = context
        self.theme = context.theme
        self.painter = Painter(context.kit, self.canvas.before)
        self.on_back: Callable[[], None] | None = None
        self.on_hold: Callable[[], None] | None = None
        self.on_any_button: Callable[[], None] | None = None
        self.accepts: Callable[[float, float], bool] | None = None
        self.on_touched: Callable[[], None] | None = None
        self.on_dispose: list[Callable[[], None]] = []
        self.confirm_unseen = False
        self.live: list[Live] = []
        self.overlays: list[Painter] = []
        self._zones: dict[Zone, list[Touchable]] = {zone: [] for zone in Zone}
        self._first: Touchable | None = None
        self._focus: Focus | None = None
        self._ring = Painter(context.kit, self.canvas.after)
        self.touch_uid: int | None = None

    def put(self, touchable: Touchable, zone: Zone = Zone.CONTENT, *, first: bool = False) -> None:
        """Add a touchable; ``first`` is where the focus begins."""
        self._zones[zone].append(touchable)
        self.add_widget(touchable)
        if first:
            self._first = touchable

    def layer(self) -> Painter:
        """Return a painter of its own for a part that is drawn again by itself."""
        group = InstructionGroup()
        self.canvas.before.add(group)
        painter = Painter(self.context.kit, group)
        self.overlays.append(painter)
        return painter

    def touchables(self) -> list[Touchable]:
        """Return everything that can be touched, in the order of the focus."""
        return [each for zone in Zone for each in self._zones[zone]]

    @property
    def rail(self) -> list[Touchable]:
        """Return the items of the rail; on a bare page only the key that goes back."""
        return self._zones[Zone.RAIL]

    def marks(self) -> Iterator[Mark]:
        """Yield everything drawn, from back to front."""
        yield from self.painter.marks
        for painter in self.overlays:
            yield from painter.marks
        for touchable in self.touchables():
            yield from touchable.painter.marks

    @property
    def focus(self) -> Focus:
        """The focus, made when the page is complete."""
        if self._focus is None:
            self._focus = Focus(self.touchables(), self._first)
        return self._focus

    def draw_ring(self) -> None:
        """Draw the focus ring around what is focused, or nothing."""
        self._ring.clear()
        current = self.focus.current
        if not self.focus.visible or current is None:
            return
        palette = self.theme.palette
        rect = current.rect.inset(14) if current.ring_inside else current.rect
        radius = current.radius
        colours = (palette.indigo_900, palette.marigold, palette.indigo_900)
        for (distance, thickness), colour in zip(_RING, colours, strict=True):
            self._ring.ring(
                rect.inset(-distance), colour, radius=radius + distance, thickness=thickness
            )

    def set_ambient(self, ambient: Ambient) -> None:
        """Hand the ambient values to the parts that show them."""
        for part in self.live:
            part.set_ambient(ambient)

    def dispose(self) -> None:
        """Let go of everything drawn and of every function that holds a view."""
        for dispose in self.on_dispose:
            dispose()
        self.on_dispose.clear()
        for touchable in self.touchables():
            touchable.release()
        for painter in (self.painter, self._ring, *self.overlays):
            painter.clear()
        self.clear_widgets()
        self._zones = {zone: [] for zone in Zone}
        self._focus = self._first = None
        self.on_back = self.on_hold = self.on_any_button = self.on_touched = None
        self.accepts = None
        self.live.clear()

    def take_finger(self, before: "Page") -> None:
        """Go on with the finger that was put down on an earlier page of the same step.

        It presses what has the same name in the same place; where there is no such thing any more
        the touch is void.
        """
        self.touch_uid = before.touch_uid
        held = next((each for each in before.touchables() if each.touch is not None), None)
        if held is None:
            return
        for each in self.touchables():
            if each.enabled and each.name == held.name and _same_place(each.rect, held.rect):
                each.take_finger(held)
                return

    def on_touch_down(self, touch: Any) -> bool:
        """Hand on the first finger only, unless it is the echo of a press; hide the ring."""
        if self.touch_uid is not None:
            return True
        if self.accepts is not None and not self.accepts(*touch.pos):
            return True
        self.touch_uid = touch.uid
        if self.focus.visible:
            self.focus.hide()
            self.draw_ring()
        super().on_touch_down(touch)
        if self.on_touched is not None:
            self.on_touched()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Let the next finger in."""
        if touch.uid == self.touch_uid:
            self.touch_uid = None
        return bool(super().on_touch_up(touch))


def _same_place(one: Rect, other: Rect) -> bool:
    edges = zip(
        (one.x, one.y, one.right, one.bottom),
        (other.x, other.y, other.right, other.bottom),
        strict=True,
    )
    return all(abs(here - there) <= _SAME_PLACE for here, there in edges)


def zone_rects(page: Page) -> dict[str, Rect]:
    """Return the rectangles of everything that can be touched, by name."""
    return {each.name: each.rect for each in page.touchables()}
