"""The uplink's view of time, so that tests can hold it still."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from anjungan.protocol.messages import TimeQuality


class LineClock(Protocol):
    """Wall time for messages, monotonic time for deadlines, and the one way to wait."""

    def now(self) -> datetime:
        """The time now, with a zone."""
        ...

    def time_quality(self) -> TimeQuality:
        """How far ``now`` can be trusted."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that only grow."""
        ...

    async def wait(self, event: asyncio.Event, timeout_s: float) -> None:
        """Return when ``event`` is set or ``timeout_s`` have passed, whichever is first."""
        ...


class SystemLineClock:
    """The real time of this machine."""

    def __init__(
        self, now: Callable[[], datetime], time_quality: Callable[[], TimeQuality]
    ) -> None:
        self._now = now
        self._time_quality = time_quality

    def now(self) -> datetime:
        """The time now, with a zone."""
        return self._now()

    def time_quality(self) -> TimeQuality:
        """How far ``now`` can be trusted."""
        return self._time_quality()

    def monotonic_s(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    async def wait(self, event: asyncio.Event, timeout_s: float) -> None:
        """Return when ``event`` is set or ``timeout_s`` have passed, whichever is first."""
        try:
            async with asyncio.timeout(timeout_s):
                await event.wait()
        except TimeoutError:
            return
