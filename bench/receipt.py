"""A request's way to the regency and its receipt's way back, against a bare paho echo.

Ours, from the call of ``Storage.submit`` to the listener that is told of the receipt: commit on
the kiosk, publish, commit in the regency's inbox (its real process), receipt, commit on the kiosk.
The anchor does the same with nothing around it: insert and commit, publish, insert and commit in
another process, publish back, delete and commit. Same mosquitto, QoS 1, TCP_NODELAY on every end,
the same payload, one request at a time, in turns.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import SystemRandom
from typing import Final

from anjungan.appliance.storage.records import Stored
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.uplink.clock import SystemLineClock
from anjungan.appliance.uplink.health import HealthReading
from anjungan.appliance.uplink.line_state import Connected
from anjungan.appliance.uplink.settings import UplinkSettings
from anjungan.appliance.uplink.uplink import Uplink
from anjungan.protocol.messages import MAX_PAYLOAD_BYTES, ReceiptItem, TimeQuality
from anjungan.simulation.broker import find_mosquitto
from anjungan.simulation.site import KIOSK
from bench.drafts import local_now, new_draft
from bench.echo import EchoClient
from bench.figures import Goal, NotMeasuredError, Row
from bench.packages import install
from bench.quiet import wait_until_quiet
from bench.scratch import scratch
from bench.servers import Servers, running_servers

ROUND_TRIP: Final = Goal(
    name="receipt round trip, median",
    unit="ms",
    anchor_name="bare paho echo with the same commits",
    goal=2.0,
)
GOALS: Final = (ROUND_TRIP,)
RUNS: Final = 5
REQUESTS: Final = 150
WARM_UP: Final = 10
_WITHIN_S: Final = 10.0
_NS_PER_MS: Final = 1e6


def measure() -> Sequence[Row]:
    """The one row."""
    install("mosquitto", missing=find_mosquitto() is None)
    if find_mosquitto() is None:
        raise NotMeasuredError("mosquitto is not installed")
    pairs = [asyncio.run(_run()) for _ in range(RUNS)]
    return (ROUND_TRIP.compared(pairs),)


async def _run() -> tuple[float, float]:
    """Median round trips in ms: ours and the echo's."""
    with scratch() as folder:
        async with running_servers(folder, echo=True) as servers, _kiosk(folder, servers) as kiosk:
            await asyncio.to_thread(wait_until_quiet)
            echo = EchoClient(folder / "echo-client.db", servers.broker_port)
            try:
                return await _take_turns(kiosk, echo)
            finally:
                echo.close()


async def _take_turns(kiosk: "_Kiosk", echo: EchoClient) -> tuple[float, float]:
    ours: list[float] = []
    bare: list[float] = []
    for number in range(WARM_UP + REQUESTS):
        ours_ms = await kiosk.round_trip_ms()
        # in a thread, as the echo waits for its answer; the time is taken inside it
        bare_ms = await asyncio.to_thread(echo.round_trip_ms, kiosk.payload_bytes)
        if number >= WARM_UP:
            ours.append(ours_ms)
            bare.append(bare_ms)
    return statistics.median(ours), statistics.median(bare)


class _Kiosk:
    """Storage and uplink as the agent joins them."""

    def __init__(self, storage: Storage, payload_bytes: int, broker_port: int) -> None:
        self._storage = storage
        self.payload_bytes = payload_bytes
        self._online = asyncio.Event()
        self._receipts: asyncio.Queue[tuple[int, ReceiptItem]] = asyncio.Queue()
        self.uplink = Uplink(
            UplinkSettings(kiosk=KIOSK, version="bench", port=broker_port, backoff_base_s=0.1),
            storage,
            on_line=self._line_changed,
            on_status=lambda _status, _ticket: None,
            on_receipt=lambda item: self._receipts.put_nowait((time.perf_counter_ns(), item)),
            health=lambda: HealthReading(uptime_s=1),
            clock=SystemLineClock(local_now, lambda: TimeQuality.NTP),
            rng=SystemRandom(),
        )

    def _line_changed(self, state: object) -> None:
        if state == Connected(regency_present=True):
            self._online.set()

    async def wait_online(self) -> None:
        """Wait until the regency is present and the first message has its receipt."""
        async with asyncio.timeout(_WITHIN_S):
            await self._online.wait()
            await self._receipts.get()

    async def round_trip_ms(self) -> float:
        """Store a request and wait for its receipt; the duration."""
        draft = new_draft()
        async with asyncio.timeout(_WITHIN_S):
            began_ns = time.perf_counter_ns()
            stored = await self._storage.submit(draft)
            self.uplink.wake()
            ended_ns, item = await self._receipts.get()
        assert isinstance(stored, Stored)
        assert item.message_id == draft.request_id
        return (ended_ns - began_ns) / _NS_PER_MS


@asynccontextmanager
async def _kiosk(folder: Path, servers: Servers) -> AsyncIterator[_Kiosk]:
    opened = await Storage.open(folder / "kiosk.db", clock_now=local_now)
    async with opened.storage as storage:
        await storage.submit(new_draft())
        (first,) = await storage.unsent(max_messages=1, max_bytes=MAX_PAYLOAD_BYTES)
        kiosk = _Kiosk(storage, len(first.payload), servers.broker_port)
        running = asyncio.create_task(kiosk.uplink.run())
        try:
            await kiosk.wait_online()
            yield kiosk
        finally:
            running.cancel()
            await asyncio.wait({running})
