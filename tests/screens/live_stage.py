"""The real screens of this process with an agent's double at the other end of a real socket."""

import os
import tempfile
import time
from functools import cache
from pathlib import Path

from agent_double import AgentDouble

from anjungan.appliance.ipc.messages import Act, Drawn, Hello
from anjungan.appliance.screens.options import ScreensOptions
from anjungan.appliance.session.views import Look

_PATIENCE_S = 20.0


class Stage:
    """One window for all tests of the process; Kivy's loop is turned by hand."""

    def __init__(self):
        os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
        folder = Path(tempfile.mkdtemp(prefix="screens-"))
        self.agent = AgentDouble(folder / "agent.sock")
        from anjungan.appliance.screens.app import Screens  # noqa: PLC0415 - needs the window

        options = ScreensOptions(
            socket_path=str(folder / "agent.sock"),
            runtime_dir=str(folder),
            width_px=1024,
            height_px=600,
            diagonal_in=10.1,
        )
        self.screens = Screens(options)
        self.glass = self.screens.glass
        from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 - needs the window

        runTouchApp(embedded=True)
        EventLoop.status = "started"
        self._loop = EventLoop
        self.hello = self.agent.next_message(Hello)

    def begin(self):
        """As if nobody had been here: the idle screen, and no press to wait for."""
        from sample_views import sample_views  # noqa: PLC0415 - loads all services

        self.show(*sample_views()["idle"])
        self.turn(3)
        self.glass._pressed_at = None
        self.agent.drain()
        return self

    def renew(self, view, look=None):
        """Let the agent show other contents of the step that is on the glass."""
        self.show(view, look=look, step=self.glass.step)
        assert self.glass.view == view

    def turn(self, frames=1):
        for _ in range(frames):
            self._loop.idle()

    def until(self, condition):
        """Turn the loop until something holds."""
        deadline = time.monotonic() + _PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the screens did not come to it")
            self._loop.idle()

    def show(self, view, ambient=None, look=None, step=None):
        """Let the agent show a view; returns its step, a new one, when it is on the glass."""
        if ambient is not None:
            self.agent.ambient(ambient)
        step = self.agent.show(view, look or Look(), step)
        self.until(lambda: self.glass.step == step)
        self.await_message(lambda message: isinstance(message, Drawn) and message.step == step)
        return step

    def await_message(self, wanted):
        """Turn the loop until the agent received what is wanted; returns it."""
        found = []

        def arrived():
            found.extend(message for message in self.agent.drain() if wanted(message))
            return bool(found)

        self.until(arrived)
        return found[0]

    def acts(self, frames=12):
        """The intents that reach the agent within some frames."""
        self.turn(frames)
        time.sleep(0.02)  # the agent's thread reads the socket
        return [message for message in self.agent.drain() if isinstance(message, Act)]

    def finger_down(self, x, y):
        self.screens.window.dispatch("on_mouse_down", x, y, "left", [])
        self.turn(2)

    def finger_slides(self, x, y):
        window = self.screens.window
        window.mouse_pos = (x, y)
        window.dispatch("on_mouse_move", x, y, [])
        self.turn(2)

    def finger_up(self, x, y):
        self.screens.window.dispatch("on_mouse_up", x, y, "left", [])
        self.turn(2)

    def touch(self, name):
        """Put a finger on what has that name and lift it."""
        x, y = self.middle_of(name)
        self.finger_down(x, y)
        self.finger_up(x, y)

    def middle_of(self, name):
        rect = self.target(name).rect
        return rect.x + rect.w / 2, rect.y + rect.h / 2

    def target(self, name):
        return next(each for each in self.glass.page.touchables() if each.name == name)

    def press(self, button, action):
        """Let the agent tell of a physical button."""
        self.agent.button(button, action)
        self.turn(3)
        time.sleep(0.01)
        self.turn(2)


@cache
def stage():
    return Stage()
