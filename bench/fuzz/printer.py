"""What printers answer: status bytes, confirmations, automatic status, noise.

Oracle: nothing is lost and nothing invented. The answers, written out again as bytes, are exactly
what came in; so a confirmation stands for its seven bytes and for nothing else. Only an answer to
DLE EOT, which a printer sends on receipt, may be told before the automatic status it came into.
"""

from collections.abc import Iterable
from random import Random
from typing import assert_never

from anjungan.appliance.drivers.printer.replies import (
    Automatic,
    BufferCleared,
    Noise,
    ProcessCompleted,
    Queued,
    Realtime,
    Reply,
    ReplyStream,
)
from anjungan.appliance.drivers.printer.status import RealtimeStatus, automatic_summary, is_realtime
from bench.fuzz.protocol import expect, halves

_MOST_KEPT_BYTES = 7


class Printer:
    """See the module."""

    name = "printer"

    def mend(self, data: bytes, random: Random) -> bytes:
        """Answers are known by fixed bits: set those of a DLE EOT or of an automatic status."""
        fixed = random.choice((0x12, 0x10, 0x00))
        return bytes(byte & 0x6C | fixed for byte in data)

    def check(self, data: bytes) -> int:
        """Count the answers that are not noise."""
        whole, pieces = ReplyStream(), ReplyStream()
        replies = whole.feed(data)
        kept = len(whole._pending)  # noqa: SLF001 - memory is what is checked
        expect(kept < _MOST_KEPT_BYTES, "keeps more than an answer")
        first, second = halves(data)
        expect(pieces.feed(first) + pieces.feed(second) == replies, "pieces change what is read")
        replies += whole.abandon_partial()
        expect(not whole.has_partial, "an answer that was given up is still there")
        told = written(replies)
        expect(sorted(told) == sorted(data), "bytes lost or invented")
        expect(_in_turn(told) == _in_turn(data), "answers told out of their order")
        for reply in replies:
            if isinstance(reply, Automatic):
                automatic_summary(reply.frame)
        statuses = [reply.byte for reply in replies if isinstance(reply, Realtime)]
        for at in range(len(statuses) - 3):
            RealtimeStatus(*statuses[at : at + 4]).summary()
        return sum(not isinstance(reply, Noise) for reply in replies)


def _in_turn(data: bytes) -> bytes:
    """What no printer sends between the bytes of another answer."""
    return bytes(byte for byte in data if not is_realtime(byte))


def written(replies: Iterable[Reply]) -> bytes:
    """The bytes that these answers stand for."""
    return b"".join(map(_written, replies))


def _written(reply: Reply) -> bytes:
    match reply:
        case Realtime(byte) | Queued(byte) | Noise(byte):
            return bytes((byte,))
        case Automatic(frame):
            return frame
        case ProcessCompleted(process_id):
            return b"\x37\x22" + process_id + b"\x00"
        case BufferCleared():
            return b"\x37\x25\x00"
        case _:
            assert_never(reply)
