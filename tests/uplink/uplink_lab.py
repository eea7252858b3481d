"""A real broker, a small regency, and an uplink between them."""

import asyncio
import os
import queue
import shutil
import signal
import socket
import subprocess
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from anjungan.appliance.storage.records import Draft, Stored, Ticket
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.uplink.clock import SystemLineClock
from anjungan.appliance.uplink.health import HealthReading
from anjungan.appliance.uplink.line_state import Connected, LineState
from anjungan.appliance.uplink.settings import UplinkSettings
from anjungan.appliance.uplink.uplink import Uplink
from anjungan.protocol.contract import Malformed, decode, encode
from anjungan.protocol.identity import KioskId
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import (
    Presence,
    Receipt,
    ReceiptItem,
    ReceiptOutcome,
    RefusalCode,
    RegencyPresence,
    Status,
    TimeQuality,
)
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import new_token
from anjungan.protocol.topics import (
    DownKind,
    DownTopic,
    SharedKind,
    SharedTopic,
    UpKind,
    UpTopic,
    parse_topic,
    up_filter,
)

KIOSK = KioskId("3505102001-1")
PATIENCE_S = 20.0
"""Only an upper bound for waits that end by themselves; nothing is timed."""


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return new_message_id(int(now().timestamp() * 1000))


def make_draft(sealed: bytes = b"sealed", nonce: str | None = None) -> Draft:
    return Draft(
        request_id=new_message_id(int(now().timestamp() * 1000)),
        visit_nonce=nonce or uuid.uuid4().hex,
        service="sk-usaha",
        service_title="Surat Keterangan Usaha",
        form_version=1,
        token=new_token(),
        submitted_at=now(),
        time_quality=TimeQuality.NTP,
        clock_sure=True,
        kid="reg-2026a",
        sealed=sealed,
    )


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until ``condition`` is true; fail after PATIENCE_S."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - other threads and processes give no event
            await asyncio.sleep(0.01)


class Broker:
    """mosquitto on a loopback port of its own; it forgets everything when stopped."""

    def __init__(self, folder: Path, extra: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._config = folder / f"mosquitto-{self.port}.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
            f"max_inflight_messages 100\nmax_queued_messages 10000\npersistence false\n{extra}\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._process = subprocess.Popen(
            [binary, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(500):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1.0):
                return
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(0.02)
                raise RuntimeError(f"mosquitto ended with {code}")
        raise RuntimeError("mosquitto does not listen")

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE_S)
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)


