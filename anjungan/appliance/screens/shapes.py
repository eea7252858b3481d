"""Small textures that boxes are drawn from: rounded corners with soft edges, drawn nine-sliced.

Kivy's own rounded rectangles have hard edges unless the whole window is multisampled, which a
small graphics chip pays for in every frame. A texture a radius is made once instead.

All textures here are alike in what a driver compiles a shader variant for: format, filter,
wrapping, and sides that are no powers of two. Mesa's software renderer takes 20 ms for each variant
(measured), in the middle of a frame.
"""

import math
from collections.abc import Callable
from typing import Any

from kivy.core.image import Image as CoreImage
from kivy.graphics.texture import Texture

from anjungan.appliance.screens.icons import ASSETS

Rgba = tuple[float, float, float, float]


class Shapes:
    """Makes textures when first needed and keeps them as long as the window lives."""

    def __init__(self) -> None:
        self._white: Any = None
        self._discs: dict[int, Any] = {}
        self._rings: dict[tuple[int, int], Any] = {}
        self._lined: dict[tuple[int, int, Rgba, Rgba], Any] = {}
        self._icons: dict[tuple[str, int], Any] = {}
        self._pictures: dict[str, Any] = {}

    def white(self) -> Any:
        """Return a white texture for plain rectangles; Kivy's own would be a variant more."""
        if self._white is None:
            self._white = _texture_of(1, b"\xff" * (4 * 3 * 3))
        return self._white

    def disc(self, radius_px: int) -> Any:
        """Return a white disc with a soft edge and one straight row and column in its middle."""
        texture = self._discs.get(radius_px)
        if texture is None:
            texture = _texture(radius_px, lambda distance: radius_px - distance)
            self._discs[radius_px] = texture
        return texture

    def ring(self, radius_px: int, thickness_px: int) -> Any:
        """Return a white ring whose outer edge has the radius."""
        key = (radius_px, thickness_px)
        texture = self._rings.get(key)
        if texture is None:
            inner = radius_px - thickness_px
            texture = _texture(
                radius_px, lambda distance: min(radius_px - distance, distance - inner)
            )
            self._rings[key] = texture
        return texture

    def lined(self, radius_px: int, thickness_px: int, fill: Rgba, line: Rgba) -> Any:
        """Return a disc in colour with a line around it, as ``disc``; both are opaque."""
        key = (radius_px, thickness_px, fill, line)
        texture = self._lined.get(key)
        if texture is None:
            outer = _coverage_of(radius_px, lambda distance: radius_px - distance)
            inner = _coverage_of(radius_px, lambda distance: radius_px - thickness_px - distance)
            colours = [_mixed(line, fill, share) for share in range(256)]
            data = bytearray(b"".join(colours[share] for share in inner))
            data[3::4] = outer
            texture = _texture_of(radius_px, bytes(data))
            self._lined[key] = texture
        return texture

    def icon(self, key: tuple[str, int], draw: Callable[[], Any]) -> Any:
        """Return what ``draw`` made of an icon's character and size the first time.

        Texts are not kept like this: they may be what a resident typed.
        """
        texture = self._icons.get(key)
        if texture is None:
            texture = self._icons[key] = draw()
        return texture

    def picture(self, name: str) -> Any:
        """Return a shipped picture."""
        texture = self._pictures.get(name)
        if texture is None:
            texture = CoreImage(str(ASSETS / f"{name}.png")).texture
            texture.wrap = "clamp_to_edge"
            self._pictures[name] = texture
        return texture


def has_variant(side_px: int) -> bool:
    """Tell whether a texture's side is a power of two."""
    return side_px & (side_px - 1) == 0


def _texture(radius_px: int, inside: Callable[[float], float]) -> Any:
    """Make a white texture of coverage; ``inside`` is the depth within the shape's edge."""
    coverage = _coverage_of(radius_px, inside)
    data = bytearray(b"\xff") * (4 * len(coverage))
    data[3::4] = coverage
    return _texture_of(radius_px, bytes(data))


def _texture_of(radius_px: int, data: bytes) -> Any:
    side = 2 * radius_px + 1
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(data, colorfmt="rgba", bufferfmt="ubyte")
    texture.mag_filter = texture.min_filter = "linear"
    texture.wrap = "clamp_to_edge"
    return texture


def _coverage_of(radius_px: int, inside: Callable[[float], float]) -> bytes:
    """Return how much of each pixel of the square around a shape is covered, row by row."""
    quadrant = [
        [_coverage(inside(math.hypot(x + 0.5, y + 0.5))) for x in range(radius_px)]
        for y in range(radius_px)
    ]
    straight = [_coverage(inside(y + 0.5)) for y in range(radius_px)]
    rows = [[*row[::-1], edge, *row] for row, edge in zip(quadrant, straight, strict=True)]
    middle = [*straight[::-1], _coverage(inside(0.0)), *straight]
    return b"".join(bytes(row) for row in [*rows[::-1], middle, *rows])


def _mixed(line: Rgba, fill: Rgba, share: int) -> bytes:
    """Return the opaque colour with ``share`` of 255 parts fill."""
    parts = zip(line[:3], fill[:3], strict=True)
    return bytes([*(round(a * (255 - share) + b * share) for a, b in parts), 255])


def _coverage(depth: float) -> int:
    """Return how much of a pixel is covered whose centre lies that deep within the edge."""
    return max(0, min(255, round(255 * (depth + 0.5))))
