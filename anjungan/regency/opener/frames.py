"""What the opener's socket carries: a length of four bytes, then one MessagePack message.

Answers travel here in the clear: the socket stands in the data folder, for our own user alone, and
nothing of a frame is ever logged.
"""

import socket
import struct
from typing import Annotated, Final

import msgspec

from anjungan.protocol.sealing import Answers, Binding, WhyClosed

SOCKET_NAME: Final = "opener.sock"
MAX_FRAME_BYTES: Final = 64 * 1024
"""Sealed answers have at most 8 KiB and so have opened ones."""
_LENGTH: Final = struct.Struct(">I")


class OpenBox(msgspec.Struct, frozen=True, kw_only=True, tag="open"):
    """Open what is sealed and compare its binding."""

    sealed: Annotated[bytes, msgspec.Meta(max_length=32 * 1024)]
    kid: Annotated[str, msgspec.Meta(max_length=64)]
    expected: Binding


class MarkResident(msgspec.Struct, frozen=True, kw_only=True, tag="mark"):
    """Make the mark of a resident's NIK."""

    nik: Annotated[str, msgspec.Meta(max_length=64)]

    def __repr__(self) -> str:
        return "MarkResident(…)"


class BoxOpened(msgspec.Struct, frozen=True, kw_only=True, tag="opened"):
    """The answers."""

    answers: Answers


class BoxClosed(msgspec.Struct, frozen=True, kw_only=True, tag="closed"):
    """It cannot be opened."""

    why: WhyClosed


class BoxMisbound(msgspec.Struct, frozen=True, kw_only=True, tag="misbound"):
    """It belongs to something else."""


class ResidentMarked(msgspec.Struct, frozen=True, kw_only=True, tag="marked"):
    """The mark, None where there is no key for it."""

    mark: bytes | None


Question = OpenBox | MarkResident
Reply = BoxOpened | BoxClosed | BoxMisbound | ResidentMarked


class FrameError(ValueError):
    """The other end does not keep to the frames; the connection is closed."""


def send_frame(sock: socket.socket, message: Question | Reply) -> None:
    """Send one message; raises OSError, TimeoutError among them."""
    content = msgspec.msgpack.encode(message)
    if len(content) > MAX_FRAME_BYTES:
        raise FrameError("a message is too long")
    sock.sendall(_LENGTH.pack(len(content)) + content)


def receive_frame(sock: socket.socket) -> bytes | None:
    """The content of one frame; None where the other end has closed between frames."""
    head = _receive(sock, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if not 0 < length <= MAX_FRAME_BYTES:
        raise FrameError("a frame of an impossible length")
    content = _receive(sock, length)
    if content is None:
        raise FrameError("a frame without its content")
    return content


def decode_question(content: bytes) -> Question:
    """Read a question; raise FrameError when it is none."""
    try:
        question: Question = msgspec.msgpack.decode(content, type=Question)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise FrameError("not a question") from None
    return question


def decode_reply(content: bytes) -> Reply:
    """Read a reply; raise FrameError when it is none."""
    try:
        reply: Reply = msgspec.msgpack.decode(content, type=Reply)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise FrameError("not a reply") from None
    return reply


def _receive(sock: socket.socket, count: int) -> bytes | None:
    received = bytearray()
    while len(received) < count:
        part = sock.recv(count - len(received))
        if not part:
            if received:
                raise FrameError("a frame was cut off")
            return None
        received += part
    return bytes(received)
