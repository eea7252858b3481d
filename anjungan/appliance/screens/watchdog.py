"""Telling the service manager that frames are really drawn (sd_notify(3))."""

import contextlib
import os
import socket
from collections.abc import Callable, Mapping
from typing import Final

_MICROSECONDS: Final = 1_000_000
_SHARE: Final = 3


class Notifier:
    """Sends datagrams to ``$NOTIFY_SOCKET``; does nothing where there is none."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        watchdog_us = environment.get("WATCHDOG_USEC", "")
        self.interval_s = (
            int(watchdog_us) / _MICROSECONDS / _SHARE if watchdog_us.isdigit() else None
        )

    def tell(self, message: str) -> None:
        """Send ``message``; a service manager that is not there is no fault of ours."""
        if not self._address:
            return
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender,
        ):
            sender.sendto(message.encode(), self._address)


class DrawnWatchdog:
    """Feeds the watchdog only with frames that were asked for and then really flipped."""

    def __init__(self, notifier: Notifier, ask_redraw: Callable[[], None]) -> None:
        self._notifier = notifier
        self._ask_redraw = ask_redraw
        self._asked = False
        self._ready = False

    def tick(self, _elapsed_s: float = 0.0) -> None:
        """Ask for one redraw."""
        self._asked = True
        self._ask_redraw()

    def flipped(self, *, page_shown: bool) -> None:
        """A frame is on the glass; the first one with a page means ready."""
        if page_shown and not self._ready:
            self._ready = True
            self._notifier.tell("READY=1")
        if self._asked:
            self._asked = False
            self._notifier.tell("WATCHDOG=1")
