"""What scanners send, and what strangers print into codes.

Oracle: a text may be told only if its bytes stand in the data (NULs apart), between two ends of a
code, and if it holds nothing that steers a terminal or turns the order of reading around.
"""

import re
import unicodedata
from collections.abc import Iterator
from random import Random
from typing import Final

from anjungan.appliance.drivers.scanner.scan import MAX_CODE_BYTES, ScanEvent, Scanned, ScanParser
from bench.fuzz.mutate import MOST_BYTES
from bench.fuzz.protocol import expect, halves

_ENDS: Final = re.compile(rb"[\r\n\t]")
_TURNING: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_ENCODINGS: Final = ("utf-8", "latin-1")
_STEERING: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


class Scanner:
    """See the module."""

    name = "scanner"

    def mend(self, data: bytes, random: Random) -> bytes:
        """Scanner lines have no checksum: make the code a long one instead."""
        return (data * random.randint(2, 12))[:MOST_BYTES]

    def check(self, data: bytes) -> int:
        """Count the codes taken."""
        events = _read(data)
        expect(events == _read(*halves(data)), "pieces change what is read")
        taken = [event for event in events if isinstance(event, Scanned)]
        if taken:
            # in order: each text belongs to a later code than the one before
            codes = iter([code.replace(b"\x00", b"") for code in _ENDS.split(data)])
            for scanned in taken:
                _check_text(scanned, codes)
        return len(taken)


def _read(*pieces: bytes) -> list[ScanEvent]:
    parser = ScanParser()
    events: list[ScanEvent] = []
    for piece in pieces:
        events += parser.feed(piece)
    kept = len(parser._pending)  # noqa: SLF001 - memory is what is checked
    expect(kept <= MAX_CODE_BYTES, "keeps more than a code")
    return events + parser.end()


def _check_text(scanned: Scanned, codes: Iterator[bytes]) -> None:
    prefix = scanned.symbology or ""
    spellings = {(prefix + scanned.text).encode(encoding, "replace") for encoding in _ENCODINGS}
    # the byte order mark may stand before the identifier or after it
    spellings |= {(prefix + "\ufeff" + scanned.text).encode()}
    ends = tuple(spellings)
    expect(any(code.endswith(ends) for code in codes), "a text that is not in the bytes")
    expect(len(scanned.text) <= MAX_CODE_BYTES, "a text that is too long")
    expect(bool(scanned.text), "an empty text")
    for character in set(scanned.text):
        expect(unicodedata.category(character) not in _STEERING, "a steering character")
        expect(character not in _TURNING, "a character that turns the order of reading")
