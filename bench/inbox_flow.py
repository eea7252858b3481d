"""Kiosks that send for a long time, as fast as they are answered: the load of the memory row.

``python -m bench.inbox_flow --port N --kiosks K --messages M`` sends requests, events, reports and
requests that were sent before, in one order for ever; what is receipted waits for its receipt with
a kiosk's own window, so that nothing piles up at the broker. Every 10 000 receipts it prints how
many messages were sent, and at the end ``done``.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import Event, EventKind, Health, QueueHealth, TimeQuality
from anjungan.protocol.topics import UpKind, UpTopic
from bench.inbox_load import (
    SEALED_BYTES,
    WINDOW,
    Sender,
    connect,
    kiosk_ids,
    packet,
    requests,
    send,
    text,
)

ROUND: Final = "rerhrerehd"
"""Ten messages: requests, events, health reports, and one request that is a duplicate."""
TOLD_EVERY: Final = 10_000
WITHIN_S: Final = 3 * 3600.0


@dataclass
class FlowSender(Sender):
    """Waits for receipts, not only for the broker's word."""

    sent: int = 0
    unreceipted: int = 0

    def fill(self) -> None:
        """Put packets into the buffer as far as both windows reach."""
        while self.unacknowledged < WINDOW and self.unreceipted - self.receipted < WINDOW:
            following = next(self.packets, None)
            if following is None:
                return
            self.to_write += following
            self.unacknowledged += 1
            self.sent += 1
            # reports carry no receipt; their packets are marked by their place in the round
            if ROUND[(self.sent - 1) % len(ROUND)] != "h":
                self.unreceipted += 1


def messages(kiosk: KioskId, count: int) -> Iterator[bytes]:
    """PUBLISH packets, made one at a time."""
    topics = {
        kind: text(str(UpTopic(kiosk, kind)))
        for kind in (UpKind.REQUEST, UpKind.EVENT, UpKind.HEALTH)
    }
    new_requests, last = requests(count), b""
    for number in range(count):
        match ROUND[number % len(ROUND)]:
            case "r":
                kind, payload = UpKind.REQUEST, next(new_requests)
                last = payload
            case "d":
                kind, payload = UpKind.REQUEST, last
            case "e":
                kind, payload = UpKind.EVENT, _event(number)
            case _:
                kind, payload = UpKind.HEALTH, _health(number)
        place = (number % 0xFFFF + 1).to_bytes(2, "big")
        yield packet(0x32, topics[kind] + place + payload)


def _event(counter: int) -> bytes:
    now = datetime.now(tz=UTC)
    return contract.encode(
        Event(
            id=new_message_id(round(now.timestamp() * 1000)),
            sent_at=now,
            time_quality=TimeQuality.NTP,
            enrolment=1,
            boot=1,
            counter=counter,
            kind=EventKind.CONTACT_OPENED,
            detail="pintu",
        )
    )


def _health(counter: int) -> bytes:
    now = datetime.now(tz=UTC)
    return contract.encode(
        Health(
            id=new_message_id(round(now.timestamp() * 1000)),
            sent_at=now,
            time_quality=TimeQuality.NTP,
            enrolment=1,
            boot=1,
            counter=counter,
            version="bench",
            uptime_s=counter,
            queue=QueueHealth(depth=0),
        )
    )


def main() -> None:
    """Send, and tell how far it is."""
    parser = argparse.ArgumentParser(
        description=f"sends messages of many kinds, requests of {SEALED_BYTES} sealed bytes"
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--kiosks", type=int, required=True)
    parser.add_argument("--messages", type=int, required=True, help="of all kiosks together")
    arguments = parser.parse_args()
    each = arguments.messages // arguments.kiosks // len(ROUND) * len(ROUND)
    senders = [
        FlowSender(connect(arguments.port, kiosk), messages(kiosk, each))
        for kiosk in kiosk_ids(arguments.kiosks)
    ]
    expected = len(senders) * (each - each // len(ROUND) * ROUND.count("h"))
    told = 0

    def tell() -> None:
        nonlocal told
        receipted = sum(sender.receipted for sender in senders)
        if receipted >= told + TOLD_EVERY:
            told = receipted - receipted % TOLD_EVERY
            print(sum(sender.sent for sender in senders), flush=True)

    send(senders, expected, within_s=WITHIN_S, looked=tell)
    print("done", flush=True)


if __name__ == "__main__":
    main()
