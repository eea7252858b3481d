"""What scanners send, and what strangers print into codes.

Oracle: a text may be told only if its bytes stand in the data (NULs apart), between two ends of a
code, whole but for an AIM identifier and byte order marks before it, and if it holds nothing that
steers a terminal, is not seen, or turns the order of reading around.
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
_ENCODINGS: Final = ("utf-8", "latin-1")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARK: Final = b"\xef\xbb\xbf"
_BEFORE_CODE_BYTES: Final = 6


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
    expect(kept <= MAX_CODE_BYTES + _BEFORE_CODE_BYTES, "keeps more than a code")
    return events + parser.end()


def _check_text(scanned: Scanned, codes: Iterator[bytes]) -> None:
    identifier = (scanned.symbology or "").encode("ascii")
    befores = {mark + identifier + other for mark in (b"", _MARK) for other in (b"", _MARK)}
    spellings = {scanned.text.encode(encoding, "replace") for encoding in _ENCODINGS}
    wholes = {before + spelling for before in befores for spelling in spellings}
    expect(any(code in wholes for code in codes), "a text that is not in the bytes, or not whole")
    expect(0 < min(map(len, spellings)) <= MAX_CODE_BYTES, "an empty text, or one too long")
    for character in set(scanned.text):
        category = unicodedata.category(character)
        expect(category not in _UNSEEN, "a character that steers, hides or turns the reading")
