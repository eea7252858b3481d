"""The simulated pcscd behind its socket, for the real libpcsclite: ``PCSCLITE_CSOCK_NAME``.

Speaks version 4.4 of pcsc-lite's own protocol, as far as a card reader needs it.  Source:
``winscard_msg.h`` of pcsc-lite 1.9.9.  Numbers are 32 bits in the machine's order.
"""

import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from anjungan.appliance.drivers.card_reader import pcsc_library as pcsc
from anjungan.appliance.drivers.card_reader.pcsc_library import (
    ConnectedCard,
    PcscError,
    ReaderStatus,
)
from anjungan.simulation.pcsc import PcscSimulator

_HEADER: Final = struct.Struct("=II")
_VERSION: Final = struct.Struct("=iiI")
_ESTABLISH: Final = struct.Struct("=III")
_RELEASE: Final = struct.Struct("=II")
_CONNECT: Final = struct.Struct("=I128sIIiII")
_DISCONNECT: Final = struct.Struct("=iII")
_TRANSMIT: Final = struct.Struct("=iIIIIIII")
_WAITED: Final = struct.Struct("=II")
_READER: Final = struct.Struct("=128sIIi33s3xII")
_MOST_READERS: Final = 16
_ABSENT, _PRESENT, _MUTE = 0x0002, 0x0034, 0x000C
"""Of a reader's state: absent; present, powered, negotiable; present, swallowed."""


class PcscSocket:
    """Serves a :class:`PcscSimulator` at ``path``, one thread a client.  Only for tests."""

    def __init__(self, daemon: PcscSimulator, path: Path) -> None:
        self._daemon = daemon
        self._path = path
        self._listening: socket.socket | None = None
        self._clients: set[_Client] = set()
        self._changed = threading.Event()

    def start(self) -> None:
        """Listen."""
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self._path))
        self._listening.listen()
        self._daemon.on_change = self._changed.set
        for work in (self._accept, self._announce):
            threading.Thread(target=work, args=(self._listening,), daemon=True).start()

    def stop(self) -> None:
        """Go away, as a daemon that ends: clients see their sockets close."""
        listening, self._listening = self._listening, None
        if listening is not None:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
            self._path.unlink()
        for client in tuple(self._clients):
            client.close()
        self._changed.set()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client = _Client(self._daemon, listening.accept()[0])
                self._clients.add(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: "_Client") -> None:
        with suppress(OSError, EOFError):  # it closed, or we stopped
            client.serve()
        self._clients.discard(client)
        client.close()

    def _announce(self, listening: socket.socket) -> None:
        while self._listening is listening:
            self._changed.wait()
            self._changed.clear()
            for client in tuple(self._clients):
                with suppress(OSError):
                    client.announce()


class _Client:
    """One context of one program."""

    def __init__(self, daemon: PcscSimulator, connection: socket.socket) -> None:
        self._daemon = daemon
        self._connection = connection
        self._sending = threading.Lock()
        self._waits = False

    def serve(self) -> None:
        """Answer until the client goes."""
        while True:
            size, command = _HEADER.unpack(self._receive(_HEADER.size))
            self._answer(command, self._receive(size))

    def announce(self) -> None:
        """Tell a client that waits that something changed; it asks what by itself."""
        with self._sending:
            if self._waits:
                self._waits = False
                self._connection.sendall(_WAITED.pack(0, 0))

    def close(self) -> None:
        """End the connection."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _answer(self, command: int, body: bytes) -> None:
        match command:
            case 0x11:
                self._send(body)  # the client's version is ours
            case 0x12:
                self._send(self._states())
            case 0x13:
                with self._sending:
                    self._waits = True
                    self._daemon.waits += 1
                    self._connection.sendall(self._states())
            case 0x14:
                self.announce()  # if it was not told already, and then that was the answer
            case 0x01:
                self._send(self._establish(body))
            case 0x02:
                self._send(self._release(body))
            case 0x04:
                self._send(self._connect(body))
            case 0x06:
                self._send(self._disconnect(body))
            case 0x09:
                self._send(self._transmit(body))
            case _:
                raise EOFError

    def _states(self) -> bytes:
        states = b"".join(_reader_state(each) for each in self._daemon.states())
        return states.ljust(_MOST_READERS * _READER.size, b"\0")

    def _establish(self, body: bytes) -> bytes:
        scope, _, _ = _ESTABLISH.unpack(body)
        try:
            return _ESTABLISH.pack(scope, self._daemon.establish(), 0)
        except PcscError as error:
            return _ESTABLISH.pack(scope, 0, error.code)

    def _release(self, body: bytes) -> bytes:
        context, _ = _RELEASE.unpack(body)
        try:
            self._daemon.release(context)
        except PcscError as error:
            return _RELEASE.pack(context, error.code)
        return _RELEASE.pack(context, 0)

    def _connect(self, body: bytes) -> bytes:
        context, name, share, protocols, _, _, _ = _CONNECT.unpack(body)
        try:
            card = self._daemon.connect(context, name.split(b"\0", 1)[0].decode())
        except PcscError as error:
            return _CONNECT.pack(context, name, share, protocols, 0, 0, error.code)
        return _CONNECT.pack(context, name, share, protocols, card.handle, card.protocol, 0)

    def _disconnect(self, body: bytes) -> bytes:
        handle, disposition, _ = _DISCONNECT.unpack(body)
        try:
            self._daemon.disconnect(ConnectedCard(handle, 0), unpower=disposition != 0)
        except PcscError as error:
            return _DISCONNECT.pack(handle, disposition, error.code)
        return _DISCONNECT.pack(handle, disposition, 0)

    def _transmit(self, body: bytes) -> bytes:
        handle, protocol, length, sent, _, _, _, _ = _TRANSMIT.unpack(body)
        command = self._receive(sent)
        try:
            answer = self._daemon.transmit(ConnectedCard(handle, protocol), command)
        except PcscError as error:
            return _TRANSMIT.pack(handle, protocol, length, sent, 0, 0, 0, error.code)
        return _TRANSMIT.pack(handle, protocol, length, sent, 0, 0, len(answer), 0) + answer

    def _send(self, data: bytes) -> None:
        with self._sending:
            self._connection.sendall(data)

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._connection.recv(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data


def _reader_state(status: ReaderStatus) -> bytes:
    if not status.flags & pcsc.STATE_PRESENT:
        state = _ABSENT
    else:
        state = _MUTE if status.flags & pcsc.STATE_MUTE else _PRESENT
    events = status.flags >> pcsc.EVENTS_SHIFT
    sharing = 1 if status.flags & pcsc.STATE_IN_USE else 0
    return _READER.pack(
        status.name.encode(), events, state, sharing, status.atr, len(status.atr), 2
    )
