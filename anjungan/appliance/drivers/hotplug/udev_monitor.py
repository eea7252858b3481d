"""What udev tells of devices that come, through pyudev on the event loop.

The source is ``udev``, not ``kernel``: only after the rules have run do the symlinks exist.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

log = logging.getLogger(__name__)

SUBSYSTEMS: Final = ("tty", "usbmisc", "input", "hidraw", "backlight")
UDEV_CONTROL: Final = Path("/run/udev/control")
"""Where udev listens.  Without it libudev gives a monitor that never hears anything, and no error
(``udev_monitor_new_from_netlink``): so it is in a container."""
_COMING: Final = frozenset({"add", "change", "bind"})

Arrival = Callable[[frozenset[str]], None]


class NoUdevError(OSError):
    """udev's messages are not to be had here, as in a container without netlink."""


class UdevMonitor:
    """Calls ``on_arrival`` with the node and the links of every device that came.

    When messages were lost it is called with nothing, so that everybody looks.

    Raises:
        NoUdevError: pyudev, udev or netlink is missing.
    """

    def __init__(self, on_arrival: Arrival, *, control: Path = UDEV_CONTROL) -> None:
        self._on_arrival = on_arrival
        self._loop = asyncio.get_running_loop()
        if not control.exists():
            raise NoUdevError("udev does not run")
        self._monitor: Any = _open_monitor()
        self._fd: int = self._monitor.fileno()
        self._loop.add_reader(self._fd, self._take)

    def close(self) -> None:
        """Listen no longer."""
        self._loop.remove_reader(self._fd)

    def _take(self) -> None:
        try:
            while (device := self._monitor.poll(timeout=0)) is not None:
                if device.action in _COMING:
                    nodes = {device.device_node, *device.device_links} - {None}
                    self._on_arrival(frozenset(nodes))
        except OSError as error:  # ENOBUFS: more came at once than the socket holds
            log.warning("messages of udev were lost: %s", error)
            self._on_arrival(frozenset())


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
