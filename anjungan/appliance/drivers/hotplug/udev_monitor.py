"""What udev tells of devices that come, through pyudev on the event loop.

The source is ``udev``, not ``kernel``: only after the rules have run do the symlinks exist.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

log = logging.getLogger(__name__)

SUBSYSTEMS: Final = ("tty", "usbmisc", "input", "hidraw", "backlight")
_COMING: Final = frozenset({"add", "change", "bind"})

Arrival = Callable[[frozenset[str]], None]


class NoUdevError(OSError):
    """udev's messages are not to be had here, as in a container without netlink."""


class UdevMonitor:
    """Calls ``on_arrival`` with the node and the links of every device that came.

    Raises:
        NoUdevError: pyudev or netlink is missing.
    """

    def __init__(self, on_arrival: Arrival) -> None:
        self._on_arrival = on_arrival
        self._loop = asyncio.get_running_loop()
        self._monitor: Any = _open_monitor()
        self._fd: int = self._monitor.fileno()
        self._loop.add_reader(self._fd, self._take)

    def close(self) -> None:
        """Listen no longer."""
        self._loop.remove_reader(self._fd)

    def _take(self) -> None:
        device = self._monitor.poll(timeout=0)
        while device is not None:
            if device.action in _COMING:
                nodes = {device.device_node, *device.device_links} - {None}
                self._on_arrival(frozenset(nodes))
            device = self._monitor.poll(timeout=0)


def _open_monitor() -> Any:
    try:
        import pyudev  # noqa: PLC0415 - opens libudev when it is imported
    except ImportError as error:
        raise NoUdevError("pyudev or libudev is not installed") from error
    try:
        monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source="udev")
        for subsystem in SUBSYSTEMS:
            monitor.filter_by(subsystem)
        monitor.start()
    except OSError as error:
        raise NoUdevError(error.strerror or type(error).__name__) from error
    return monitor
