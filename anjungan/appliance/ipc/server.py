"""The agent's end of the socket: one screens process at a time, the newest one."""

import asyncio
import contextlib
import logging
import os
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from anjungan.appliance.ipc.framing import FrameError, FrameParser, frame
from anjungan.appliance.ipc.messages import AgentMessage, Hello, ScreensMessage

log = logging.getLogger(__name__)

READ_BYTES: Final = 64 * 1024
MAX_UNSENT_BYTES: Final = 2 * 1024 * 1024
"""More than this unread means that the screens hang; they are cut off and reconnect."""
SOCKET_MODE: Final = 0o660
_UCRED: Final = struct.Struct("iII")
"""struct ucred: pid, uid, gid (unix(7), SO_PEERCRED)."""


@dataclass(frozen=True, slots=True)
class Peer:
    """User and group a process had when it connected."""

    uid: int
    gid: int


def peer_of(connection: socket.socket) -> Peer:
    """Ask the kernel who is at the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
    _pid, uid, gid = _UCRED.unpack(credentials)
    return Peer(uid, gid)


class ScreensServer:
    """Listens for the screens and tells what they say.

    ``on_hello`` is called when a screens process has said Hello and wants the present view;
    ``on_gone`` when it went. Of two connections the newer one counts. Only processes of our own
    user or group (the screens' unit has the agent's group) and of root are served; ``ask_peer``
    tells who they are.
    """

    def __init__(
        self,
        path: Path,
        *,
        version: str,
        on_hello: Callable[[Hello], None],
        on_message: Callable[[ScreensMessage], None],
        on_gone: Callable[[], None],
        ask_peer: Callable[[socket.socket], Peer] = peer_of,
    ) -> None:
        self._path = path
        self._version = version
        self._on_hello = on_hello
        self._on_message = on_message
        self._on_gone = on_gone
        self._ask_peer = ask_peer
        self._decoder: msgspec.json.Decoder[ScreensMessage] = msgspec.json.Decoder(ScreensMessage)
        self._encoder = msgspec.json.Encoder()
        self._current: asyncio.StreamWriter | None = None
        self.listening = asyncio.Event()
        self._connections: set[asyncio.StreamWriter] = set()

    @property
    def connected(self) -> bool:
        """Whether a screens process is there."""
        return self._current is not None

    async def run(self) -> None:
        """Serve for ever; returns only by being cancelled, and removes the socket.

        A socket that an earlier run left over is replaced (asyncio does that).
        """
        server = await asyncio.start_unix_server(self._serve, path=self._path)
        try:
            self._path.chmod(SOCKET_MODE)
            self.listening.set()
            # not serve_forever(): from Python 3.12.1 on its end waits for every client to go first
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()
            for writer in tuple(self._connections):
                writer.transport.abort()
            self._path.unlink(missing_ok=True)

    def send(self, message: AgentMessage) -> None:
        """Send to the screens, if they are there; they get the whole view when they come."""
        writer = self._current
        if writer is None:
            return
        if writer.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            log.error("the screens do not read; cutting them off")
            writer.transport.abort()
            return
        try:
            data = frame(self._encoder.encode(message))
        except FrameError as error:
            log.error("a view cannot be sent: %s", error)  # noqa: TRY400 - the size says it all
            return
        writer.write(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            await self._converse(reader, writer)
        except (OSError, FrameError, msgspec.DecodeError) as error:
            log.warning("the screens' connection failed: %s", type(error).__name__)
        except Exception:
            log.exception("serving the screens failed")
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            self._connections.discard(writer)
            if self._current is writer:
                self._current = None
                self._on_gone()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._is_trusted(writer):
            log.error("a process of another user asked for the screens' socket; refused")
            return
        parser = FrameParser()
        while data := await reader.read(READ_BYTES):
            for payload in parser.feed(data):
                message = self._decoder.decode(payload)
                if isinstance(message, Hello):
                    if not self._greet(message, writer):
                        return
                elif writer is self._current:
                    self._on_message(message)

    def _greet(self, hello: Hello, writer: asyncio.StreamWriter) -> bool:
        if hello.version != self._version:
            log.error("screens of version %s refused", hello.version)
            return False
        if self._current is not None and self._current is not writer:
            self._current.transport.abort()
        self._current = writer
        self._on_hello(hello)
        return True

    def _is_trusted(self, writer: asyncio.StreamWriter) -> bool:
        """The file mode demands the same; this holds too where it was left open by mistake."""
        peer = self._ask_peer(writer.get_extra_info("socket"))
        return peer.uid in {0, os.getuid()} or peer.gid == os.getgid()
