"""Keeps the line to the agent: one reading thread, a mailbox, and reconnection with back-off."""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, assert_never

import msgspec

from anjungan.appliance.ipc.client import AgentClient, ConnectionLostError
from anjungan.appliance.ipc.framing import FrameError
from anjungan.appliance.ipc.messages import (
    AgentMessage,
    ButtonMoved,
    Hello,
    ScreensMessage,
    Show,
    ShowAmbient,
)

STARTING_FOR_S: Final = 3.0
STARTING_PAUSE_S: Final = 0.02
"""Agent and screens are started together: at first its socket is asked for often, so that the
first frame does not wait for a pause to end."""
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 5.0
_JOIN_S: Final = 2.0
_MOST_WAITING: Final = 64

_log = logging.getLogger(__name__)


class AgentGone(msgspec.Struct, frozen=True):
    """The connection to the agent ended; what was on the glass is not valid any more."""


Arrived = AgentMessage | AgentGone


class Mailbox:
    """What has arrived for the next frame.

    Views and ambient values replace the older ones of their kind; button presses are kept in
    order. A view drops the buttons before it: they were meant for another screen.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Arrived] = deque(maxlen=_MOST_WAITING)

    def put(self, message: Arrived) -> None:
        """Add a message; called by the reading thread."""
        with self._lock:
            kept = [each for each in self._waiting if not _replaces(message, each)]
            self._waiting.clear()
            self._waiting.extend(kept)
            self._waiting.append(message)

    def take_all(self) -> list[Arrived]:
        """Return and remove everything; called once a frame."""
        with self._lock:
            taken = list(self._waiting)
            self._waiting.clear()
            return taken


def _replaces(newer: Arrived, older: Arrived) -> bool:
    match newer:
        case Show():
            return isinstance(older, Show | ButtonMoved)
        case ShowAmbient():
            return isinstance(older, ShowAmbient)
        case AgentGone():
            return True
        case ButtonMoved():
            return False
        case _:
            assert_never(newer)


def pause_before(attempt: int, chance: float) -> float:
    """Return the seconds to wait before the n-th attempt in a row, counted from 0.

    The longest pause doubles from 0.2 s to 5 s; ``chance`` in 0..1 spreads it over its upper
    half, so that restarted processes do not move in step.
    """
    longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(attempt, 10))
    return longest * (0.5 + 0.5 * chance)


class Connection:
    """The screens' line to the agent.

    ``on_arrival`` is called from the reading thread whenever the mailbox has something new; it
    must only wake the Kivy thread.
    """

    def __init__(self, path: str, hello: Hello, on_arrival: Callable[[], None]) -> None:
        self.mailbox = Mailbox()
        self._path = path
        self._hello = hello
        self._on_arrival = on_arrival
        self._stopping = threading.Event()
        self._client: AgentClient | None = None
        self._thread = threading.Thread(target=self._run, name="agent-reader", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def stop(self) -> None:
        """End the connection and the thread."""
        self._stopping.set()
        client = self._client
        if client is not None:
            client.close()
        if self._thread.is_alive():
            self._thread.join(_JOIN_S)

    def send(self, message: ScreensMessage) -> bool:
        """Send a message; False if there is no agent to take it."""
        client = self._client
        if client is None:
            return False
        try:
            client.send(message)
        except ConnectionLostError:
            client.close()
            return False
        return True

    def _run(self) -> None:
        attempt = 0
        started_s = time.monotonic()
        while not self._stopping.is_set():
            if self._serve():
                attempt = 0
            elif time.monotonic() - started_s < STARTING_FOR_S:
                self._stopping.wait(STARTING_PAUSE_S)
                continue
            chance = random.random()  # noqa: S311 - spreads reconnections, keeps no secret
            self._stopping.wait(pause_before(attempt, chance))
            attempt += 1

    def _serve(self) -> bool:
        """Connect once and read until the end; True if a message came."""
        received = False
        try:
            client = AgentClient.connect(self._path, self._hello)
        except OSError:
            return False
        self._client = client
        try:
            for message in client.messages():
                received = True
                self.mailbox.put(message)
                del message
                self._on_arrival()
        except OSError:
            _log.info("the line to the agent broke")
        except (msgspec.DecodeError, FrameError):
            _log.warning("the agent sent what these screens cannot read")
        finally:
            self._client = None
            client.close()
            self.mailbox.put(AgentGone())
            self._on_arrival()
        return received
