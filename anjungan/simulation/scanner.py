"""A barcode scanner on a simulated line: what is scanned appears on it as typed text."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from anjungan.simulation.line_place import Place, open_simulated_line
from anjungan.simulation.simulated_line import ByteLog, SimulatedLine

CARRIAGE_RETURN: Final = b"\r"
USB_PACKET_BYTES: Final = 64
"""What a full-speed USB-CDC device sends at once."""


@dataclass(frozen=True, slots=True)
class ScannerHabits:
    """How a scanner was set up, mostly by codes in its manual.

    ``prefix`` comes before every code, such as the AIM identifier ``]Q1``; ``suffix`` after it, and
    may be empty.  ``burst_bytes`` are sent at once, then comes a pause as long as their time at
    ``bytes_per_s`` (None: only a turn of the event loop).  ``noise`` comes before everything.
    """

    prefix: bytes = b""
    suffix: bytes = CARRIAGE_RETURN
    burst_bytes: int | None = None
    bytes_per_s: int | None = None
    noise: bytes = b""


SERIAL_9600: Final = ScannerHabits(burst_bytes=1, bytes_per_s=960)
USB_CDC: Final = ScannerHabits(burst_bytes=USB_PACKET_BYTES)


class ScannerSimulator:
    """The simulated scanner.  ``start`` and all that follows need a running event loop."""

    def __init__(
        self,
        place: Place,
        habits: ScannerHabits | None = None,
        *,
        byte_log: ByteLog | None = None,
    ) -> None:
        # The driver sends nothing; what another program writes is dropped, as a scanner drops it.
        self._line = open_simulated_line(place, lambda _: None, byte_log)
        self._habits = habits or ScannerHabits()
        self._bursts: deque[bytes] = deque()
        self._next: asyncio.Handle | None = None

    @property
    def line(self) -> SimulatedLine:
        """The line to the host."""
        return self._line

    def start(self) -> None:
        """Make the line appear."""
        self._line.plug()

    def stop(self) -> None:
        """Take the line away."""
        self.unplug()

    def plug(self) -> None:
        """Plug the scanner in: a new line at the same place."""
        self._line.plug()

    def unplug(self) -> None:
        """Pull the plug; what was not sent yet is lost."""
        self._bursts.clear()
        self._line.unplug()

    def scan(self, code: bytes | str, suffix: bytes | None = None) -> None:
        """Scan a code; text is sent as UTF-8.  ``suffix``: another than the usual one."""
        habits = self._habits
        content = code.encode() if isinstance(code, str) else code
        end = habits.suffix if suffix is None else suffix
        data = habits.noise + habits.prefix + content + end
        size = habits.burst_bytes or max(1, len(data))
        self._bursts += (data[at : at + size] for at in range(0, len(data), size))
        if self._next is None:
            self._send_burst()

    def inject(self, noise: bytes) -> None:
        """Put bytes on the line that were never scanned."""
        self._line.inject(noise)

    def _send_burst(self) -> None:
        self._next = None
        if not self._bursts:
            return
        burst = self._bursts.popleft()
        self._line.send(burst)
        loop = asyncio.get_running_loop()
        if self._habits.bytes_per_s is not None:
            pause_s = len(burst) / self._habits.bytes_per_s
            self._next = loop.call_later(pause_s, self._send_burst)
        elif self._bursts:
            self._next = loop.call_soon(self._send_burst)
