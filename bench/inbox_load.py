"""Kiosks that send requests as fast as the broker takes them: the load of the inbox row.

``python -m bench.inbox_load --port N --kiosks K --requests R [--receipts]`` makes the packets
first, says that it is ready, and sends at the first line on its standard input. It prints the
moments (monotonic, in s) of the first packet and of the last receipt. One selector, no thread, no
parsing but of lengths: what it costs is taken from both sides alike.
"""

import argparse
import itertools
import json
import secrets
import selectors
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import Receipt, Request, TimeQuality
from anjungan.protocol.tickets import format_queue_number, new_code, new_token
from anjungan.protocol.topics import DownKind, UpKind, UpTopic, down_filter

WINDOW: Final = 32
"""Packets of one kiosk that the broker has not acknowledged, as the kiosk's own window."""
SEALED_BYTES: Final = 600
_WITHIN_S: Final = 120.0
_PUBLISH, _PUBACK, _CONNACK, _SUBACK = 3, 4, 2, 9
_READ_BYTES: Final = 65536


def requests(count: int) -> Iterator[bytes]:
    """Payloads of requests, each whole and its own."""
    now = datetime.now(tz=UTC)
    for number in range(count):
        yield contract.encode(
            Request(
                id=new_message_id(round(now.timestamp() * 1000)),
                sent_at=now,
                time_quality=TimeQuality.NTP,
                enrolment=1,
                boot=1,
                counter=number + 1,
                service="surat-pengantar-skck",
                form_version=1,
                ticket_token=new_token(),
                ticket_code=new_code(),
                queue_number=format_queue_number(now.date(), number % 999 + 1),
                submitted_at=now,
                kid="k1",
                sealed=secrets.token_bytes(SEALED_BYTES),
            )
        )


def kiosk_ids(count: int) -> tuple[KioskId, ...]:
    """Kiosks of as many villages."""
    places = (divmod(number, 99) for number in range(count))
    return tuple(
        KioskId(f"3505{100 + district:03d}{place + 1:03d}-1") for district, place in places
    )


@dataclass
class Sender:
    """One kiosk's connection."""

    sock: socket.socket
    packets: Iterator[bytes]
    unacknowledged: int = 0
    receipted: int = 0
    to_write: bytearray = field(default_factory=bytearray)
    read: bytearray = field(default_factory=bytearray)

    def fill(self) -> None:
        """Put packets into the buffer as far as the window reaches."""
        for packet in itertools.islice(self.packets, WINDOW - self.unacknowledged):
            self.to_write += packet
            self.unacknowledged += 1

    def take(self) -> None:
        """Read what has come."""
        self.read += self.sock.recv(_READ_BYTES)
        while (packet := next_packet(self.read)) is not None:
            kind, body = packet
            if kind >> 4 == _PUBACK:
                self.unacknowledged -= 1
            elif kind >> 4 == _PUBLISH:
                self._take_publication(body)

    def _take_publication(self, body: bytes) -> None:
        topic_end = 2 + int.from_bytes(body[:2], "big")
        self.to_write += b"\x40\x02" + body[topic_end : topic_end + 2]
        receipt = contract.decode(DownKind.RECEIPT, body[topic_end + 2 :])
        assert isinstance(receipt, Receipt)
        self.receipted += len(receipt.items)


def next_packet(buffer: bytearray) -> tuple[int, bytes] | None:
    """Cut a whole packet off the front: its first byte and its body (MQTT 3.1.1, 2.2)."""
    length, place = 0, 1
    while True:
        if place >= len(buffer):
            return None
        length |= (buffer[place] & 0x7F) << 7 * (place - 1)
        place += 1
        if buffer[place - 1] < 0x80:
            break
    if len(buffer) < place + length:
        return None
    kind, body = buffer[0], bytes(buffer[place : place + length])
    del buffer[: place + length]
    return kind, body


def packet(kind: int, body: bytes) -> bytes:
    """A packet (MQTT 3.1.1, 2.2)."""
    head = bytearray([kind])
    length = len(body)
    while True:
        length, digit = length >> 7, length & 0x7F
        head.append(digit | 0x80 if length else digit)
        if not length:
            return bytes(head) + body


def text(words: str) -> bytes:
    """A string of MQTT."""
    data = words.encode()
    return len(data).to_bytes(2, "big") + data


def publications(kiosk: KioskId, payloads: Iterator[bytes]) -> Iterator[bytes]:
    """PUBLISH packets with QoS 1."""
    topic = text(str(UpTopic(kiosk, UpKind.REQUEST)))
    for number, payload in enumerate(payloads):
        yield packet(0x32, topic + (number % 0xFFFF + 1).to_bytes(2, "big") + payload)


def connect(port: int, kiosk: KioskId) -> socket.socket:
    """Connect and subscribe to what comes down."""
    sock = socket.create_connection(("127.0.0.1", port), 10.0)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(packet(0x10, text("MQTT") + b"\x04\x02\x00\x00" + text(kiosk)))
    sock.sendall(packet(0x82, b"\x00\x01" + text(down_filter(kiosk)) + b"\x01"))
    buffer, kinds = bytearray(), []
    while len(kinds) < 2:
        buffer += sock.recv(_READ_BYTES)
        while (found := next_packet(buffer)) is not None:
            kinds.append(found[0] >> 4)
    assert kinds == [_CONNACK, _SUBACK]
    sock.setblocking(False)
    return sock


def send(
    senders: Sequence[Sender],
    expected_receipts: int,
    *,
    within_s: float = _WITHIN_S,
    looked: Callable[[], None] = lambda: None,
) -> tuple[float, float]:
    """Send everything; when the first packet went, and when the last receipt (or PUBACK) came.

    ``looked`` is called after each look at the sockets.
    """
    selector = selectors.DefaultSelector()
    for sender in senders:
        selector.register(sender.sock, selectors.EVENT_READ | selectors.EVENT_WRITE, sender)
    began_s = time.monotonic()
    for sender in senders:
        sender.fill()
    while True:
        if time.monotonic() - began_s > within_s:
            got = sum(sender.receipted for sender in senders)
            raise TimeoutError(f"{got} of {expected_receipts} receipts came")
        for key, events in selector.select(1.0):
            sender = key.data
            if events & selectors.EVENT_READ:
                sender.take()
                sender.fill()
            if events & selectors.EVENT_WRITE and sender.to_write:
                del sender.to_write[: sender.sock.send(sender.to_write)]
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if sender.to_write else 0)
            if wanted != key.events:
                selector.modify(sender.sock, wanted, sender)
        looked()
        idle = all(not each.unacknowledged and not each.to_write for each in senders)
        if idle and sum(sender.receipted for sender in senders) >= expected_receipts:
            return began_s, time.monotonic()


def main() -> None:
    """Make, wait for the word, send, tell."""
    parser = argparse.ArgumentParser(description="sends requests")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--kiosks", type=int, required=True)
    parser.add_argument("--requests", type=int, required=True, help="of each kiosk")
    parser.add_argument("--receipts", action="store_true", help="wait for their receipts")
    arguments = parser.parse_args()
    senders = []
    for kiosk in kiosk_ids(arguments.kiosks):
        packets = list(publications(kiosk, requests(arguments.requests)))
        senders.append(Sender(connect(arguments.port, kiosk), iter(packets)))
    print("ready", flush=True)
    sys.stdin.readline()
    expected = arguments.kiosks * arguments.requests if arguments.receipts else 0
    began_s, ended_s = send(senders, expected)
    print(json.dumps({"began_s": began_s, "ended_s": ended_s}), flush=True)


if __name__ == "__main__":
    main()
