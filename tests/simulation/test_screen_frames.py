"""Only what changed travels, and a watcher that was slow has the last picture all the same."""

import io
import threading
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from anjungan.simulation import screen_frames
from anjungan.simulation.screen_frames import (
    LENGTH,
    NOTHING,
    Frame,
    FrameStream,
    Pixels,
    difference,
)

SIZE = (40, 30)


def picture_of(frame: Frame, last: Image.Image | None) -> Image.Image:
    """What a page shows after the frame."""
    picture = Image.new("RGB", (frame.width_px, frame.height_px)) if last is None else last.copy()
    if frame.png:
        picture.paste(Image.open(io.BytesIO(frame.png)), (frame.left, frame.top))
    return picture


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 39), st.integers(0, 29), st.integers(1, 12), st.integers(0, 255)),
        max_size=6,
    )
)
def test_the_changes_together_are_the_picture(boxes: list[tuple[int, int, int, int]]) -> None:
    picture = Image.new("RGB", SIZE, "white")
    last: Image.Image | None = None
    shown: Image.Image | None = None
    for left, top, side, shade in boxes:
        picture = picture.copy()
        picture.paste((shade, 0, 255 - shade), (left, top, left + side, top + side))
        shown = picture_of(difference(last, picture), shown)
        last = picture
        assert shown.tobytes() == picture.tobytes()


def test_only_the_rectangle_that_changed_is_packed() -> None:
    before = Image.new("RGB", SIZE, "white")
    after = before.copy()
    after.paste("black", (10, 5, 13, 9))
    frame = difference(before, after)
    assert (frame.left, frame.top, frame.width_px, frame.height_px) == (10, 5, *SIZE)
    assert Image.open(io.BytesIO(frame.png)).size == (3, 4)
    assert difference(after, after).png == b""


def test_another_size_is_a_new_picture() -> None:
    frame = difference(Image.new("RGB", SIZE), Image.new("RGB", (20, 50)))
    assert (frame.left, frame.top, frame.width_px, frame.height_px) == (0, 0, 20, 50)
    assert Image.open(io.BytesIO(frame.png)).size == (20, 50)


def test_a_frame_on_a_line_begins_with_its_length() -> None:
    line = Frame(1, 2, 1024, 600, b"abc").encode()
    assert LENGTH.unpack(line[:4]) == (len(line) - 4,)
    assert line[4:] == bytes((0, 1, 0, 2, 4, 0, 2, 88)) + b"abc"


def test_opengl_gives_the_lowest_row_first() -> None:
    red, blue = b"\xff\x00\x00\xff", b"\x00\x00\xff\xff"
    picture = Pixels(red + blue, 1, 2).upright()
    assert picture.getpixel((0, 0)) == (0, 0, 255)
    assert picture.getpixel((0, 1)) == (255, 0, 0)


class Window:
    """Kivy's window, clock and canvas as far as the stream knows them."""

    def __init__(self) -> None:
        self.asked_updates = 0
        self.canvas = self
        self.waiting: list[tuple[Callable[[float], None], float]] = []
        self.shade = 0
        self.flipped: Callable[..., None]

    def bind(self, on_flip: Callable[..., None]) -> None:
        self.flipped = on_flip

    def ask_update(self) -> None:
        self.asked_updates += 1

    def schedule_once(self, work: Callable[[float], None], after_s: float) -> object:
        self.waiting.append((work, after_s))
        return work

    def show(self, shade: int) -> None:
        self.shade = shade
        self.flipped(self)

    def read(self, _window: Any) -> Pixels:
        return Pixels(bytes((self.shade, 0, 0, 255)) * 4, 2, 2)


def test_a_watcher_gets_the_whole_window_and_then_changes(monkeypatch: Any) -> None:
    window = Window()
    monkeypatch.setattr(screen_frames, "read_pixels", window.read)
    monkeypatch.setattr(screen_frames, "STILL_S", 0.01)
    stream = FrameStream(window, window)
    window.show(10)  # nobody watches: nothing is copied
    with stream.watching() as frames:
        assert next(frames) == NOTHING
        (work, _after_s) = window.waiting.pop()
        work(0.0)
        assert window.asked_updates == 1
        window.show(20)
        assert picture_of(next(frames), None).getpixel((0, 0)) == (20, 0, 0)
        assert next(frames) == NOTHING


def test_frames_that_follow_at_once_wait_for_the_gap_and_the_last_one_comes(
    monkeypatch: Any,
) -> None:
    window = Window()
    monkeypatch.setattr(screen_frames, "read_pixels", window.read)
    monkeypatch.setattr(screen_frames, "SHORTEST_GAP_S", 3600.0)
    stream = FrameStream(window, window)
    with stream.watching() as frames:
        window.waiting.clear()
        stream._copied_at_s = -7200.0
        window.show(1)
        first = next(frames)
        for shade in (2, 3, 4):
            window.show(shade)
        assert len(window.waiting) == 1
        (work, after_s) = window.waiting.pop()
        assert 0 < after_s <= 3600
        work(0.0)
        stream._copied_at_s = -7200.0
        window.show(4)
        last = picture_of(next(frames), picture_of(first, None))
        assert last.getpixel((1, 1)) == (4, 0, 0)


def test_a_watcher_in_a_thread_is_woken_by_a_frame(monkeypatch: Any) -> None:
    window = Window()
    monkeypatch.setattr(screen_frames, "read_pixels", window.read)
    stream = FrameStream(window, window)
    got: list[Frame] = []

    def watch() -> None:
        with stream.watching() as frames:
            started.set()
            got.append(next(frames))

    started = threading.Event()
    thread = threading.Thread(target=watch)
    thread.start()
    assert started.wait(10)
    window.show(9)
    thread.join(10)
    assert got[0].png
