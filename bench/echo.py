"""The bare paho echo: what the receipt row is compared with.

``python -m bench.echo --port N --database FILE`` is the far side: it commits what it is sent and
publishes it back. ``EchoClient`` is the near side. paho runs them with its own threads, as its
documentation shows.
"""

import argparse
import secrets
import signal
import socket
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from anjungan.simulation.notify import notify_ready

UP: Final = "bench/up"
DOWN: Final = "bench/down"
ID_BYTES: Final = 16
_WITHIN_S: Final = 10.0
_NS_PER_MS: Final = 1e6


def _open(path: Path) -> sqlite3.Connection:
    # paho calls back in its own thread; each connection is still used by one at a time
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE message (id BLOB PRIMARY KEY, payload BLOB)")
    return connection


def _commit(connection: sqlite3.Connection, statement: str, *values: bytes) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(statement, values)
    connection.execute("COMMIT")


def _without_delay(_client: mqtt.Client, _data: object, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _connect(port: int, topic: str, on_message: Any) -> mqtt.Client:
    subscribed = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
    client.on_socket_open = _without_delay
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = on_message
    client.connect("127.0.0.1", port)
    client.subscribe(topic, qos=1)
    client.loop_start()
    if not subscribed.wait(_WITHIN_S):
        raise TimeoutError("the broker did not confirm the subscription")
    return client


class EchoClient:
    """The near side; one round trip at a time."""

    def __init__(self, database: Path, port: int) -> None:
        self._database = _open(database)
        self._answered = threading.Event()
        self._client = _connect(port, DOWN, lambda *_: self._answered.set())

    def round_trip_ms(self, payload_bytes: int) -> float:
        """Commit, publish, wait for the echo, commit; returns the duration."""
        message_id = secrets.token_bytes(ID_BYTES)
        payload = message_id + secrets.token_bytes(payload_bytes - ID_BYTES)
        self._answered.clear()
        began_ns = time.perf_counter_ns()
        _commit(self._database, "INSERT INTO message VALUES (?, ?)", message_id, payload)
        self._client.publish(UP, payload, qos=1)
        if not self._answered.wait(_WITHIN_S):
            raise TimeoutError("no echo")
        _commit(self._database, "DELETE FROM message WHERE id = ?", message_id)
        return (time.perf_counter_ns() - began_ns) / _NS_PER_MS

    def close(self) -> None:
        """Disconnect and close."""
        self._client.disconnect()
        self._client.loop_stop()
        self._database.close()


def main() -> None:
    """Echo until SIGTERM."""
    parser = argparse.ArgumentParser(description="commits and echoes")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", type=Path, required=True)
    arguments = parser.parse_args()
    database = _open(arguments.database)

    def echo(client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        payload = bytes(message.payload)
        message_id = payload[:ID_BYTES]
        _commit(database, "INSERT INTO message VALUES (?, ?)", message_id, payload)
        client.publish(DOWN, message_id, qos=1)

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    client = _connect(arguments.port, UP, echo)
    notify_ready()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    client.disconnect()
    client.loop_stop()
    database.close()


if __name__ == "__main__":
    main()
