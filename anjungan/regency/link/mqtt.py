"""The connection to the broker, kept up.

MQTT 3.1.1, QoS 1. Every connection gets a fresh paho client: paho would send its own queue again
after a reconnect, and the database alone decides what is sent again. Messages are acknowledged to
the broker after our commit, so the broker's window bounds what waits in memory; where a broker has
a larger one than we want, its socket is left unread.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from anjungan.regency.link.backoff import Backoff
from anjungan.regency.link.connection import Connection
from anjungan.regency.link.events import (
    Connected,
    Disconnected,
    LinkEvent,
    Publication,
    Session,
)
from anjungan.regency.link.settings import BrokerAddress
from anjungan.regency.link.sockets import Doorbell
from anjungan.regency.link.tls import trouble_of

LOG: Final = logging.getLogger(__name__)

HELD_LONG_ENOUGH_S: Final = 30.0


class MqttLink:
    """Keeps one connection up from a thread of its own and tells what happens, from that thread."""

    def __init__(
        self,
        *,
        broker: BrokerAddress,
        keep_alive_s: int,
        session: Session,
        will: Callable[[], Publication],
        tell: Callable[[LinkEvent], None],
        admits: Callable[[str, int], bool] = lambda _topic, _size_bytes: True,
    ) -> None:
        self._broker = broker
        self._keep_alive_s = keep_alive_s
        self._session = session
        self._will = will
        self._tell = tell
        self._admits = admits
        self._connection: Connection | None = None
        self._doorbell = Doorbell()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt-link", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def stop(self, *, last_words: Publication | None = None, timeout_s: float = 5.0) -> None:
        """Publish ``last_words`` if connected, disconnect and end the thread."""
        connection = self._connection
        if connection is not None and last_words is not None:
            connection.say_and_wait(last_words, timeout_s)
        self._stopping.set()
        self._doorbell.ring()
        self._thread.join(timeout_s)
        if not self._thread.is_alive():
            self._doorbell.close()

    def publish(self, publication: Publication) -> bool:
        """Hand a message to the broker; False when there is no connection to do it on."""
        connection = self._connection
        return connection is not None and connection.publish(publication)

    def reconnect(self) -> None:
        """Drop the connection and make a new one: the broker sends again what was not taken."""
        connection = self._connection
        if connection is not None:
            connection.end()

    def _run(self) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            began_s = time.monotonic()
            try:
                self._hold_one_connection()
            except (OSError, ValueError) as error:
                LOG.warning("broker not reached: %s", trouble_of(error))
            if time.monotonic() - began_s >= HELD_LONG_ENOUGH_S:
                backoff.succeeded()
            self._stopping.wait(backoff.next_delay_s())

    def _hold_one_connection(self) -> None:
        connection = Connection(self._session, self._doorbell, self._admits, self._tell)
        try:
            connection.open(self._broker, self._keep_alive_s, self._will())
            while not self._stopping.is_set() and connection.work():
                if connection.subscribed and self._connection is None:
                    self._connection = connection
                    self._tell(Connected())
        finally:
            was_connected = self._connection is not None
            self._connection = None
            connection.close()
            if was_connected and not self._stopping.is_set():
                self._tell(Disconnected())
