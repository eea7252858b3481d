"""Frames of the PN532, and the target lists inside them.

Oracle: a card may be told only where a whole frame with right checksums stands in the bytes, and
only with the identifier that stands in it. It is searched at every position and in every form that
UM0701-02 knows, without the parser's state; so it also allows what a frame inside another says.
"""

from collections.abc import Iterator
from random import Random

from anjungan.appliance.drivers.card_reader.card import CardTechnology, Target
from anjungan.appliance.drivers.card_reader.pn532_frame import FrameParser, ReplyFrame
from anjungan.appliance.drivers.card_reader.pn532_target import Malformed, parse_targets
from bench.fuzz.protocol import expect, halves

MOST_KEPT_BYTES = 280
_REPLY = 0xD5
_TARGET_LIST = 0x4B


class Pn532:
    """See the module."""

    name = "pn532"

    def mend(self, data: bytes, random: Random) -> bytes:
        """Set length and checksums of the first frame so that it ends somewhere in ``data``."""
        mended = bytearray(data)
        start = mended.find(b"\x00\xff")
        if start < 0 or start + 6 >= len(mended):
            return data
        length = random.randint(1, min(255, len(mended) - start - 5))
        body = mended[start + 4 : start + 4 + length]
        mended[start + 2 : start + 4] = bytes((length, -length & 0xFF))
        mended[start + 4 + length] = -sum(body) & 0xFF
        return bytes(mended)

    def check(self, data: bytes) -> int:
        """Count the cards."""
        parser = FrameParser()
        frames = parser.feed(data)
        expect(len(parser._pending) <= MOST_KEPT_BYTES, "keeps more than a frame")  # noqa: SLF001 - memory is what is checked
        first, second = halves(data)
        in_pieces = FrameParser()
        expect(
            in_pieces.feed(first) + in_pieces.feed(second) == frames, "pieces change what is read"
        )
        told = [
            target
            for frame in frames
            if isinstance(frame, ReplyFrame)
            for target in _targets(frame.payload)
        ]
        if told:
            said = set(cards_in(data))
            for target in told:
                card = (target.technology, target.identifier)
                expect(card in said, "a card that is not in the bytes")
        return len(told)


def _targets(payload: bytes) -> Iterator[Target]:
    for technology in (CardTechnology.ISO14443A, CardTechnology.ISO14443B):
        parsed = parse_targets(technology, payload)
        if not isinstance(parsed, Malformed):
            yield from parsed


def cards_in(data: bytes) -> Iterator[tuple[CardTechnology, bytes]]:
    """Every card that a frame with right checksums says, at whatever position."""
    for start in range(len(data) - 6):
        if data[start : start + 2] != b"\x00\xff":
            continue
        for header, length in _lengths(data[start + 2 : start + 7]):
            body = data[start + 2 + header : start + 2 + header + length + 1]
            right = len(body) == length + 1 and sum(body) % 256 == 0
            if right and body[:2] == bytes((_REPLY, _TARGET_LIST)):
                yield from _cards_a(body[2:-1])
                yield from _cards_b(body[2:-1])


def _lengths(header: bytes) -> Iterator[tuple[int, int]]:
    if sum(header[:2]) % 256 == 0:
        yield 2, header[0]
    if header[:2] == b"\xff\xff" and len(header) == 5 and sum(header[2:]) % 256 == 0:
        yield 5, header[2] * 256 + header[3]


def _cards_a(listed: bytes) -> Iterator[tuple[CardTechnology, bytes]]:
    """Count; then each: number, SENS_RES (2), SEL_RES, length, UID (UM0701-02, 7.3.5)."""
    at = 1
    for _ in range(listed[0] if listed else 0):
        length = listed[at + 4] if at + 4 < len(listed) else 0
        uid = listed[at + 5 : at + 5 + length]
        if length not in {4, 7, 10} or len(uid) != length:
            return
        yield CardTechnology.ISO14443A, uid
        at += 5 + length


def _cards_b(listed: bytes) -> Iterator[tuple[CardTechnology, bytes]]:
    """Count; then each: number, ATQB (50, PUPI, 7 more), length, ATTRIB_RES."""
    at = 1
    for _ in range(listed[0] if listed else 0):
        if at + 13 >= len(listed) or listed[at + 1] != 0x50:
            return
        yield CardTechnology.ISO14443B, listed[at + 2 : at + 6]
        at += 14 + listed[at + 13]
