"""Frames on the socket: a 4-byte big-endian length, then that many bytes of JSON."""

import struct
from collections.abc import Iterator
from typing import Final

from anjungan.appliance.ipc.messages import MAX_FRAME_BYTES

_HEADER: Final = struct.Struct(">I")
HEADER_BYTES: Final = _HEADER.size


class FrameError(ValueError):
    """A frame claims to be larger than MAX_FRAME_BYTES; the connection is of no use any more."""


def frame(payload: bytes) -> bytes:
    """``payload`` with its header; raise FrameError past MAX_FRAME_BYTES."""
    if len(payload) > MAX_FRAME_BYTES:
        raise FrameError(f"{len(payload)} bytes in one frame")
    return _HEADER.pack(len(payload)) + payload


class FrameParser:
    """Cuts a byte stream into frames, however it arrives."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take ``data`` and give every frame that is complete now.

        Raises:
            FrameError: the stream announces a frame that is too large.
        """
        self._buffer += data
        while len(self._buffer) >= HEADER_BYTES:
            (length,) = _HEADER.unpack_from(self._buffer)
            if length > MAX_FRAME_BYTES:
                raise FrameError(f"a frame of {length} bytes was announced")
            end = HEADER_BYTES + length
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[HEADER_BYTES:end])
            # wiped, not only forgotten: a frame may hold what a resident typed
            self._buffer[:end] = bytes(end)
            del self._buffer[:end]
            yield payload
