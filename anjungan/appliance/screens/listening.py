"""What the screens tell for those who listen: what is focused, that a key was typed."""

from collections.abc import Callable

from anjungan.appliance.ipc.messages import Focused, ScreensMessage, Typed
from anjungan.appliance.screens.page import Page
from anjungan.appliance.session.views import IdleView, Look, View


class Listening:
    """Tells the agent; nothing at all where there is nobody to listen."""

    def __init__(self, send: Callable[[ScreensMessage], bool]) -> None:
        self._send = send
        self._told: Focused | None = None

    def focus_moved(self, step: int | None, look: Look, page: Page) -> None:
        """Tell what the ring is on, once."""
        current = page.focus.current
        if not look.read_aloud or step is None:
            self._told = None
            return
        if current is None or not page.focus.visible:
            return
        alike = [each for each in page.touchables() if type(each) is type(current) and each.enabled]
        # which key the ring is on would be what is typed, a moment earlier
        name = current.name if len(current.name) > 1 else ""
        place = alike.index(current) + 1 if name else 1
        focused = Focused(step=step, name=name, place=place, count=len(alike))
        if focused != self._told:
            self._told = focused
            self._send(focused)

    def typed(self, step: int | None, view: View | None, length: int) -> None:
        """Tell how many characters there are now."""
        if step is None or view is None or isinstance(view, IdleView):
            return
        if view.frame.rail.sound is not None:
            self._send(Typed(step=step, length=length))
