"""Names on the map that do not hide each other. Pure.

A name is tried on its place, above it, below and beside; what finds no room is left out, for the
list beside the map names everything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_CHARACTER: Final = 0.56
"""Mean width of a letter, of the text's height; a little more than the font's own."""
_TRIES: Final = ((0, 0), (0, -1.15), (0, 1.15), (0.6, -1.1), (-0.6, -1.1), (0.6, 1.1), (-0.6, 1.1))


@dataclass(frozen=True, slots=True)
class Label:
    """A name with the middle of its baseline, in units of the drawing."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Name:
    """What is to be named, and where the middle of it is."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


class Labels:
    """Places names one after another; who comes first has the choice."""

    def __init__(self, width: int, height: int) -> None:
        self._page = _Box(0, 0, width, height)
        self._taken: list[_Box] = []

    def place(self, names: Iterable[Name], size: int) -> Sequence[Label]:
        """The names that find room, with text of ``size``."""
        placed = (self._place(name, size) for name in names)
        return [label for label in placed if label is not None]

    def _place(self, name: Name, size: int) -> Label | None:
        half = len(name.text) * size * _CHARACTER / 2
        for aside, down in _TRIES:
            x = min(max(name.x + aside * half, half), self._page.right - half)
            middle = name.y + down * size
            box = _Box(x - half, middle - size * 0.55, x + half, middle + size * 0.55)
            if box.top < 0 or box.bottom > self._page.bottom:
                continue
            if not any(box.meets(other) for other in self._taken):
                self._taken.append(box)
                return Label(name.text, round(x), round(middle + size * 0.34))
        return None