class SmallRegency:
    """Receipts what it gets, dropping duplicates by id; a judge may answer otherwise."""

    def __init__(self, port: int, *, presence: bool = True) -> None:
        self._port = port
        self._presence = presence
        self.arrived: queue.SimpleQueue[tuple[UpKind, object]] = queue.SimpleQueue()
        self.seen: list[tuple[UpKind, object]] = []
        self.bodies: dict[str, bytes] = {}
        self.copies: dict[str, int] = {}
        self.conflicts = 0
        self.answer: Callable[[UpKind, object], ReceiptOutcome | None] = self._accept
        self._client: mqtt.Client | None = None

    def _accept(self, _kind: UpKind, _message: object) -> ReceiptOutcome:
        return ReceiptOutcome.ACCEPTED

    def start(self) -> None:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="regency-inbox")
        client.on_socket_open = lambda _c, _u, sock: sock.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        client.reconnect_delay_set(1, 1)
        subscribed: queue.SimpleQueue[bool] = queue.SimpleQueue()
        if self._presence:
            client.will_set(self._presence_topic, self._presence_payload(Presence.OFFLINE), 1, True)
        client.on_connect = lambda c, *_: c.subscribe(up_filter(UPLINK_REGENCY), 1)
        client.on_subscribe = lambda *_: (self.tell_presence(), subscribed.put(True))
        client.on_message = self._on_message
        self._client = client
        client.connect("127.0.0.1", self._port)
        client.loop_start()
        assert subscribed.get(timeout=PATIENCE_S)

    def stop(self) -> None:
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    def tell_presence(self, presence: Presence = Presence.ONLINE) -> None:
        if self._presence:
            self.publish_raw(self._presence_topic, self._presence_payload(presence), retain=True)

    @property
    def _presence_topic(self) -> str:
        return str(SharedTopic(UPLINK_REGENCY, SharedKind.REGENCY))

    def _presence_payload(self, presence: Presence) -> bytes:
        return encode(RegencyPresence(id=new_id(), sent_at=now(), presence=presence))

    def publish_raw(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        assert self._client is not None
        self._client.publish(topic, payload, 1, retain)

    def send_status(
        self, request_id: str, revision: int, status: RequestStatus, *, message_id: str = ""
    ) -> str:
        message = Status(
            id=message_id or new_id(),
            sent_at=now(),
            request_id=request_id,
            revision=revision,
            status=status,
            note="Silakan diambil",
            changed_at=now(),
        )
        self.publish_raw(str(DownTopic(KIOSK, DownKind.STATUS)), encode(message))
        return message.id

    def send_receipt(self, *items: ReceiptItem) -> bytes:
        payload = encode(Receipt(id=new_id(), sent_at=now(), items=items))
        self.publish_raw(str(DownTopic(KIOSK, DownKind.RECEIPT)), payload)
        return payload

    def _on_message(self, _client: mqtt.Client, _data: object, raw: mqtt.MQTTMessage) -> None:
        topic = parse_topic(raw.topic)
        assert isinstance(topic, UpTopic)
        payload = bytes(raw.payload)
        message = decode(topic.kind, payload)
        assert not isinstance(message, Malformed), message
        self.seen.append((topic.kind, message))
        self.arrived.put((topic.kind, message))
        if topic.kind not in {UpKind.REQUEST, UpKind.CANCEL, UpKind.EVENT}:
            return
        message_id = message.id  # type: ignore[union-attr] - these three kinds have one
        self.copies[message_id] = self.copies.get(message_id, 0) + 1
        known = self.bodies.setdefault(message_id, payload)
        self.conflicts += known != payload
        outcome = self.answer(topic.kind, message)
        if outcome is None:
            return
        if outcome is ReceiptOutcome.ACCEPTED and self.copies[message_id] > 1:
            outcome = ReceiptOutcome.DUPLICATE
        code = RefusalCode.NOT_ALLOWED if outcome is ReceiptOutcome.REFUSED else None
        self.send_receipt(ReceiptItem(message_id=message_id, outcome=outcome, code=code))

    def of(self, kind: UpKind) -> list[object]:
        return [message for seen, message in self.seen if seen is kind]

    def request_ids(self) -> list[str]:
        """Ids of the requests that arrived, each once, in order of first arrival."""
        ids = dict.fromkeys(m.id for m in self.of(UpKind.REQUEST))  # type: ignore[attr-defined]
        return list(ids)


UPLINK_REGENCY = UplinkSettings(kiosk=KIOSK, version="0").regency


class Told:
    """Everything an uplink tells its listeners."""

    def __init__(self) -> None:
        self.lines: list[LineState] = []
        self.statuses: list[tuple[Status, Ticket]] = []
        self.receipts: list[ReceiptItem] = []

    @property
    def connected(self) -> bool:
        return bool(self.lines) and isinstance(self.lines[-1], Connected)


class Kiosk:
    """Storage and uplink of one kiosk."""

    def __init__(self, storage: Storage, uplink: Uplink, told: Told) -> None:
        self.storage = storage
        self.uplink = uplink
        self.told = told

    async def submit(self, draft: Draft | None = None) -> Ticket:
        outcome = await self.storage.submit(draft or make_draft())
        assert isinstance(outcome, Stored)
        self.uplink.wake()
        return outcome.ticket


def quick_settings(port: int, **changes: object) -> UplinkSettings:
    values: dict[str, object] = {
        "backoff_base_s": 0.05,
        "backoff_cap_s": 0.2,
        "stable_after_s": 0.5,
        **changes,
    }
    return UplinkSettings(kiosk=KIOSK, version="1.2.3", port=port, **values)  # type: ignore[arg-type]


@asynccontextmanager
async def running_kiosk(
    path: Path, settings: UplinkSettings, *, health: Callable[[], HealthReading] | None = None
) -> AsyncIterator[Kiosk]:
    report = await Storage.open(path, clock_now=now)
    told = Told()
    uplink = Uplink(
        settings,
        report.storage,
        on_line=told.lines.append,
        on_status=lambda status, ticket: told.statuses.append((status, ticket)),
        on_receipt=told.receipts.append,
        health=health or (lambda: HealthReading(uptime_s=1)),
        clock=SystemLineClock(now, lambda: TimeQuality.NTP),
        rng=Random(7),  # noqa: S311 - seeded on purpose
    )
    task = asyncio.create_task(uplink.run())
    try:
        yield Kiosk(report.storage, uplink, told)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await report.storage.close()
