"""A raw TCP socket as a line: a network printer's port 9100, or a simulator behind a port."""

import asyncio
import socket
from contextlib import suppress
from typing import Final

from anjungan.appliance.drivers.link.byte_link import LinkLost, reason_of
from anjungan.appliance.drivers.link.open_line import OpenLine

CONNECT_TIMEOUT_S: Final = 5.0
_USER_TIMEOUT_MS: Final = 15_000
_KEEPALIVE_IDLE_S: Final = 10
_KEEPALIVE_EVERY_S: Final = 5
_KEEPALIVE_TRIES: Final = 3


class TcpLink:
    """A socket to ``host`` and ``port``.

    A peer that lost its power says nothing, so keep-alive asks an idle one and TCP_USER_TIMEOUT
    ends one that leaves bytes unacknowledged: the loss is told after at most half a minute.
    """

    def __init__(
        self, host: str, port: int, *, connect_timeout_s: float = CONNECT_TIMEOUT_S
    ) -> None:
        self._host = host
        self._port = port
        self._connect_timeout_s = connect_timeout_s
        self._socket: socket.socket | None = None
        self._line: OpenLine | None = None

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
        self._line = OpenLine(connected.fileno())

    async def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See ``ByteLink.read``."""
        return await self._opened().read(max_bytes, timeout_s)

    async def write(self, data: bytes, timeout_s: float) -> None:
        """See ``ByteLink.write``."""
        await self._opened().write(data, timeout_s)

    async def discard_input(self) -> None:
        """See ``ByteLink.discard_input``."""
        self._opened().discard_input()

    async def close(self) -> None:
        """See ``ByteLink.close``."""
        connected, self._socket = self._socket, None
        line, self._line = self._line, None
        if line is not None:
            line.close()
        if connected is not None:
            with suppress(OSError):
                connected.close()

    def _opened(self) -> OpenLine:
        if self._line is None:
            raise LinkLost("closed")
        return self._line


async def _connect(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failure: OSError = OSError("no address")
    for family, kind, protocol, _name, address in addresses:
        connected = socket.socket(family, kind, protocol)
        try:
            connected.setblocking(False)
            _watch_peer(connected)
            await loop.sock_connect(connected, address)
        except OSError as error:
            connected.close()
            failure = error
        except BaseException:
            connected.close()
            raise
        else:
            return connected
    raise failure


def _watch_peer(connected: socket.socket) -> None:
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _KEEPALIVE_IDLE_S)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _KEEPALIVE_EVERY_S)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _KEEPALIVE_TRIES)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)


def _reason(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, socket.gaierror):
        return "the name is not known"
    return reason_of(error)
