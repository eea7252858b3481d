"""An input device of the kernel (evdev), held by this program alone.

While it is grabbed, what its keys say reaches nobody else: neither the console nor the screens.
Source: Linux ``include/uapi/linux/input.h`` and Documentation/input/input.rst.
"""

import fcntl
import os
import stat
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from anjungan.appliance.drivers.link.byte_link import LinkLost, reason_of
from anjungan.appliance.drivers.link.open_line import OpenLine

EVENT: Final = struct.Struct("@llHHi")
"""``struct input_event``: seconds, microseconds, type, code, value; 24 bytes on 64 bits."""

_NAME_BYTES: Final = 256
_KEY_ENTER: Final = 28
_KEY_BITS_BYTES: Final = 96  # KEY_MAX is 0x2ff
_EVIOCGRAB: Final = 0x4004_4590  # _IOW('E', 0x90, int)
_EVIOCSCLOCKID: Final = 0x4004_45A0  # _IOW('E', 0xa0, int)
_EVIOCGNAME: Final = 0x8000_4506 | _NAME_BYTES << 16  # _IOC(READ, 'E', 0x06, length)
_EVIOCGBIT_KEY: Final = 0x8000_4521 | _KEY_BITS_BYTES << 16  # _IOC(READ, 'E', 0x21, length)

Grab = Callable[[int], str | None]
"""Takes an open node for this program alone and returns its name; None: it is no keyboard.

Raises OSError where the node cannot be had.
"""


def grab_keyboard(fd: int) -> str | None:
    """Grab a keyboard, so that no digit of a card lands in a window; see :data:`Grab`.

    What has no Enter key is left alone: nobody could touch the kiosk any more if its touch panel
    were grabbed by mistake.  A pipe, as of a simulator, has no other listener to be kept out.
    """
    if stat.S_ISFIFO(os.fstat(fd).st_mode):
        return "pipe"
    keys = bytearray(_KEY_BITS_BYTES)
    name = bytearray(_NAME_BYTES)
    try:
        fcntl.ioctl(fd, _EVIOCGBIT_KEY, keys)
        fcntl.ioctl(fd, _EVIOCGNAME, name)
    except OSError as error:
        if reason_of(error) == "absent":
            raise
        return None
    if not keys[_KEY_ENTER // 8] & 1 << _KEY_ENTER % 8:
        return None
    fcntl.ioctl(fd, _EVIOCGRAB, 1)
    with suppress(OSError):  # without it the times follow the wall clock, which may be set
        fcntl.ioctl(fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
    return _printable(bytes(name))


class KeyboardNode(Protocol):
    """What a driver needs of an input device; see :class:`EvdevNode`."""

    @property
    def keyboard(self) -> str | None:
        """See ``EvdevNode``."""
        ...

    async def open(self) -> None:
        """See ``EvdevNode``."""
        ...

    async def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See ``EvdevNode``."""
        ...

    async def close(self) -> None:
        """See ``EvdevNode``."""
        ...


class EvdevNode:
    """The node at ``path``, usually a udev symlink; opened and grabbed in one step."""

    def __init__(self, path: str, grab: Grab = grab_keyboard) -> None:
        self._path = path
        self._grab = grab
        self._fd: int | None = None
        self._line: OpenLine | None = None
        self._keyboard: str | None = None

    @property
    def keyboard(self) -> str | None:
        """The name of the open keyboard; None when what was opened is none."""
        return self._keyboard

    async def open(self) -> None:
        """Open and grab.

        Raises:
            LinkLost: the node is absent, or another program holds it.
        """
        if self._fd is not None:
            raise RuntimeError("the node is open already")
        try:
            self._fd = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
            self._keyboard = self._grab(self._fd)
        except OSError as error:
            raise LinkLost(reason_of(error)) from error
        self._line = OpenLine(self._fd)

    async def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """Return events that have arrived; ``b""`` after ``timeout_s``.

        Raises:
            LinkLost: the node went away.
        """
        if self._line is None:
            raise LinkLost("closed")
        return await self._line.read(max_bytes, timeout_s)

    async def close(self) -> None:
        """Let go; never raises, and closing twice is allowed."""
        fd, self._fd = self._fd, None
        line, self._line = self._line, None
        self._keyboard = None
        if line is not None:
            line.close()
        if fd is not None:
            with suppress(OSError):
                os.close(fd)


def _printable(name: bytes) -> str:
    text = name.split(b"\0", 1)[0].decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else "?" for letter in text).strip() or "keyboard"
