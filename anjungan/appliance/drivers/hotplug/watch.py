"""Waiting for a device's node: woken by udev, or by looking every two seconds where there is none.

A driver that lost its device backs off up to ten seconds before it tries again.  Nobody who has
just put a plug back wants to wait for that, so the wait ends when the node appears.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from anjungan.appliance.drivers.device import Pacing
from anjungan.appliance.drivers.hotplug.udev_monitor import Arrival, NoUdevError, UdevMonitor

log = logging.getLogger(__name__)

POLL_INTERVAL_S: Final = 2.0


class Monitor(Protocol):
    """Tells of devices that come until it is closed."""

    def close(self) -> None:
        """Listen no longer."""
        ...


_Node = tuple[int, int, int]
"""Which node stands at a path: inode, device number, and when its owner or mode changed last."""


@dataclass(eq=False, slots=True)
class _Waiting:
    path: str
    node: _Node | None
    came: asyncio.Event


class HotplugWatch:
    """Knows who waits for which node.  :meth:`run` listens; without it a wait takes its full time.

    ``open_monitor`` raises :class:`NoUdevError` where there is no udev; then nodes are looked for
    every ``poll_interval_s``, but only while somebody waits for one.
    """

    def __init__(
        self,
        *,
        open_monitor: Callable[[Arrival], Monitor] = UdevMonitor,
        poll_interval_s: float = POLL_INTERVAL_S,
    ) -> None:
        self._open_monitor = open_monitor
        self._poll_interval_s = poll_interval_s
        self._waiting: set[_Waiting] = set()
        self._somebody_waits = asyncio.Event()
        self.polls = False

    def pacing(self, path: str, pacing: Pacing | None = None) -> Pacing:
        """The usual back-off, which ends at once when a node appears at ``path``."""

        async def sleep(delay_s: float) -> None:
            await self._wait_for(path, delay_s)

        return replace(pacing or Pacing(), sleep=sleep)

    async def run(self) -> None:
        """Listen for ever; returns only by being cancelled."""
        monitor = self._listen()
        if monitor is None:
            self.polls = True
            await self._poll()
        else:
            try:
                # what came between the driver's last try and the first message would be missed
                self._look()
                await asyncio.get_running_loop().create_future()
            finally:
                monitor.close()

    def _listen(self) -> Monitor | None:
        try:
            return self._open_monitor(self._arrived)
        except NoUdevError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - a library's bug must not end all devices
            reason = type(error).__name__
        log.info("no udev (%s): devices are looked for every %g s", reason, self._poll_interval_s)
        return None

    async def _poll(self) -> None:
        while True:
            await self._somebody_waits.wait()
            await asyncio.sleep(self._poll_interval_s)
            self._look()

    async def _wait_for(self, path: str, delay_s: float) -> None:
        waiting = _Waiting(path, _node_at(path), asyncio.Event())
        self._waiting.add(waiting)
        self._somebody_waits.set()
        try:
            async with asyncio.timeout(delay_s):
                await waiting.came.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(waiting)
            if not self._waiting:
                self._somebody_waits.clear()

    def _arrived(self, nodes: frozenset[str]) -> None:
        for waiting in self._waiting:
            if waiting.path in nodes:
                waiting.came.set()
        self._look()

    def _look(self) -> None:
        for waiting in self._waiting:
            node = _node_at(waiting.path)
            if node is not None and node != waiting.node:
                waiting.came.set()
            waiting.node = node


def _node_at(path: str) -> _Node | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - the device behind the symlink, cheaply
    except OSError:
        return None
    return found.st_ino, found.st_rdev, found.st_ctime_ns
