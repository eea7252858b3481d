"""A scanner that types its codes into a serial line (UART or USB-CDC)."""

import time
from collections.abc import Callable

from anjungan.appliance.drivers.device import (
    Missing,
    Pacing,
    Ready,
    StateListener,
    keep_open,
    tell,
)
from anjungan.appliance.drivers.link.byte_link import ByteLink
from anjungan.appliance.drivers.reported_device import ReportedDevice
from anjungan.appliance.drivers.scanner.scan import ScanEvent, ScanListener, ScanParser

IDLE_GAP_S = 0.08  # a scanner sends a code at once; a pause this long ends one without terminator
REPEAT_S = 1.5
_IDLE_READ_S = 60.0
_READ_BYTES = 4096


class LineScanner(ReportedDevice):
    """A supervised scanner; see ``drivers.device.Device``.

    The line is one-way, so ready means no more than that it is open.  A code that stays before the
    scanner and is read again and again is told once, until it was away for ``repeat_s``.  The
    listeners are called on the event loop; one that raises is logged and does no harm.
    """

    kind = "scanner"

    def __init__(
        self,
        link: ByteLink,
        *,
        on_scan: ScanListener,
        on_state: StateListener,
        name: str = "scanner",
        idle_gap_s: float = IDLE_GAP_S,
        repeat_s: float = REPEAT_S,
        pacing: Pacing | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name, on_state)
        self._link = link
        self._on_scan = on_scan
        self._idle_gap_s = idle_gap_s
        self._repeat_s = repeat_s
        self._pacing = pacing
        self._monotonic = monotonic
        self._parser = ScanParser()
        self._last: ScanEvent | None = None
        self._last_s = 0.0

    async def run(self) -> None:
        """See ``Device``."""
        await keep_open(self._link, self._serve, report=self._report, pacing=self._pacing)

    async def _serve(self) -> Missing:
        self._parser.reset()
        self._report.set(Ready("listening"))
        try:
            while True:
                await self._listen()
        finally:
            self._parser.reset()
            self._last = None

    async def _listen(self) -> None:
        """Wait once.  A frame of its own, so that no variable keeps a code."""
        data = await self._link.read(_READ_BYTES, self._wait_s())
        for event in self._parser.feed(data) if data else self._parser.end():
            self._take(event)
        self._forget_when_old()

    def _wait_s(self) -> float:
        if self._parser.in_a_code:
            return self._idle_gap_s
        return _IDLE_READ_S if self._last is None else self._repeat_s

    def _take(self, event: ScanEvent) -> None:
        now_s = self._monotonic()
        is_repeat = event == self._last and now_s - self._last_s < self._repeat_s
        self._last, self._last_s = event, now_s
        if not is_repeat:
            tell(self._name, self._on_scan, event)

    def _forget_when_old(self) -> None:
        """Keep no code longer than it is needed: it may be someone's ticket."""
        if self._last is not None and self._monotonic() - self._last_s >= self._repeat_s:
            self._last = None
