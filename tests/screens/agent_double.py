"""An agent's end of the socket for tests: shows what it is told and keeps what the screens say."""

import contextlib
import queue
import socket
import threading

import msgspec

from anjungan.appliance.ipc.framing import FrameParser, frame
from anjungan.appliance.ipc.messages import (
    Act,
    ButtonAction,
    ButtonMoved,
    ScreensMessage,
    Show,
    ShowAmbient,
)
from anjungan.appliance.session.views import Look


class AgentDouble:
    """Listens at a path; one screens process at a time."""

    def __init__(self, path):
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(4)
        self._peer = None
        self.received = queue.Queue()
        self.connected = threading.Event()
        self._step = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        decoder = msgspec.json.Decoder(ScreensMessage)
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self._peer = peer
            self.connected.set()
            parser = FrameParser()
            while True:
                try:
                    received = peer.recv(65536)
                except OSError:
                    break
                if not received:
                    break
                for payload in parser.feed(received):
                    self.received.put(decoder.decode(payload))
            peer.close()

    def send(self, message):
        self._peer.sendall(frame(msgspec.json.encode(message)))

    def show(self, view, look=None, step=None):
        self._step = self._step + 1 if step is None else step
        self.send(Show(step=self._step, view=view, look=look or Look()))
        return self._step

    def ambient(self, ambient):
        self.send(ShowAmbient(ambient=ambient))

    def button(self, name, action=ButtonAction.PRESSED):
        self.send(ButtonMoved(button=name, action=action))

    def next_message(self, kind, within_s=5.0):
        """The next message of that kind; others are dropped."""
        while True:
            message = self.received.get(timeout=within_s)
            if isinstance(message, kind):
                return message

    def next_act(self, within_s=5.0):
        return self.next_message(Act, within_s)

    def drain(self):
        """Everything received so far."""
        messages = []
        while not self.received.empty():
            messages.append(self.received.get_nowait())
        return messages

    def drop(self):
        """Close the connection, as an agent that died."""
        if self._peer is not None:
            with contextlib.suppress(OSError):  # the serving thread may have closed it
                self._peer.shutdown(socket.SHUT_RDWR)
            self._peer = None

    def close(self):
        self.drop()
        self._listener.close()
