"""What the link does with sockets: options, waiting, waking, and holding back small packets."""

import contextlib
import os
import select
import socket
from types import TracebackType
from typing import Any, Final

TCP_USER_TIMEOUT_MS: Final = 60_000


def set_options(client: Any, userdata: Any, sock: Any) -> None:
    """Set on every connection; the arguments are paho's."""
    del client, userdata
    # without it a round trip takes 40 to 90 ms: Nagle waits for the delayed acknowledgement
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS)


class Readable:
    """Asks a socket whether something can be read from it, without waiting."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def __call__(self) -> bool:
        """Whether there is something, also what TLS has decrypted already."""
        return _pending(self._sock) or bool(self._poll.poll(0))


class Corked:
    """While it lasts, small packets are put together instead of being sent one by one."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def __enter__(self) -> None:
        self._set(1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._set(0)

    def _set(self, value: int) -> None:
        with contextlib.suppress(OSError):  # closed meanwhile
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, value)


class Doorbell:
    """Wakes a thread that waits for a socket."""

    def __init__(self) -> None:
        self._event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._rung = False

    def ring(self) -> None:
        """Wake the waiting thread, or keep it from waiting the next time."""
        if not self._rung:
            self._rung = True
            with contextlib.suppress(OSError):  # closed: nobody waits any more
                os.eventfd_write(self._event, 1)

    def wait(self, sock: Any, *, reads: bool, writes: bool, timeout_s: float) -> bool:
        """Wait for a ring or the socket; True when there is something to read that is wanted."""
        if reads and _pending(sock):
            return True
        poll = select.poll()
        poll.register(self._event, select.POLLIN)
        wanted = (select.POLLIN if reads else 0) | (select.POLLOUT if writes else 0)
        poll.register(sock, wanted)
        ready = dict(poll.poll(timeout_s * 1000))
        if self._event in ready:
            self._rung = False
            os.eventfd_read(self._event)
        happened = ready.get(sock.fileno(), 0)
        broken = select.POLLHUP | select.POLLERR | select.POLLNVAL
        # a broken connection is found out by reading
        return bool(happened & broken) or (reads and bool(happened & select.POLLIN))

    def close(self) -> None:
        """Give the descriptor back; nobody may wait any more."""
        os.close(self._event)


def _pending(sock: Any) -> bool:
    pending = getattr(sock, "pending", None)
    return pending is not None and pending() > 0
