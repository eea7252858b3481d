"""A kiosk without screen, devices or disk that speaks the real protocol over a real connection.

What it has not delivered is lost when the process ends: it is a stage prop; the outbox of the real
kiosk is not.
"""

import asyncio
import enum
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from anjungan.protocol import contract
from anjungan.protocol.messages import DeviceHealth, Health, Presence, Receipt, Request, Status
from anjungan.protocol.topics import DownTopic, UpKind, UpTopic, down_filter, parse_topic
from anjungan.simulation.light_ledger import Ledger
from anjungan.simulation.light_machine import USUAL, LightMachine, Traits
from anjungan.simulation.mqtt_client import MqttClient, MqttLostError, Will

log = logging.getLogger(__name__)

_CANCEL_PROBABILITY: Final = 0.1
_BACKOFF_BASE_S: Final = 0.25


class Away(enum.Enum):
    """Why a kiosk goes away by habit."""

    DEAD_LINE = "dead_line"
    POWER_CUT = "power_cut"


@dataclass(frozen=True, slots=True)
class Habits:
    """What is peculiar about one kiosk: its devices, its visitors, and how often its line goes."""

    devices: tuple[DeviceHealth, ...]
    request_every_s: float = 90.0
    away_every_s: float = float("inf")
    away_for_s: float = 0.0
    away_by: Away = Away.DEAD_LINE
    traits: Traits = USUAL


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things happen that all kiosks do."""

    health_interval_s: float
    backoff_cap_s: float = 5.0
    work_interval_s: float = 0.5
    send_again_after_s: float = 20.0


class LightKiosk:
    """One simulated kiosk; ``run`` goes on until it is cancelled."""

    def __init__(self, ledger: Ledger, *, broker_port: int, habits: Habits, pace: Pace) -> None:
        self.ledger = ledger
        self._broker_port = broker_port
        self._habits = habits
        self._pace = pace
        self._machine = LightMachine(ledger.kiosk, habits.traits, _now())
        self.born = asyncio.Event()
        """Set once the kiosk has been connected."""

    async def run(self) -> None:
        """Connect, work until the line is lost, wait with full jitter, connect again."""
        failures = 0
        while True:
            try:
                await self._connected_once()
            except MqttLostError:
                failures += 1
            else:
                failures = 0
                await self._be_away()
            ceiling_s = min(self._pace.backoff_cap_s, _BACKOFF_BASE_S * 2.0 ** min(failures, 10))
            await asyncio.sleep(self.ledger.random.uniform(0.05, ceiling_s))

    async def _be_away(self) -> None:
        """By habit: the line is dead, or the power is, and then everything begins anew."""
        went_at = _now()
        await asyncio.sleep(self._habits.away_for_s)
        if self._habits.away_by is Away.POWER_CUT:
            self.ledger.power_returned()
            self._machine.power_returned(went_at, _now())

    async def _connected_once(self) -> None:
        """One connection; returns when the kiosk goes away by habit, without a farewell."""
        ledger = self.ledger
        ledger.session += 1
        ledger.connection_lost()
        will = Will(str(self._topic(UpKind.STATE)), contract.encode(ledger.state(Presence.OFFLINE)))
        client = await MqttClient.connect(self._broker_port, ledger.kiosk, will=will)
        tasks = (
            asyncio.create_task(client.run(self._receive)),
            asyncio.create_task(self._work(client)),
        )
        try:
            done, _going_on = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            client.abort()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _work(self, client: MqttClient) -> None:
        """Be born, then report, ask and send until the habit takes the kiosk away."""
        ledger, pace, loop = self.ledger, self._pace, asyncio.get_running_loop()
        await client.subscribe(down_filter(ledger.kiosk))
        birth = contract.encode(ledger.state(Presence.ONLINE))
        await client.publish(str(self._topic(UpKind.STATE)), birth, retain=True)
        self.born.set()
        self._machine.connections += 1
        away_at_s = loop.time() + ledger.random.uniform(0.5, 1.5) * self._habits.away_every_s
        visitor_at_s = loop.time() + self._until_a_visitor_s()
        health_at_s = loop.time()
        while (now_s := loop.time()) < away_at_s:
            if now_s >= health_at_s:
                health_at_s = now_s + pace.health_interval_s
                await self._publish(client, UpKind.HEALTH, self._report())
            if now_s >= visitor_at_s:
                visitor_at_s = now_s + self._until_a_visitor_s()
                self._visit()
            for message in ledger.to_send(now_s, pace.send_again_after_s):
                kind = UpKind.REQUEST if isinstance(message, Request) else UpKind.CANCEL
                await self._publish(client, kind, message)
            while (ack := ledger.next_ack(_now())) is not None:
                await self._publish(client, UpKind.ACK, ack)
            await asyncio.sleep(ledger.random.uniform(0.5, 1.0) * pace.work_interval_s)

    def _report(self) -> Health:
        now, machine = _now(), self._machine
        devices = machine.with_paper(self._habits.devices, self.ledger.tally.made)
        return self.ledger.health(devices, machine.uptime_s(now), now, machine.parts(now))

    def _until_a_visitor_s(self) -> float:
        return self.ledger.random.expovariate(1 / self._habits.request_every_s)

    def _visit(self) -> None:
        cancels = self.ledger.random.random() < _CANCEL_PROBABILITY
        if not cancels or self.ledger.cancel_one(_now()) is None:
            self.ledger.ask_for_a_letter(_now())

    async def _publish(self, client: MqttClient, kind: UpKind, message: contract.UpMessage) -> None:
        await client.publish(str(self._topic(kind)), contract.encode(message))

    def _receive(self, topic_text: str, payload: bytes) -> None:
        topic = parse_topic(topic_text)
        if not isinstance(topic, DownTopic):
            return
        match contract.decode(topic.kind, payload):
            case Receipt() as receipt:
                self.ledger.receipts_arrived(receipt)
            case Status() as status:
                self.ledger.status_arrived(status)
            case _:
                log.warning("%s: a down message was not understood", self.ledger.kiosk)

    def _topic(self, kind: UpKind) -> UpTopic:
        return UpTopic(self.ledger.kiosk, kind)


def _now() -> datetime:
    return datetime.now(tz=UTC)
