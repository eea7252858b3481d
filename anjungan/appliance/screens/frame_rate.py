"""Frames a second: many while somebody touches, few while nothing happens."""

import time
from collections.abc import Callable
from typing import Any, Final

TOUCHED_FPS: Final = 60
VISIT_FPS: Final = 20
IDLE_FPS: Final = 8
TOUCHED_FOR_S: Final = 2.0
_CHECK_EVERY_S: Final = 0.5
_RESOLUTION_S: Final = 0.001
"""How near a moment Kivy's clock must come to it. By itself it takes a third of a frame, and spins
that long before everything timed: at eight frames a second most of what an idle screen costs."""


class FrameRate:
    """Sets the clock's rate. Kivy offers no public way to change it once the loop runs."""

    def __init__(self, clock: Any, is_idle: Callable[[], bool]) -> None:
        self._clock = clock
        self._is_idle = is_idle
        self._stirred_at_s = time.monotonic()
        clock.get_resolution = lambda: _RESOLUTION_S
        self._set(TOUCHED_FPS)
        clock.schedule_interval(self._check, _CHECK_EVERY_S)

    def stir(self) -> None:
        """Somebody touches: be fast for two seconds."""
        self._stirred_at_s = time.monotonic()
        self._set(TOUCHED_FPS)

    def _check(self, _elapsed_s: float) -> None:
        if time.monotonic() - self._stirred_at_s < TOUCHED_FOR_S:
            return
        self._set(IDLE_FPS if self._is_idle() else VISIT_FPS)

    def _set(self, fps: int) -> None:
        self._clock._max_fps = fps  # noqa: SLF001 - see the class
