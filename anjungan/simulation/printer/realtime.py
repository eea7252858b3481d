"""Finds real-time commands in what arrives, before it is queued.

A real printer obeys them on receipt wherever they stand, even inside raster data, so the scan knows
nothing of the commands around them.
"""

from collections import deque
from dataclasses import dataclass
from typing import ClassVar

_CLEAR_BUFFER = bytes((0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08))
_DLE_EOT, _DLE_ENQ = (0x10, 0x04), (0x10, 0x05)
_STATUS_NUMBERS, _RECOVERY_NUMBERS = range(1, 5), range(1, 3)


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """DLE EOT n."""

    length_bytes: ClassVar[int] = 3

    n: int


@dataclass(frozen=True, slots=True)
class RecoveryAsked:
    """DLE ENQ n: 1 goes on, 2 clears the buffers first."""

    length_bytes: ClassVar[int] = 3

    n: int


@dataclass(frozen=True, slots=True)
class ClearAsked:
    """DLE DC4 function 8."""

    length_bytes: ClassVar[int] = len(_CLEAR_BUFFER)


RealtimeCommand = StatusAsked | RecoveryAsked | ClearAsked


class RealtimeScanner:
    """Remembers the last bytes, so that a command may arrive in pieces."""

    def __init__(self) -> None:
        self._last: deque[int] = deque(maxlen=len(_CLEAR_BUFFER))

    def scan(self, byte: int) -> RealtimeCommand | None:
        """Return the command that ``byte`` completes, if it completes one."""
        before = tuple(self._last)[-2:]
        self._last.append(byte)
        if before == _DLE_EOT and byte in _STATUS_NUMBERS:
            return StatusAsked(byte)
        if before == _DLE_ENQ and byte in _RECOVERY_NUMBERS:
            return RecoveryAsked(byte)
        if bytes(self._last) == _CLEAR_BUFFER:
            return ClearAsked()
        return None

    def reset(self) -> None:
        """Forget everything (power off)."""
        self._last.clear()
