"""The village's logo from a file: a PNG or a PBM, black where it is dark.

Pillow reads it, which python-escpos needs anyway.  A logo is sent with every ticket, so it is cut
to its ink and bounded in bytes; it is not scaled, because a scaled drawing of black dots is grey.
"""

from pathlib import Path
from typing import Literal

from anjungan.appliance.drivers.printer.bitmap import Bitmap, without_realtime_commands

MAX_LOGO_WIDTH_DOTS = 384
MAX_LOGO_HEIGHT_DOTS = 192
MAX_LOGO_BYTES = 3072
"""A square of 152 dots (19 mm); more than three seconds at 9600 baud would be too long."""
MAX_FILE_BYTES = 1_000_000
_MAX_FILE_PIXELS = 2048
_DARK = 128

LogoProblem = Literal["unreadable", "not_a_picture", "too_large", "blank"]


class LogoError(ValueError):
    """The file is no logo; ``problem`` says why, for a text, and the message for a log."""

    def __init__(self, problem: LogoProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


def read_logo(path: Path) -> Bitmap:
    """Read a logo of at most 384 by 192 dots and 3072 bytes once its white margin is cut off.

    Transparent is white.

    Raises:
        LogoError: the file cannot be read, is no PNG or PBM, holds no black dot, or is too large.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise LogoError("too_large", f"more than {MAX_FILE_BYTES} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise LogoError("unreadable", error.strerror or type(error).__name__) from error
    return without_realtime_commands(_bitmap(data))


def _bitmap(data: bytes) -> Bitmap:
    import io  # noqa: PLC0415 - with Pillow, only where there is a logo

    from PIL import Image  # noqa: PLC0415 - a tenth of a second on a small board

    layered = None
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "PPM")) as picture:
            size = picture.size
            if max(size) <= _MAX_FILE_PIXELS:
                layered = picture.convert("RGBA")
    except Exception as error:
        # Pillow raises many kinds for broken files.
        raise LogoError("not_a_picture", type(error).__name__) from error
    if layered is None:
        raise LogoError("too_large", f"{size[0]} by {size[1]} pixels")
    paper = Image.new("RGBA", layered.size, "white")
    ink = Image.alpha_composite(paper, layered).convert("L").point(_ink)
    box = ink.getbbox()
    if box is None:
        raise LogoError("blank", "no dark dot")
    ink = ink.crop(box)
    width_bytes = (ink.width + 7) // 8
    fits = ink.width <= MAX_LOGO_WIDTH_DOTS and ink.height <= MAX_LOGO_HEIGHT_DOTS
    if not fits or width_bytes * ink.height > MAX_LOGO_BYTES:
        raise LogoError("too_large", f"{ink.width} by {ink.height} dots without its margin")
    whole = Image.new("1", (width_bytes * 8, ink.height))
    whole.paste(255, ((whole.width - ink.width) // 2, 0), ink)  # printers centre whole bytes
    packed = whole.tobytes()
    rows = tuple(packed[at : at + width_bytes] for at in range(0, len(packed), width_bytes))
    return Bitmap(whole.width, rows)


def _ink(brightness: int) -> int:
    return 255 if brightness < _DARK else 0
