"""The kiosk's own screens, with a stopwatch: tells when frames are finished, and touches the glass.

``python -m bench.measured_screens --config FILE --report SOCKET``. Every frame that is finished
(after the swap and ``glFinish``, so that the software renderer has drawn it) is told to the
datagram socket with CLOCK_MONOTONIC. Commands come on standard input, one a line: ``press NAME``
pushes the events of a finger into SDL's own queue, as its drivers do, from outside Kivy's thread;
``targets`` lists what can be pressed.
"""

import argparse
import ctypes
import json
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from anjungan.appliance.screens.app import Screens, run_screens
from anjungan.appliance.screens.command import add_arguments, options_from

FINGER_DOWN_S: Final = 0.1
"""How long a finger stays on the glass; a press counts when it is lifted."""
ANYTHING: Final = "*"
"""Stands for the first target, such as the whole idle screen."""
_MOUSE_DOWN: Final = 0x401
_MOUSE_UP: Final = 0x402
_LEFT: Final = 1
_SDL_EVENT_BYTES: Final = 56


class _MouseButtonEvent(ctypes.Structure):
    """SDL_MouseButtonEvent (SDL_events.h), padded to the size of SDL_Event."""

    _fields_ = (
        ("type", ctypes.c_uint32),
        ("timestamp", ctypes.c_uint32),
        ("window", ctypes.c_uint32),
        ("which", ctypes.c_uint32),
        ("button", ctypes.c_uint8),
        ("state", ctypes.c_uint8),
        ("clicks", ctypes.c_uint8),
        ("padding", ctypes.c_uint8),
        ("x", ctypes.c_int32),
        ("y", ctypes.c_int32),
        ("rest", ctypes.c_uint8 * (_SDL_EVENT_BYTES - 28)),
    )


class Finger:
    """Pushes the events of a finger into SDL's queue."""

    def __init__(self) -> None:
        # the very library that Kivy has loaded, from its wheel
        maps = Path("/proc/self/maps").read_text(encoding="ascii").split()
        loaded = next(name for name in maps if "/libSDL2-2" in name)
        self._sdl = ctypes.CDLL(loaded)

    def down(self, x: float, y: float) -> None:
        """Put it on the glass."""
        self._push(_MOUSE_DOWN, x, y)

    def up(self, x: float, y: float) -> None:
        """Lift it."""
        self._push(_MOUSE_UP, x, y)

    def _push(self, kind: int, x: float, y: float) -> None:
        event = _MouseButtonEvent(
            type=kind,
            window=1,
            button=_LEFT,
            state=1 if kind == _MOUSE_DOWN else 0,
            clicks=1,
            x=round(x),
            y=round(y),
        )
        if self._sdl.SDL_PushEvent(ctypes.byref(event)) != 1:
            raise RuntimeError("SDL did not take the event")


class Stopwatch:
    """Reports finished frames, and presses what it is told to."""

    def __init__(self, screens: Screens, report_to: str) -> None:
        self._screens = screens
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.connect(report_to)
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Begin."""
        from kivy.graphics.opengl import glFinish  # noqa: PLC0415 - needs the open window

        swap = self._screens.window.flip

        def flip() -> None:
            swap()
            glFinish()
            glass = self._screens.glass
            view = type(glass.view).__name__ if glass.view is not None else ""
            self._tell(frame_ns=time.monotonic_ns(), step=glass.step, view=view)

        self._screens.window.flip = flip
        threading.Thread(target=self._obey, daemon=True).start()

    def _tell(self, **facts: Any) -> None:
        with self._lock:
            self._socket.send(json.dumps(facts).encode())

    def _obey(self) -> None:
        finger = Finger()
        for line in sys.stdin:
            verb, _, name = line.strip().partition(" ")
            if verb == "press":
                self._press(finger, name)
            else:
                self._tell(targets=self._targets())

    def _press(self, finger: Finger, name: str) -> None:
        targets = self._targets()
        centre = next(iter(targets.values()), None) if name == ANYTHING else targets.get(name)
        if centre is None:
            self._tell(missing=name)
            return
        finger.down(*centre)
        time.sleep(FINGER_DOWN_S)
        lifted_ns = time.monotonic_ns()
        finger.up(*centre)
        self._tell(lifted_ns=lifted_ns, step=self._screens.glass.step)

    def _targets(self) -> dict[str, tuple[float, float]]:
        """Middle of everything that can be pressed, from the top left; by name.

        Read beside Kivy's thread: it only asks, and the page stands still while it does.
        """
        page = self._screens.glass.page
        if page is None:
            return {}
        height = self._screens.window.size[1]
        return {
            each.name: (each.x + each.width / 2, height - each.y - each.height / 2)
            for each in page.touchables()
            if each.enabled
        }


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and run the screens."""
    parser = argparse.ArgumentParser(description="the screens with a stopwatch")
    add_arguments(parser)
    parser.add_argument("--report", required=True, help="datagram socket")
    arguments = parser.parse_args(argv)
    return run_screens(
        options_from(arguments), lambda screens: Stopwatch(screens, arguments.report).watch()
    )


if __name__ == "__main__":
    sys.exit(main())
