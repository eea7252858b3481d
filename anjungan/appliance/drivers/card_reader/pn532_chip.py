"""One command at a time to a PN532: wake it, send, wait for the ACK, wait for the reply.

Source: NXP UM0701-02, sections 6.2.1.5 (dialogue) and 7 (commands).  What goes wrong on the line is
returned as a value; only a lost line raises.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from anjungan.appliance.drivers.card_reader.pn532_frame import (
    ACK_BYTES,
    Ack,
    ApplicationError,
    CommandFrame,
    Frame,
    FrameParser,
    Nack,
    ReplyFrame,
    encode_command,
)
from anjungan.appliance.drivers.link.byte_link import ByteLink, LinkTimeout

WAKE_UP = b"\x55\x55" + b"\x00" * 14
OSCILLATOR_START_S = 0.002
WRITE_TIMEOUT_S = 0.5
ACK_TIMEOUT_S = 0.1
FIRST_ACK_TIMEOUT_S = 1.5  # the first bytes after opening come up to a second late on a Pi's USB
CONFIGURE_TIMEOUT_S = 0.25
_READ_BYTES = 512

GET_FIRMWARE_VERSION = b"\x02"
SAM_NORMAL_MODE = b"\x14\x01"  # no security module; must be the first command after power-on
SET_PARAMETERS_NO_RATS = b"\x12\x00"  # ATS would be read into the target list and cost time
RF_FIELD_OFF = b"\x32\x01\x00"
RF_TIMINGS = b"\x32\x02\x00\x0b\x0a"  # 102.4 ms for an ATR, 51.2 ms for a reply
RF_NO_COMMAND_RETRIES = b"\x32\x04\x00"
RF_PASSIVE_RETRIES = b"\x32\x05\x00\x01\x02"  # two retries, then "no card"; the default never ends
LIST_TYPE_A = b"\x4a\x02\x00"
LIST_TYPE_B = b"\x4a\x02\x03\x00"  # AFI 00: every application family


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """The chip's answer: command code plus one, and the result.  May hold a card identifier."""

    payload: bytes

    def __repr__(self) -> str:
        return f"Reply(code=0x{self.payload[0]:02x}, {len(self.payload)} bytes)"


class CommandFailure(Enum):
    """Why a command gave no reply."""

    NOT_TAKING_BYTES = "not_taking_bytes"
    NO_ACK = "no_ack"
    NO_REPLY = "no_reply"
    REFUSED = "refused"
    """The chip answered with its application error frame."""


@dataclass(slots=True)
class LineCounters:
    """What went wrong on the line since the start, for health reports."""

    bad_frames: int = 0
    stray_frames: int = 0
    failed_commands: int = 0


class Pn532Chip:
    """The dialogue with one chip over an open line.  Not for two tasks at a time."""

    def __init__(
        self, link: ByteLink, counters: LineCounters, monotonic: Callable[[], float]
    ) -> None:
        self._link = link
        self._counters = counters
        self._monotonic = monotonic
        self._parser = FrameParser()
        self._arrived: list[Frame] = []

    async def wake(self) -> None:
        """Send the wake-up preamble, and give the oscillator its time.

        Raises:
            LinkLost: the line went away.
            LinkTimeout: the line takes no bytes.
        """
        await self._link.write(WAKE_UP, WRITE_TIMEOUT_S)
        await asyncio.sleep(OSCILLATOR_START_S)

    async def abort(self) -> None:
        """Make the chip give up what it is doing, and drop what it has sent.

        Raises:
            LinkLost: the line went away.
            LinkTimeout: the line takes no bytes.
        """
        await self._link.write(ACK_BYTES, WRITE_TIMEOUT_S)
        await self._link.discard_input()
        self._parser.reset()
        self._arrived.clear()

    async def command(
        self,
        payload: bytes,
        *,
        reply_timeout_s: float = CONFIGURE_TIMEOUT_S,
        ack_timeout_s: float = ACK_TIMEOUT_S,
    ) -> Reply | CommandFailure:
        """Send one command and wait for its reply.

        Raises:
            LinkLost: the line went away.
        """
        outcome = await self._exchange(payload, reply_timeout_s, ack_timeout_s)
        if isinstance(outcome, CommandFailure):
            self._counters.failed_commands += 1
        return outcome

    async def _exchange(
        self, payload: bytes, reply_timeout_s: float, ack_timeout_s: float
    ) -> Reply | CommandFailure:
        try:
            await self._link.write(encode_command(payload), WRITE_TIMEOUT_S)
        except LinkTimeout:
            return CommandFailure.NOT_TAKING_BYTES
        acknowledged = False
        deadline_s = self._monotonic() + ack_timeout_s
        while True:
            match await self._next_frame(deadline_s):
                case None:
                    return CommandFailure.NO_REPLY if acknowledged else CommandFailure.NO_ACK
                case Ack() if not acknowledged:
                    acknowledged = True
                    deadline_s = self._monotonic() + reply_timeout_s
                case ApplicationError() if acknowledged:
                    return CommandFailure.REFUSED
                case ReplyFrame(reply) if acknowledged and reply[0] == payload[0] + 1:
                    return Reply(reply)
                case Ack() | Nack() | ApplicationError() | CommandFrame() | ReplyFrame():
                    self._counters.stray_frames += 1

    async def _next_frame(self, deadline_s: float) -> Frame | None:
        while not self._arrived:
            left_s = deadline_s - self._monotonic()
            if left_s <= 0:
                return None
            data = await self._link.read(_READ_BYTES, left_s)
            bad_before = self._parser.bad_frames
            self._arrived = self._parser.feed(data)
            self._counters.bad_frames += self._parser.bad_frames - bad_before
        return self._arrived.pop(0)
