"""A raw TCP socket as a line: a network printer's port 9100, or a simulator behind a port."""

import asyncio
import fcntl
import socket
import struct
import termios
from contextlib import suppress
from typing import Final

from anjungan.appliance.drivers.link.byte_link import LinkLost, reason_of
from anjungan.appliance.drivers.link.open_line import OpenLine
from anjungan.appliance.drivers.link.peer_watch import PeerWatch
from anjungan.appliance.drivers.link.served_line import ServedLine

CONNECT_TIMEOUT_S: Final = 5.0
VANISHED: Final = "no sign of the device"
RESET_AT_CLOSE: Final = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds
_SEND_BUFFER_BYTES: Final = 8192
"""What waits in the kernel is out of our hands: the usual buffer of megabytes would take a whole
ticket, and a printer that takes nothing would not be noticed."""
_KEEPALIVE_IDLE_S: Final = 10
_KEEPALIVE_EVERY_S: Final = 5
_KEEPALIVE_TRIES: Final = 3


class TcpLink(ServedLine):
    """A socket to ``host`` and ``port``.

    A device that lost its power says nothing, so keep-alive asks an idle one, and
    :class:`PeerWatch` looks after one that leaves bytes unacknowledged: the loss is told after at
    most half a minute.
    """

    def __init__(
        self, host: str, port: int, *, connect_timeout_s: float = CONNECT_TIMEOUT_S
    ) -> None:
        self._host = host
        self._port = port
        self._connect_timeout_s = connect_timeout_s
        self._socket: socket.socket | None = None
        self._line: OpenLine | None = None
        self._watch: PeerWatch | None = None

    @property
    def address(self) -> str:
        """``host:port``, as configured."""
        return f"{self._host}:{self._port}"

    async def open(self) -> None:
        """See ``ByteLink.open``."""
        if self._socket is not None:
            raise RuntimeError("the line is open already")
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                connected = await _connect(self._host, self._port)
        except TimeoutError:
            raise LinkLost("no answer to the connection") from None
        except OSError as error:
            raise LinkLost(_reason(error)) from error
        self._socket = connected
        line = self._line = OpenLine(connected.fileno())
        self._watch = PeerWatch(connected, lambda: line.lose(VANISHED))

    async def close(self) -> None:
        """See ``ByteLink.close``."""
        connected, self._socket = self._socket, None
        line, self._line = self._line, None
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()
        if line is not None:
            line.close()
        if connected is not None:
            with suppress(OSError):
                _drop_unsent(connected)
            with suppress(OSError):
                connected.close()


async def _connect(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failure: OSError = OSError("no address")
    for family, kind, protocol, _name, address in addresses:
        connected = socket.socket(family, kind, protocol)
        try:
            connected.setblocking(False)
            _set_up(connected)
            await loop.sock_connect(connected, address)
            _refuse_oneself(connected)
        except OSError as error:
            connected.close()
            failure = error
        except BaseException:
            connected.close()
            raise
        else:
            return connected
    raise failure


def _set_up(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _KEEPALIVE_IDLE_S)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _KEEPALIVE_EVERY_S)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _KEEPALIVE_TRIES)


def _refuse_oneself(connected: socket.socket) -> None:
    """A connection to a free port of this machine can meet itself, and the port is taken then."""
    if connected.getsockname() == connected.getpeername():
        raise ConnectionRefusedError


def _drop_unsent(connected: socket.socket) -> None:
    """Reset a connection whose bytes the device has not taken.

    Otherwise the kernel would go on delivering half a ticket after the line was closed, and the
    device, which serves one client, would be held by it.
    """
    (unsent_bytes,) = struct.unpack("i", fcntl.ioctl(connected, termios.TIOCOUTQ, b"\0" * 4))
    if unsent_bytes:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)


def _reason(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, socket.gaierror):
        return "the name is not known"
    return reason_of(error)
