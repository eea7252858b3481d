"""Pictures for the heads of letters: PNG or JPEG, decoded and written anew as small PNG.

What is stored is what Pillow has decoded, so nothing hidden in an uploaded file is kept. SVG is
refused: it is a program for drawing, and a village's arms are a picture just as well.
"""

import enum
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PIL import Image, UnidentifiedImageError
from sqlalchemy import Connection, insert, select

from anjungan.regency.letters.pdf import Logo
from anjungan.regency.store.tables import LETTER_LOGOS

MAX_UPLOAD_BYTES: Final = 2 * 1024 * 1024
_MAX_PIXELS: Final = 4096 * 4096
_STORED_SIDE_PX: Final = 400
_SMALLEST_SIDE_PX: Final = 64


class LogoProblem(enum.Enum):
    """Why a picture is not taken."""

    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    UNKNOWN_KIND = "unknown_kind"


@dataclass(frozen=True, slots=True)
class CheckedLogo:
    """A picture as it is stored."""

    png: bytes

    @property
    def digest(self) -> bytes:
        """What it is stored under."""
        return hashlib.sha256(self.png).digest()


def check_logo(uploaded: bytes) -> CheckedLogo | LogoProblem:
    """Decode and write anew at most 400 pixels wide and high."""
    if len(uploaded) > MAX_UPLOAD_BYTES:
        return LogoProblem.TOO_LARGE
    try:
        with Image.open(io.BytesIO(uploaded), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                return LogoProblem.TOO_LARGE
            if min(picture.size) < _SMALLEST_SIDE_PX:
                return LogoProblem.TOO_SMALL
            drawn = picture.convert("RGBA")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        ValueError,
        SyntaxError,  # what the library raises for broken PNG chunks
    ):
        return LogoProblem.UNKNOWN_KIND
    drawn.thumbnail((_STORED_SIDE_PX, _STORED_SIDE_PX))
    written = io.BytesIO()
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    clean.save(written, format="PNG", optimize=True)
    return CheckedLogo(written.getvalue())


def store_logo(connection: Connection, logo: CheckedLogo, now: datetime) -> bytes:
    """Keep a picture; returns its digest."""
    known = connection.execute(
        select(LETTER_LOGOS.c.digest).where(LETTER_LOGOS.c.digest == logo.digest)
    ).first()
    if known is None:
        connection.execute(
            insert(LETTER_LOGOS).values(
                digest=logo.digest, kind="png", content=logo.png, added_at=now
            )
        )
    return logo.digest


def read_logo(connection: Connection, digest: bytes) -> Logo | None:
    """A stored picture."""
    content = connection.execute(
        select(LETTER_LOGOS.c.content).where(LETTER_LOGOS.c.digest == digest)
    ).scalar_one_or_none()
    return None if content is None else Logo(content)
