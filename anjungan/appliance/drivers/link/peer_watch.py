"""Whether the other side of a TCP connection is still there, while bytes wait to reach it.

A network printer without paper takes no bytes for as long as nobody comes: its window is zero, and
it answers the kernel's probes.  TCP_USER_TIMEOUT ends such a connection although the printer is
there (Linux, ``tcp_probe_timer``), and without it a printer that lost its power is noticed after a
quarter of an hour.  So the kernel's own counts are looked at: one that vanished leaves questions
unanswered, and one that waits answers them.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

VANISHED_AFTER_S: Final = 15.0
LOOK_EVERY_S: Final = 5.0
_UNANSWERED_PROBES: Final = 2  # the first may be on its way
# struct tcp_info (linux/tcp.h): eight bytes, then 32-bit counts; the layout is kept for ever.
_TCP_INFO: Final = struct.Struct("=8B13I")


@dataclass(frozen=True, slots=True)
class PeerSigns:
    """What the kernel knows of the other side."""

    retransmits: int
    """How often the oldest unacknowledged bytes were sent anew."""
    unanswered_probes: int
    """How many questions to a side that takes no bytes were not answered, one after another."""
    since_heard_s: float
    """How long ago the other side acknowledged anything."""

    @classmethod
    def of(cls, connected: socket.socket) -> Self:
        """Ask the kernel.

        Raises:
            OSError: the socket is no TCP socket any more.
        """
        info = connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
        counts = _TCP_INFO.unpack(info)
        return cls(
            retransmits=counts[2], unanswered_probes=counts[3], since_heard_s=counts[20] / 1000
        )

    def tell_vanished(self, after_s: float) -> bool:
        """Whether the other side must have gone: unanswered, and unheard for ``after_s``."""
        asked = self.retransmits > 0 or self.unanswered_probes >= _UNANSWERED_PROBES
        return asked and self.since_heard_s >= after_s


class PeerWatch:
    """Looks every ``look_every_s`` and calls ``on_vanished`` once; :meth:`close` ends it."""

    def __init__(
        self,
        connected: socket.socket,
        on_vanished: Callable[[], None],
        *,
        after_s: float = VANISHED_AFTER_S,
        look_every_s: float = LOOK_EVERY_S,
        read_signs: Callable[[socket.socket], PeerSigns] = PeerSigns.of,
    ) -> None:
        self._connected = connected
        self._on_vanished = on_vanished
        self._after_s = after_s
        self._look_every_s = look_every_s
        self._read_signs = read_signs
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(look_every_s, self._look)

    def close(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        try:
            vanished = self._read_signs(self._connected).tell_vanished(self._after_s)
        except OSError:
            return  # the line itself will tell
        if vanished:
            self._on_vanished()
        else:
            self._timer = self._loop.call_later(self._look_every_s, self._look)
