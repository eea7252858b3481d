"""Pictures inside a print: raster rows, bit images in columns, and the store of GS ( L."""

from dataclasses import dataclass

from PIL import Image, ImageChops

Picture = Image.Image


def raster_picture(data: bytes, width_bytes: int) -> Picture | None:
    """Draw whole rows of packed dots: 1 bits are black; None when there is none."""
    height = len(data) // width_bytes if width_bytes else 0
    if not height:
        return None
    dots = Image.frombytes("1", (width_bytes * 8, height), data[: height * width_bytes])
    return ImageChops.invert(dots)


def raster_command(parameters: bytes) -> Picture | None:
    """GS v 0 m xL xH yL yH: m doubles the width (1) and the height (2)."""
    mode, width_bytes = parameters[1] & 3, int.from_bytes(parameters[2:4], "little")
    picture = raster_picture(parameters[6:], width_bytes)
    return picture and _enlarged(picture, 1 + (mode & 1), 1 + (mode >> 1))


def raster_rows(parameters: bytes) -> int:
    """How far GS v 0 moves the paper."""
    rows = int.from_bytes(parameters[4:6], "little")
    return rows * (1 + (parameters[1] >> 1 & 1)) if parameters[2:4] != b"\x00\x00" else 0


def column_picture(parameters: bytes) -> Picture | None:
    """ESC * m nL nH: columns of 8 dots (m 0 and 1) or of 24 (32 and 33).

    Modes 0 and 32 print each column twice; eight dots stand as tall as twenty-four.
    """
    mode, data = parameters[0], parameters[3:]
    column_bytes = 3 if mode >= 32 else 1  # noqa: PLR2004 - modes 32 and 33
    columns = len(data) // column_bytes
    if not columns:
        return None
    # Column by column is row by row of the picture lying on its side.
    lying = raster_picture(data[: columns * column_bytes], column_bytes)
    if lying is None:
        return None
    standing = lying.transpose(Image.Transpose.TRANSPOSE)
    return _enlarged(standing, 1 if mode in {1, 33} else 2, 3 if column_bytes == 1 else 1)


@dataclass(slots=True)
class GraphicsStore:
    """The print buffer of GS ( L and GS 8 L: function 112 or 113 stores, 50 prints."""

    picture: Picture | None = None

    def take(self, data: bytes) -> Picture | None:
        """Carry out one function, given from m on; the picture to print now, if it is that one."""
        function = data[1] if len(data) > 1 else None
        if function in {112, 113}:
            self.picture = _stored(data)
        elif function in {2, 50}:
            picture, self.picture = self.picture, None
            return picture
        return None


def _stored(data: bytes) -> Picture | None:
    """M fn a bx by c xL xH yL yH, then rows (function 112) or columns (113)."""
    wide, high = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    dots = data[10:]
    if len(data) < 10 or not wide or not high:  # noqa: PLR2004 - the parameters before the dots
        return None
    scale = (2 if data[3] == 2 else 1, 2 if data[4] == 2 else 1)  # noqa: PLR2004 - bx and by are 1 or 2
    by_rows = data[1] == 112  # noqa: PLR2004 - function 112
    line_bytes, lines = ((wide + 7) // 8, high) if by_rows else ((high + 7) // 8, wide)
    picture = raster_picture(dots[: line_bytes * lines], line_bytes)
    if picture is None or picture.height < lines:
        return None
    if not by_rows:
        picture = picture.transpose(Image.Transpose.TRANSPOSE)
    return _enlarged(picture.crop((0, 0, wide, high)), *scale)


def _enlarged(picture: Picture, width_scale: int, height_scale: int) -> Picture:
    if width_scale == height_scale == 1:
        return picture
    return picture.resize((picture.width * width_scale, picture.height * height_scale))
