"""Cuts the byte stream that comes from a printer into whole answers.

A status byte can be late, an automatic status can come unasked, and an adapter can add noise; so
nothing is taken by position, only by its fixed bits.
"""

from dataclasses import dataclass

from anjungan.appliance.drivers.printer.status import (
    is_automatic_start,
    is_queued,
    is_realtime,
)

_PROCESS_HEADER = 0x37
_PROCESS_ID = 0x22
_BUFFER_CLEARED = 0x25
_AUTOMATIC_BYTES = 4
_PROCESS_ID_BYTES = 7
_BUFFER_CLEARED_BYTES = 3
_FIRST_PRINTABLE, _LAST_PRINTABLE = 0x20, 0x7E


@dataclass(frozen=True, slots=True)
class Realtime:
    """An answer to DLE EOT; it does not say to which n."""

    byte: int


@dataclass(frozen=True, slots=True)
class Automatic:
    """Four bytes of automatic status."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class Queued:
    """An answer to GS r."""

    byte: int


@dataclass(frozen=True, slots=True)
class ProcessCompleted:
    """GS ( H: everything that was sent before this id has been printed."""

    process_id: bytes


@dataclass(frozen=True, slots=True)
class BufferCleared:
    """DLE DC4 function 8 was carried out."""


@dataclass(frozen=True, slots=True)
class Noise:
    """A byte that begins no answer."""

    byte: int


Reply = Realtime | Automatic | Queued | ProcessCompleted | BufferCleared | Noise


class ReplyStream:
    """Feed it what was read; it returns the answers completed so far, in order.

    An answer that never completes is given up by :meth:`abandon_partial`, which the reader calls
    when the line has been quiet.
    """

    def __init__(self) -> None:
        self._pending = bytearray()

    @property
    def has_partial(self) -> bool:
        """Whether an answer has begun that is not complete yet."""
        return bool(self._pending)

    def feed(self, data: bytes) -> tuple[Reply, ...]:
        """Take ``data`` and return every answer it completes."""
        self._pending += data
        replies: list[Reply] = []
        while self._pending:
            reply = self._next()
            if reply is None:
                break
            replies.append(reply)
        return tuple(replies)

    def abandon_partial(self) -> tuple[Reply, ...]:
        """Give up an answer that did not complete: its first byte is noise, the rest is re-read."""
        replies: list[Reply] = []
        while self._pending:
            replies.append(Noise(self._pending.pop(0)))
            replies.extend(self.feed(b""))
        return tuple(replies)

    def _next(self) -> Reply | None:
        """Take one answer off the front; None when it is not complete yet."""
        first = self._pending[0]
        if first == _PROCESS_HEADER:
            return self._next_process_reply()
        if is_realtime(first):
            return Realtime(self._take(1)[0])
        if is_automatic_start(first):
            return self._next_automatic()
        if is_queued(first):
            return Queued(self._take(1)[0])
        return Noise(self._take(1)[0])

    def _next_automatic(self) -> Reply | None:
        """Take four bytes; an answer to DLE EOT, sent on receipt, may have come between them."""
        for at, byte in enumerate(self._pending[1:_AUTOMATIC_BYTES], start=1):
            if is_realtime(byte):
                return Realtime(self._pending.pop(at))
            if not is_queued(byte):
                return Noise(self._take(1)[0])
        if len(self._pending) < _AUTOMATIC_BYTES:
            return None
        return Automatic(self._take(_AUTOMATIC_BYTES))

    def _next_process_reply(self) -> Reply | None:
        if len(self._pending) == 1:
            return None
        if self._pending[1] == _PROCESS_ID:
            return self._next_process_id()
        if self._pending[1] == _BUFFER_CLEARED:
            return self._next_buffer_cleared()
        return Noise(self._take(1)[0])

    def _next_process_id(self) -> Reply | None:
        characters = self._pending[2 : _PROCESS_ID_BYTES - 1]
        end = self._pending[_PROCESS_ID_BYTES - 1 : _PROCESS_ID_BYTES]
        printable = all(_FIRST_PRINTABLE <= byte <= _LAST_PRINTABLE for byte in characters)
        if not printable or any(end):
            return Noise(self._take(1)[0])
        if len(self._pending) < _PROCESS_ID_BYTES:
            return None
        return ProcessCompleted(self._take(_PROCESS_ID_BYTES)[2:6])

    def _next_buffer_cleared(self) -> Reply | None:
        if any(self._pending[2:_BUFFER_CLEARED_BYTES]):
            return Noise(self._take(1)[0])
        if len(self._pending) < _BUFFER_CLEARED_BYTES:
            return None
        self._take(_BUFFER_CLEARED_BYTES)
        return BufferCleared()

    def _take(self, count: int) -> bytes:
        taken = bytes(self._pending[:count])
        del self._pending[:count]
        return taken
