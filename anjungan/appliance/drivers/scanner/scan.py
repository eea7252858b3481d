"""What a barcode or QR scanner gives, and the parser of the lines it sends.

Scanners send the code and an end: CR on most, or LF, CR LF, TAB, or nothing but a pause.  Whatever
a stranger printed into a code arrives here, so it is measured, decoded and checked before anyone
else sees it, and it is never shown in a log.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

MAX_CODE_BYTES = 2048
"""Beyond a ticket's address by far; a QR code holds at most 2953 bytes."""
_BEFORE_CODE_BYTES = 6  # AIM identifier and byte order mark do not count
_TERMINATORS = re.compile(rb"[\r\n\t]")
_AIM_IDENTIFIER = re.compile(rb"\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424: ], code, modifier
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's control and format characters (bidirectional marks, joiners, tags and others that are
not seen), surrogates, private and unassigned ones, and the separators of lines."""


@dataclass(frozen=True, slots=True, repr=False)
class Scanned:
    """A code was read.  ``symbology`` is the AIM identifier (``]Q1``) if the scanner sends it."""

    text: str
    symbology: str | None = None

    def __repr__(self) -> str:
        return f"Scanned({len(self.text)} characters withheld, symbology={self.symbology})"


class ScanRefusal(Enum):
    """Why a code was not taken."""

    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    """Bytes that steer a terminal, or characters that hide or change the order of reading."""


@dataclass(frozen=True, slots=True)
class ScanRefused:
    """A code was read and not taken."""

    reason: ScanRefusal


ScanEvent = Scanned | ScanRefused
ScanListener = Callable[[ScanEvent], None]


class ScanParser:
    """Takes bytes in pieces of any size; never raises, holds little more than one code."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._swallowing = False

    @property
    def in_a_code(self) -> bool:
        """Whether a code has begun and has not ended, so that a pause would end it."""
        return bool(self._pending) or self._swallowing

    def feed(self, data: bytes) -> list[ScanEvent]:
        """Take ``data``; return the codes ended by a terminator, and refusals of overlong ones."""
        events: list[ScanEvent] = []
        *ended, rest = _TERMINATORS.split(data)
        for piece in ended:
            events += self._take(piece)
            events += self.end()
        return events + self._take(rest)

    def end(self) -> list[ScanEvent]:
        """End the code that has begun: a terminator came, or the line was silent long enough."""
        code = bytes(self._pending)
        self._pending.clear()
        self._swallowing = False
        event = read_code(code)
        return [] if event is None else [event]

    def reset(self) -> None:
        """Forget an unfinished code, as after the line was lost."""
        self._pending.clear()
        self._swallowing = False

    def _take(self, piece: bytes) -> list[ScanEvent]:
        if self._swallowing:
            return []
        if len(self._pending) + len(piece) > MAX_CODE_BYTES + _BEFORE_CODE_BYTES:
            self._pending.clear()
            self._swallowing = True
            return [ScanRefused(ScanRefusal.TOO_LONG)]
        self._pending += piece
        return []


def read_code(code: bytes) -> ScanEvent | None:
    """Decode and check one code without its terminator; None when nothing is left of it."""
    content = code.replace(b"\x00", b"").removeprefix(codecs.BOM_UTF8)
    symbology = None
    if identifier := _AIM_IDENTIFIER.match(content):
        symbology = identifier.group().decode("ascii")
        content = content[identifier.end() :].removeprefix(codecs.BOM_UTF8)
    if len(content) > MAX_CODE_BYTES:
        return ScanRefused(ScanRefusal.TOO_LONG)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if not text:
        return None
    if any(unicodedata.category(character) in _REFUSED_CATEGORIES for character in text):
        return ScanRefused(ScanRefusal.CONTROL_CHARACTERS)
    return Scanned(text, symbology)
