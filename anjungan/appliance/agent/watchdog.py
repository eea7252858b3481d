"""Telling systemd that the agent is alive, fed by real work.

``WATCHDOG=1`` is sent only when the event loop is on time, the storage has answered and the
session has ticked; a hung agent is killed and started again.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

log = logging.getLogger(__name__)

LATE_LOOP_S: Final = 5.0
STORAGE_LIMIT_S: Final = 20.0
"""Generous: a slow card may take seconds for one commit, and that is no fault."""


class ServiceManager:
    """The notification socket of systemd (sd_notify(3)); silent where there is none."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        watchdog_us = int(environment.get("WATCHDOG_USEC", "0") or "0")
        self.interval_s = watchdog_us / 1_000_000 / 3 if watchdog_us else 10.0

    def tell(self, message: str) -> None:
        """Send one notification, such as ``READY=1``; a lost one is logged."""
        if not self._address:
            return
        address = self._address
        if address.startswith("@"):
            address = "\0" + address[1:]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.sendto(message.encode(), address)
        except OSError as error:
            log.warning("the service manager was not told: %s", error.strerror)


def service_manager() -> ServiceManager:
    """The manager this process was started by."""
    return ServiceManager(os.environ)


async def feed(
    manager: ServiceManager,
    *,
    ask_storage: Callable[[], Awaitable[object]],
    session_ticks: Callable[[], int],
) -> None:
    """Feed the watchdog as long as everything really works; returns only by being cancelled."""
    loop = asyncio.get_running_loop()
    seen_ticks = -1
    while True:
        asleep_since_s = loop.time()
        await asyncio.sleep(manager.interval_s)
        late_s = loop.time() - asleep_since_s - manager.interval_s
        ticks = session_ticks()
        reason = None
        if late_s > LATE_LOOP_S:
            reason = f"the event loop was {late_s:.0f} s late"
        elif ticks == seen_ticks:
            reason = "the session did not tick"
        elif not await _answers(ask_storage):
            reason = "the storage did not answer"
        seen_ticks = ticks
        if reason is None:
            manager.tell("WATCHDOG=1")
        else:
            log.error("the watchdog is not fed: %s", reason)


async def _answers(ask: Callable[[], Awaitable[object]]) -> bool:
    try:
        async with asyncio.timeout(STORAGE_LIMIT_S):
            await ask()
    except TimeoutError:
        return False
    except Exception:
        # a failing disk is told to residents and staff; restarting would not mend it
        log.exception("the storage failed")
    return True
