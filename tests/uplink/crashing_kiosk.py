"""A kiosk that stores and sends requests until it is killed. Run as a program by the crash test.

Arguments: database, port, how many requests, and where to kill itself (``point:n``, ``none``).
Input lines: ``<visit nonce> <request id>``, one a request. Output lines: ``stored <visit nonce>
<request id> <code> <queue number>`` for every request that may be called "tersimpan", and
``drained`` when nothing waits any more.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import Any

from nacl.public import PrivateKey

from anjungan.appliance.storage import owner_thread
from anjungan.appliance.storage.records import Draft, Stored
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.storage.submission import Submission
from anjungan.appliance.uplink.clock import SystemLineClock
from anjungan.appliance.uplink.conversation import Conversation
from anjungan.appliance.uplink.health import HealthReading
from anjungan.appliance.uplink.line import Publication
from anjungan.appliance.uplink.mqtt_line import MqttLine
from anjungan.appliance.uplink.settings import UplinkSettings
from anjungan.appliance.uplink.uplink import Uplink
from anjungan.protocol.identity import KioskId
from anjungan.protocol.keyring import SealingKey
from anjungan.protocol.message_id import MessageId
from anjungan.protocol.messages import TimeQuality
from anjungan.protocol.sealing import Answer, Answers, Binding, seal
from anjungan.protocol.tickets import new_token

KIOSK = KioskId("3505102001-1")
PLANTED = ("3505111203800002", "Sumarmi Wulandari", "081234567890")
KEY = SealingKey(
    kid="reg-2026a",
    public_key=bytes(PrivateKey.generate().public_key),
    not_before=datetime(2026, 1, 1, tzinfo=UTC),
)


class KillPoint:
    """Kills this very process the n-th time the point is passed."""

    def __init__(self, text: str) -> None:
        self._point, _, count = text.partition(":")
        self._left = int(count or 0)

    def passed(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def watch(kill: KillPoint) -> None:
    """Pass the kill points inside the transaction, around folding, publishing and receipts."""
    owner_thread.IDLE_BEFORE_CHECKPOINT_S = 0.001  # type: ignore[misc] - fold at every chance
    fold_log = owner_thread.OwnerThread._fold_log
    prepare_log = owner_thread.OwnerThread._prepare_log

    def around_folding(self: owner_thread.OwnerThread) -> None:
        kill.passed("folding")
        fold_log(self)

    def around_preparing(self: owner_thread.OwnerThread) -> None:
        kill.passed("preparing")
        prepare_log(self)
        kill.passed("prepared")

    owner_thread.OwnerThread._fold_log = around_folding  # type: ignore[method-assign]
    owner_thread.OwnerThread._prepare_log = around_preparing  # type: ignore[method-assign]
    insert_message = Submission._insert_message
    publish = MqttLine.publish
    take_receipt = Conversation._take_receipt

    def inside_transaction(self: Submission, *rest: Any, **named: Any) -> None:
        insert_message(self, *rest, **named)
        kill.passed("committing")

    def at_publishing(self: MqttLine, publication: Publication) -> None:
        if publication.topic.endswith("/request"):
            kill.passed("publishing")
        publish(self, publication)
        if publication.topic.endswith("/request"):
            self._client.loop_write()
            kill.passed("published")

    async def before_receipt(self: Conversation, receipt: Any) -> None:
        kill.passed("receiving")
        await take_receipt(self, receipt)

    Submission._insert_message = inside_transaction  # type: ignore[method-assign]
    MqttLine.publish = at_publishing  # type: ignore[method-assign]
    Conversation._take_receipt = before_receipt  # type: ignore[method-assign]


def draft(nonce: str, request_id: str) -> Draft:
    token = new_token()
    answers = Answers(
        items=tuple(Answer(name="x", label="x", value=text, shown=text) for text in PLANTED)
    )
    binding = Binding(
        request_id=request_id, kiosk=KIOSK, service="sk-usaha", form_version=1, ticket_token=token
    )
    return Draft(
        request_id=MessageId(request_id),
        visit_nonce=nonce,
        service="sk-usaha",
        service_title="Surat Keterangan Usaha",
        form_version=1,
        token=token,
        submitted_at=datetime.now(UTC),
        time_quality=TimeQuality.NTP,
        clock_sure=True,
        kid=KEY.kid,
        sealed=seal(answers, binding, KEY),
    )


def tell(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


async def live(database: Path, port: int, requests: list[list[str]], kill: KillPoint) -> None:
    report = await Storage.open(database, clock_now=lambda: datetime.now(UTC))
    storage = report.storage
    uplink = Uplink(
        UplinkSettings(kiosk=KIOSK, version="1", port=port, backoff_base_s=0.02, backoff_cap_s=0.1),
        storage,
        on_line=lambda _: None,
        on_status=lambda *_: None,
        on_receipt=lambda _: kill.passed("receipted"),
        health=lambda: HealthReading(uptime_s=0),
        clock=SystemLineClock(lambda: datetime.now(UTC), lambda: TimeQuality.NTP),
        rng=SystemRandom(),
    )
    running = asyncio.create_task(uplink.run())
    for nonce, request_id in requests:
        outcome = await storage.submit(draft(nonce, request_id))
        assert isinstance(outcome, Stored), outcome
        kill.passed("stored")
        ticket = outcome.ticket
        tell("stored", nonce, ticket.request_id, ticket.code, ticket.queue_number)
        uplink.wake()
    while (await storage.queue_health()).depth > 0:  # noqa: ASYNC110 - polled from outside
        await asyncio.sleep(0.005)
    tell("drained")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await storage.close()


def main() -> None:
    database, port, count, point = sys.argv[1:]
    kill = KillPoint(point)
    watch(kill)
    requests = [sys.stdin.readline().split() for _ in range(int(count))]
    asyncio.run(live(Path(database), int(port), requests, kill))


if __name__ == "__main__":
    main()
