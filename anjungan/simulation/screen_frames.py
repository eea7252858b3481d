"""Pictures of the kiosk's window as it changes, for any number of watchers.

Kivy's thread copies the pixels of a drawn frame only while somebody watches, and at most every
``SHORTEST_GAP_S``; comparing and packing happen in the thread of each watcher, which gets the
rectangle that differs from what it had. A slow watcher misses frames, never the last one.
"""

import io
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, ImageChops

SHORTEST_GAP_S: Final = 0.04
STILL_S: Final = 2.0
"""After so long without a change an empty frame tells that the line is alive."""
_HEAD: Final = struct.Struct(">IHHHH")


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle that changed, as PNG, and where it belongs; no PNG: nothing changed.

    On a line: the length of what follows (u32), left, top, and the whole window's width and
    height (u16 each, big-endian), then the PNG.
    """

    left: int
    top: int
    width_px: int
    height_px: int
    png: bytes

    def encode(self) -> bytes:
        """The frame as it goes over a line."""
        head = _HEAD.pack(
            len(self.png) + _HEAD.size - 4, self.left, self.top, self.width_px, self.height_px
        )
        return head + self.png


LENGTH: Final = struct.Struct(">I")
NOTHING: Final = Frame(0, 0, 0, 0, b"")


@dataclass(frozen=True, slots=True)
class Pixels:
    """One drawn frame as OpenGL gives it: RGBA, the lowest row first."""

    rgba: bytes
    width_px: int
    height_px: int

    def upright(self) -> Image.Image:
        """The picture."""
        raw = Image.frombuffer("RGBA", (self.width_px, self.height_px), self.rgba)
        return raw.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")


def read_pixels(window: Any) -> Pixels:
    """Copy the pixels that are drawn and not yet shown; on Kivy's thread."""
    from kivy.graphics.opengl import (  # noqa: PLC0415 - needs the open window
        GL_RGBA,
        GL_UNSIGNED_BYTE,
        glReadPixels,
    )

    width, height = (int(side) for side in window.size)
    rgba = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    return Pixels(rgba, width, height)


def draw_and_read(window: Any) -> Pixels:
    """Draw a whole frame, show it, and return its pixels; on Kivy's thread.

    A frame that is drawn must be shown too: Kivy would not draw it again by itself, and whoever
    waits for what is new on the glass would wait for ever.
    """
    window.dispatch("on_draw")
    pixels = read_pixels(window)
    window.dispatch("on_flip")
    return pixels


class FrameStream:
    """Watches Kivy's ``window``, which ``clock`` (Kivy's) draws."""

    def __init__(self, window: Any, clock: Any) -> None:
        self._window = window
        self._clock = clock
        self._changed = threading.Condition()
        self._pixels: Pixels | None = None
        self._number = 0
        self._watchers = 0
        self._copied_at_s = 0.0
        self._later: Any = None
        window.bind(on_flip=self._flipped)

    @contextmanager
    def watching(self) -> Iterator[Iterator[Frame]]:
        """The whole window, then every change, for ever; for a thread of its own."""
        with self._changed:
            self._watchers += 1
            seen = self._number
        self._clock.schedule_once(self._draw_again, -1)
        try:
            yield self._frames(seen)
        finally:
            with self._changed:
                self._watchers -= 1

    def _frames(self, seen: int) -> Iterator[Frame]:
        last: Image.Image | None = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._number != seen, STILL_S)  # noqa: B023 - asked before seen changes
                is_new, seen, pixels = self._number != seen, self._number, self._pixels
            if not is_new or pixels is None:
                yield NOTHING
                continue
            picture = pixels.upright()
            yield difference(last, picture)
            last = picture

    def _flipped(self, *_arguments: object) -> None:
        """A frame is drawn: copy it, or one more when the gap is over. Kivy's thread."""
        if not self._watchers or self._later is not None:
            return
        wait_s = self._copied_at_s + SHORTEST_GAP_S - time.monotonic()
        if wait_s <= 0:
            self._keep(read_pixels(self._window))
        else:
            self._later = self._clock.schedule_once(self._draw_again, wait_s)

    def _draw_again(self, _elapsed_s: float) -> None:
        """Ask for a frame like any other; it is copied when it is shown."""
        self._later = None
        self._window.canvas.ask_update()

    def _keep(self, pixels: Pixels) -> None:
        self._copied_at_s = time.monotonic()
        with self._changed:
            self._pixels = pixels
            self._number += 1
            self._changed.notify_all()


def difference(last: Image.Image | None, picture: Image.Image) -> Frame:
    """The rectangle that changed from ``last``; all of it where there is no last one."""
    width, height = picture.size
    box = (0, 0, width, height)
    if last is not None and last.size == picture.size:
        changed = ImageChops.difference(last, picture).getbbox()
        if changed is None:
            return Frame(0, 0, width, height, b"")
        box = changed
    file = io.BytesIO()
    picture.crop(box).save(file, "PNG", compress_level=1)
    return Frame(box[0], box[1], width, height, file.getvalue())
