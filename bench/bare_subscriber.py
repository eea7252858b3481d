"""A bare paho subscriber that only counts: what the inbox row is compared with.

``python -m bench.bare_subscriber --port N --expect M`` prints the moment (monotonic, in s) of the
last message. paho runs with its own thread, as its documentation shows, and acknowledges by itself.
"""

import argparse
import socket
import threading
import time
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.topics import up_filter

REGENCY: Final = RegencyCode("3505")
_WITHIN_S: Final = 120.0


def main() -> None:
    """Count until all have come."""
    parser = argparse.ArgumentParser(description="counts what it receives")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--expect", type=int, required=True)
    arguments = parser.parse_args()
    done, subscribed = threading.Event(), threading.Event()
    received = 0

    def on_message(_client: mqtt.Client, _data: object, _message: mqtt.MQTTMessage) -> None:
        nonlocal received
        received += 1
        if received == arguments.expect:
            done.set()

    def no_delay(_client: mqtt.Client, _data: object, sock: Any) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
    client.on_socket_open = no_delay
    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", arguments.port)
    client.loop_start()
    client.subscribe(up_filter(REGENCY), qos=1)
    assert subscribed.wait(_WITHIN_S)
    print("ready", flush=True)
    assert done.wait(_WITHIN_S), f"{received} of {arguments.expect} came"
    print(time.monotonic(), flush=True)
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main()
