"""A TCP port that stands for the line of a simulated device, as a network printer's port 9100.

One client at a time, as network printers have it: a second one is reset.  A client that went away
makes room at once, even before the event loop has heard of it.
"""

import asyncio
import select
import socket
import struct
from typing import Final

from anjungan.simulation.simulated_line import ByteLog, Direction, OnBytes

READ_CHUNK_BYTES: Final = 4096
_RECEIVE_BUFFER_BYTES: Final = 8192  # what such a device has; the usual one takes megabytes
_RESET_AT_CLOSE: Final = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds


class TcpLine:
    """A line at ``host`` and ``port``; see ``SimulatedLine``.

    Port 0 takes a free one at the first :meth:`plug` and keeps it.  What is sent while no client is
    connected is lost.
    """

    def __init__(
        self, host: str, port: int, on_bytes: OnBytes, *, byte_log: ByteLog | None = None
    ) -> None:
        self._host = host
        self._port = port
        self._on_bytes = on_bytes
        self._byte_log = byte_log
        self._unsent = bytearray()
        self._listener: socket.socket | None = None
        self._client: socket.socket | None = None
        self._reading_paused = False

    @property
    def port(self) -> int:
        """The port; 0 until the first :meth:`plug` has taken a free one."""
        return self._port

    @property
    def address(self) -> str:
        """See ``SimulatedLine``."""
        return f"{self._host}:{self._port}"

    @property
    def is_plugged(self) -> bool:
        """See ``SimulatedLine``."""
        return self._listener is not None

    @property
    def has_client(self) -> bool:
        """Whether a client is connected, as far as the event loop has heard."""
        return self._client is not None

    @property
    def unsent_bytes(self) -> int:
        """See ``SimulatedLine``."""
        return len(self._unsent)

    def plug(self) -> None:
        """Listen; see ``SimulatedLine``."""
        if self._listener is not None:
            return
        listener = socket.create_server((self._host, self._port), backlog=4)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        listener.setblocking(False)
        self._port = listener.getsockname()[1]
        self._listener = listener
        self._reading_paused = False
        asyncio.get_running_loop().add_reader(listener.fileno(), self._accept)

    def unplug(self) -> None:
        """Stop listening and reset the connection; see ``SimulatedLine``."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        asyncio.get_running_loop().remove_reader(listener.fileno())
        listener.close()
        if self._client is not None:
            _reset_at_close(self._client)
        self._hang_up()

    def send(self, data: bytes) -> None:
        """See ``SimulatedLine``."""
        if self._client is None or not data:
            return
        if self._byte_log is not None:
            self._byte_log(Direction.TO_HOST, data)
        was_waiting = bool(self._unsent)
        self._unsent += data
        if not was_waiting:
            self._write_some()

    def inject(self, noise: bytes) -> None:
        """See ``SimulatedLine``."""
        self.send(noise)

    def forget_unsent(self) -> None:
        """See ``SimulatedLine``; what the kernel has taken goes its way."""
        self._unsent.clear()
        if self._client is not None:
            asyncio.get_running_loop().remove_writer(self._client.fileno())

    def pause_reading(self) -> None:
        """See ``SimulatedLine``."""
        if not self._reading_paused:
            self._reading_paused = True
            if self._client is not None:
                asyncio.get_running_loop().remove_reader(self._client.fileno())

    def resume_reading(self) -> None:
        """See ``SimulatedLine``."""
        if self._reading_paused:
            self._reading_paused = False
            if self._client is not None:
                asyncio.get_running_loop().add_reader(self._client.fileno(), self._read_some)

    def _accept(self) -> None:
        if self._listener is None:
            return
        try:
            client, _ = self._listener.accept()
        except OSError:  # it came and went
            return
        if self._client is not None and not self._reading_paused:
            while self._read_some():  # the last words of a client that has gone
                pass
        if self._client is not None and _was_reset(self._client):
            self._hang_up()
        if self._client is not None:
            _reset_at_close(client)
            client.close()
            return
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = client
        if not self._reading_paused:
            asyncio.get_running_loop().add_reader(client.fileno(), self._read_some)

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        self._unsent.clear()
        if client is None:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(client.fileno())
        loop.remove_writer(client.fileno())
        client.close()

    def _read_some(self) -> bool:
        """Take what has arrived; whether there was something."""
        if self._client is None or self._reading_paused:
            return False
        try:
            data = self._client.recv(READ_CHUNK_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return False
        if self._byte_log is not None:
            self._byte_log(Direction.FROM_HOST, data)
        self._on_bytes(data)
        return True

    def _write_some(self) -> None:
        if self._client is None:
            return
        try:
            sent = self._client.send(self._unsent)
        except BlockingIOError:
            sent = 0
        except OSError:  # the reading side will say so too, but not while it is paused
            self._hang_up()
            return
        del self._unsent[:sent]
        loop = asyncio.get_running_loop()
        if self._unsent:
            loop.add_writer(self._client.fileno(), self._write_some)
        else:
            loop.remove_writer(self._client.fileno())


def _was_reset(connected: socket.socket) -> bool:
    """Whether the other side ended the connection, though we may not read now."""
    poll = select.poll()
    poll.register(connected, 0)  # asks for nothing: these two are told anyway
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _reset_at_close(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
