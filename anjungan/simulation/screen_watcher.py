"""Looks at the running screens and touches them, through Kivy's own thread."""

import io
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Literal, TypeVar

from anjungan.appliance.screens.app import Screens
from anjungan.simulation.screen_frames import FrameStream, draw_and_read

ANSWER_WITHIN_S: Final = 5.0

Result = TypeVar("Result")
Phase = Literal["down", "move", "up"]


class NoSuchTargetError(LookupError):
    """Nothing on the glass has that name, or it is disabled."""


class Watcher:
    """Asks Kivy's thread for pictures and facts, and touches the window through it."""

    def __init__(self, screens: Screens) -> None:
        self._screens = screens
        self._finger_is_down = False
        self.stream = FrameStream(screens.window, screens.clock)

    def on_kivy_thread(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` on Kivy's thread and return its result.

        Raises:
            TimeoutError: Kivy's thread did not come to it.
        """
        done = threading.Event()
        results: list[Result] = []
        failures: list[Exception] = []

        def run(_elapsed_s: float) -> None:
            try:
                results.append(work())
            except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
                failures.append(error)
            done.set()

        self._screens.clock.schedule_once(run, -1)
        if not done.wait(ANSWER_WITHIN_S):
            raise TimeoutError("the screens did not answer")
        if failures:
            raise failures[0]
        return results[0]

    def picture(self) -> bytes:
        """Return a screenshot of the window as PNG."""
        pixels = self.on_kivy_thread(lambda: draw_and_read(self._screens.window))
        file = io.BytesIO()
        pixels.upright().save(file, "PNG")
        return file.getvalue()

    def targets(self) -> list[dict[str, Any]]:
        """Return everything that can be touched, in the order of the focus."""
        return self.on_kivy_thread(self._targets)

    def state(self) -> dict[str, Any]:
        """Return view type, step, texts on the glass, and how long a tap would be an echo."""
        return self.on_kivy_thread(self._state)

    def touch(self, x: float, y: float) -> None:
        """Put a finger on a point, counted from the top left, and lift it again.

        A touch so soon after a press that the screens would take it for a double tap waits.
        """
        time.sleep(self.on_kivy_thread(self._screens.glass.echo_left_s))
        self.finger("down", x, y)
        self.finger("up", x, y)

    def finger(self, phase: Phase, x: float, y: float) -> None:
        """Put the finger down, move it or lift it, at once; a second finger lifts the first."""

        def act() -> None:
            window = self._screens.window
            if self._finger_is_down and phase != "move":
                window.dispatch("on_mouse_up", x, y, "left", [])
                self._finger_is_down = False
            if phase == "down":
                window.dispatch("on_mouse_down", x, y, "left", [])
                self._finger_is_down = True
            elif phase == "move" and self._finger_is_down:
                window.dispatch("on_mouse_move", x, y, [])

        self.on_kivy_thread(act)

    def press(self, name: str) -> None:
        """Touch the middle of what has that name; a unique beginning of a name will do.

        Raises:
            NoSuchTargetError: there is none that is enabled.
        """
        targets = [each for each in self.targets() if each["enabled"]]
        found = [each for each in targets if each["name"] == name] or [
            each for each in targets if each["name"].startswith(name)
        ]
        if not found:
            raise NoSuchTargetError(name)
        left, top, width, height = found[0]["rect"]
        self.touch(left + width / 2, top + height / 2)

    def _targets(self) -> list[dict[str, Any]]:
        page = self._screens.glass.page
        if page is None:
            return []
        _, height = self._screens.window.size
        return [
            {
                "name": each.name,
                "rect": [each.x, height - each.y - each.height, each.width, each.height],
                "enabled": each.enabled,
                "focused": each.focused,
            }
            for each in page.touchables()
        ]

    def _state(self) -> dict[str, Any]:
        glass = self._screens.glass
        page = glass.page
        texts = [] if page is None else [m.text for m in page.marks() if hasattr(m, "text")]
        name = type(glass.view).__name__ if glass.view is not None else None
        return {
            "view": name,
            "step": glass.step,
            "texts": texts,
            "echo_left_s": glass.echo_left_s(),
        }
