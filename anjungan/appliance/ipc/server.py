"""The agent's end of the socket: one screens process at a time, the newest one."""

import asyncio
import contextlib
import logging
import os
import socket
import struct
from collections.abc import Callable
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
_UCRED: Final = struct.Struct("3i")


class ScreensServer:
    """Listens for the screens and tells what they say.

    ``on_hello`` is called when a screens process has said Hello and wants the present view;
    ``on_gone`` when it went. Of two connections the newer one counts.
    """

    def __init__(
        self,
        path: Path,
        *,
        version: str,
        on_hello: Callable[[Hello], None],
        on_message: Callable[[ScreensMessage], None],
        on_gone: Callable[[], None],
    ) -> None:
        self._path = path
        self._version = version
        self._on_hello = on_hello
        self._on_message = on_message
        self._on_gone = on_gone
        self._decoder: msgspec.json.Decoder[ScreensMessage] = msgspec.json.Decoder(ScreensMessage)
        self._encoder = msgspec.json.Encoder()
        self._current: asyncio.StreamWriter | None = None

    @property
    def connected(self) -> bool:
        """Whether a screens process is there."""
        return self._current is not None

    async def run(self) -> None:
        """Serve for ever; returns only by being cancelled, and removes the socket."""
        self._path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, path=self._path)
        self._path.chmod(SOCKET_MODE)
        try:
            async with server:
                await server.serve_forever()
        finally:
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
        writer.write(frame(self._encoder.encode(message)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
            if self._current is writer:
                self._current = None
                self._on_gone()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _is_trusted(writer):
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
        if self._current is not None:
            self._current.transport.abort()
        self._current = writer
        self._on_hello(hello)
        return True


def _is_trusted(writer: asyncio.StreamWriter) -> bool:
    """Only our own user, root, or a member of the socket's group (the screens' user) speaks here.

    The group is what the file mode already demands; the user of the peer is checked besides so
    that a socket left open by mistake is of no use to others.
    """
    peer: socket.socket = writer.get_extra_info("socket")
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
    _pid, uid, gid = _UCRED.unpack(credentials)
    return uid in {0, os.getuid()} or gid == os.getgid()
