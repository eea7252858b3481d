"""The screens' end of the socket: blocking reads for a thread, writes that never wait."""

import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import msgspec

from anjungan.appliance.ipc.framing import FrameParser, frame
from anjungan.appliance.ipc.messages import AgentMessage, Hello, ScreensMessage

_CONNECT_TIMEOUT_S: Final = 2.0
_RECEIVE_BYTES: Final = 65536


class ConnectionLostError(OSError):
    """The agent is not there, or does not read what is sent to it."""


class AgentClient:
    """One connection to the agent.

    ``messages`` is read by one thread; ``send`` may be called from another. A message that the
    agent is too slow to take ends the connection: a frozen agent must not freeze the glass.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._parser = FrameParser()
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(AgentMessage)

    @classmethod
    def connect(cls, path: str, hello: Hello) -> "AgentClient":
        """Connect to the socket at ``path`` and say hello.

        Raises:
            OSError: nobody listens there.
        """
        connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connected.settimeout(_CONNECT_TIMEOUT_S)
            connected.connect(path)
            connected.settimeout(None)
        except OSError:
            connected.close()
            raise
        client = cls(connected)
        try:
            client.send(hello)
        except ConnectionLostError:
            client.close()
            raise
        return client

    def send(self, message: ScreensMessage) -> None:
        """Send a message without waiting.

        Raises:
            ConnectionLostError: the agent is gone or its queue is full.
        """
        framed = frame(self._encoder.encode(message))
        try:
            sent = self._socket.send(framed, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except OSError as error:
            raise ConnectionLostError("the agent cannot be reached") from error
        if sent != len(framed):
            self.close()
            raise ConnectionLostError("the agent does not read")

    def messages(self) -> Iterator[AgentMessage]:
        """Yield messages until the agent closes the connection.

        Raises:
            OSError: the connection broke.
            msgspec.DecodeError: the agent speaks another version.
            FrameError: a frame was too long.
        """
        while True:
            received = self._socket.recv(_RECEIVE_BYTES)
            if not received:
                return
            yield from self._decoded(received)
            del received

    def _decoded(self, received: bytes) -> Iterator[AgentMessage]:
        for payload in self._parser.feed(received):
            yield self._decoder.decode(payload)

    def close(self) -> None:
        """End the connection; wakes the thread that reads."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
