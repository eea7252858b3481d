"""A kiosk that floods the line at full speed, and another that only wants its receipts."""

import shutil
import subprocess
import time
from contextlib import contextmanager

import msgspec
import pytest
from broker_lab import secured_broker, until
from sqlalchemy import func, select
from test_broker_isolation import is_online, receipts, running_inbox, up

from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import ReceiptOutcome
from anjungan.protocol.topics import UpKind, down_filter, shared_filter
from anjungan.regency.inbox.settings import InboxSettings
from anjungan.regency.store.tables import DROPPED_MESSAGES, REQUESTS

FLOODER = KioskId("3505102001-1")
HONEST = KioskId("3505171001-1")
REQUESTS_OF_THE_FLOOD = 5000
HONEST_REQUESTS = 20
SENT_AGAIN_AFTER_S = 2.0
LIMITS = InboxSettings(messages_per_s=50, burst_messages=300)


@pytest.fixture
def flooded(tmp_path, empty_database):
    """A broker of its own: a flood leaves its mark on the queues."""
    if shutil.which("mosquitto_pub") is None:
        pytest.skip("mosquitto-clients is not installed")
    with secured_broker(tmp_path, empty_database) as broker:
        yield broker


@contextmanager
def flood(broker, topic, lines, *, qos):
    """mosquitto's own client, as fast as the broker reads; put out, it comes back."""
    identity = broker.kiosk(FLOODER)
    file = broker.folder / "flood.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    publish = [
        *("mosquitto_pub", "-h", "127.0.0.1", "-p", str(broker.port), "-i", FLOODER),
        *("--cafile", str(identity.authorities), "--cert", str(identity.certificate)),
        *("--key", str(identity.key), "--tls-version", "tlsv1.3"),
        *("-t", topic, "-q", str(qos), "-l"),
    ]
    endless = subprocess.Popen(
        ["sh", "-c", 'while cat "$1"; do :; done', "sh", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    sender = subprocess.Popen(
        publish, stdin=endless.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield sender
        assert sender.poll() is None, "the flood went on to the end"
    finally:
        for process in (sender, endless):
            process.kill()
            process.wait(10)
        endless.stdout.close()


def send_like_an_outbox(peer, requests, *, until_s):
    """Send each request and, unreceipted, again and again; return when all have receipts."""
    due_s = dict.fromkeys((request.id for request in requests), 0.0)
    payloads = {request.id: contract.encode(request) for request in requests}
    while missing := set(payloads) - set(receipts(peer)):
        assert time.monotonic() < until_s, f"{len(missing)} requests never got a receipt"
        for request_id in missing:
            if time.monotonic() >= due_s[request_id]:
                due_s[request_id] = time.monotonic() + SENT_AGAIN_AFTER_S
                peer.client.publish(up(HONEST), payloads[request_id], qos=1)
        time.sleep(0.02)


@pytest.mark.parametrize(("kind", "qos"), [(UpKind.HEALTH, 0), (UpKind.REQUEST, 1)])
def test_one_floods_and_the_others_receipts_come_all_the_same(
    *, flooded, peers, kiosk, other_kiosk, kind, qos
):
    settings = msgspec.structs.replace(flooded.settings, inbox=LIMITS)
    if kind is UpKind.HEALTH:
        lines = [contract.encode(kiosk.health()) for _ in range(1000)]
    else:
        lines = [contract.encode(kiosk.request()) for _ in range(REQUESTS_OF_THE_FLOOD)]
    with running_inbox(settings) as database:
        honest = peers(flooded.kiosk(HONEST), flooded.port, HONEST)
        honest.subscribe(down_filter(HONEST), shared_filter("3505"))
        until(lambda: is_online(honest), "the inbox is there")
        began_s = time.monotonic()
        with flood(flooded, up(FLOODER, kind), lines, qos=qos):
            until(lambda: dropped(database) > 0, "the flood is over its limit, and counted", 60)
            mine = [other_kiosk.request() for _ in range(HONEST_REQUESTS)]
            send_like_an_outbox(honest, mine, until_s=time.monotonic() + 60)
            assert dropped(database) > 1000, "it was a flood"
            elapsed_s = time.monotonic() - began_s
        # one that was sent again before its receipt came has the receipt of a duplicate
        outcomes = {receipts(honest)[each.id] for each in mine}
        assert outcomes <= {ReceiptOutcome.ACCEPTED, ReceiptOutcome.DUPLICATE}
        with database.reading() as connection:
            stored = connection.execute(
                select(REQUESTS.c.kiosk, func.count()).group_by(REQUESTS.c.kiosk)
            ).all()
        counts = {row[0]: row[1] for row in stored}
        assert counts[HONEST] == HONEST_REQUESTS
        allowed = LIMITS.burst_messages + LIMITS.messages_per_s * (elapsed_s + 1)
        assert counts.get(FLOODER, 0) <= allowed


def dropped(database):
    with database.reading() as connection:
        return (
            connection.scalar(
                select(func.sum(DROPPED_MESSAGES.c.times)).where(
                    DROPPED_MESSAGES.c.kiosk == FLOODER, DROPPED_MESSAGES.c.reason == "over_limit"
                )
            )
            or 0
        )
