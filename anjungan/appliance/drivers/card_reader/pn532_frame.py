"""Frames of the PN532 on a serial line: an encoder, and a parser that takes any bytes.

Source: NXP UM0701-02 (PN532 user manual), section 6.2.1.  A parser never raises: what does not
check is skipped, and the search for the next start code goes on one byte later.
"""

from dataclasses import dataclass

START = b"\x00\xff"
ACK_BYTES = b"\x00\x00\xff\x00\xff\x00"
NACK_BYTES = b"\x00\x00\xff\xff\x00\x00"
APPLICATION_ERROR_BYTES = b"\x00\x00\xff\x01\xff\x7f\x81\x00"
TFI_TO_CHIP = 0xD4
TFI_TO_HOST = 0xD5
TFI_ERROR = 0x7F
MAX_NORMAL_LENGTH = 255
MAX_EXTENDED_LENGTH = 265  # UM0701-02 section 6.2.1.2: 264 bytes and the frame identifier
_HEADER_LENGTH = 4  # start code, length, its checksum
_EXTENDED_HEADER_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Ack:
    """From the chip: command taken.  From the host: give up the command that is running."""


@dataclass(frozen=True, slots=True)
class Nack:
    """From the host: send the last reply again."""


@dataclass(frozen=True, slots=True)
class ApplicationError:
    """From the chip: the command is unknown, or its parameters are malformed."""


@dataclass(frozen=True, slots=True, repr=False)
class CommandFrame:
    """Host to chip: command code and parameters, at least one byte."""

    payload: bytes

    def __repr__(self) -> str:
        return f"CommandFrame(code=0x{self.payload[0]:02x}, {len(self.payload)} bytes)"


@dataclass(frozen=True, slots=True, repr=False)
class ReplyFrame:
    """Chip to host: command code plus one, and the result.  May hold a card identifier."""

    payload: bytes

    def __repr__(self) -> str:
        return f"ReplyFrame(code=0x{self.payload[0]:02x}, {len(self.payload)} bytes)"


Frame = Ack | Nack | ApplicationError | CommandFrame | ReplyFrame


def encode_command(payload: bytes) -> bytes:
    """Frame a command of 1 to 264 bytes for the chip; extended where a normal frame is too short.

    Raises:
        ValueError: the payload is empty or too long (a bug of the caller).
    """
    return _encode(TFI_TO_CHIP, payload)


def encode_reply(payload: bytes) -> bytes:
    """Frame a reply of 1 to 264 bytes for the host, as the chip does; ValueError as above."""
    return _encode(TFI_TO_HOST, payload)


def _encode(frame_identifier: int, payload: bytes) -> bytes:
    body = bytes((frame_identifier,)) + payload
    length = len(body)
    if not payload or length > MAX_EXTENDED_LENGTH:
        raise ValueError(f"a PN532 frame cannot hold {len(payload)} bytes")
    if length <= MAX_NORMAL_LENGTH:
        header = bytes((length, -length & 0xFF))
    else:
        high, low = divmod(length, 256)
        header = bytes((0xFF, 0xFF, high, low, -(high + low) & 0xFF))
    return b"\x00" + START + header + body + bytes((-sum(body) & 0xFF, 0x00))


@dataclass(frozen=True, slots=True)
class _Parsed:
    frame: Frame
    length: int


@dataclass(frozen=True, slots=True)
class _NeedsMore:
    pass


@dataclass(frozen=True, slots=True)
class _Bad:
    pass


class FrameParser:
    """Takes bytes in pieces of any size and yields the frames that check, in order."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self.bad_frames = 0
        """How many start codes were followed by something that did not check."""

    def feed(self, data: bytes) -> list[Frame]:
        """Take ``data`` and return the frames completed by it."""
        self._pending += data
        frames: list[Frame] = []
        while True:
            start = self._pending.find(START)
            if start < 0:
                # The last byte may be the first half of a start code.
                del self._pending[: max(0, len(self._pending) - 1)]
                return frames
            del self._pending[:start]
            match _parse_at_start(bytes(self._pending[: MAX_EXTENDED_LENGTH + 8])):
                case _NeedsMore():
                    return frames
                case _Bad():
                    self.bad_frames += 1
                    del self._pending[:1]
                case _Parsed(frame, length):
                    frames.append(frame)
                    del self._pending[:length]

    def reset(self) -> None:
        """Forget an unfinished frame, as after a time-out."""
        self._pending.clear()


def _parse_at_start(data: bytes) -> _Parsed | _NeedsMore | _Bad:
    if len(data) < _HEADER_LENGTH:
        return _NeedsMore()
    match (data[2], data[3]):
        case (0x00, 0xFF):
            return _Parsed(Ack(), _HEADER_LENGTH)
        case (0xFF, 0x00):
            return _Parsed(Nack(), _HEADER_LENGTH)
        case (0xFF, 0xFF):
            if len(data) < _EXTENDED_HEADER_LENGTH:
                return _NeedsMore()
            length = data[4] * 256 + data[5]
            if (data[4] + data[5] + data[6]) & 0xFF or not 0 < length <= MAX_EXTENDED_LENGTH:
                return _Bad()
            return _parse_body(data, _EXTENDED_HEADER_LENGTH, length)
        case (length, checksum) if length and (length + checksum) & 0xFF == 0:
            return _parse_body(data, _HEADER_LENGTH, length)
        case _:
            return _Bad()


def _parse_body(data: bytes, start: int, length: int) -> _Parsed | _NeedsMore | _Bad:
    end = start + length
    if len(data) <= end:
        return _NeedsMore()
    body = data[start:end]
    if (sum(body) + data[end]) & 0xFF:
        return _Bad()
    match body[0]:
        case 0x7F if length == 1:
            return _Parsed(ApplicationError(), end + 1)
        case 0xD4 if length > 1:
            return _Parsed(CommandFrame(body[1:]), end + 1)
        case 0xD5 if length > 1:
            return _Parsed(ReplyFrame(body[1:]), end + 1)
        case _:
            return _Bad()
