"""Requests committed and receipted by the inbox, against what a bare paho subscriber receives.

Ours: kiosks publish requests as fast as the broker takes them (``bench/inbox_load.py``); the
regency's real inbox process reads, judges and commits them (SQLite, ``synchronous=FULL``) and
publishes receipts. The time runs from the first packet until the last kiosk has its last receipt.
The anchor: the same kiosks with the same kind of payloads, QoS 1, through the same mosquitto, until
a paho subscriber with paho's own thread has counted the last one and nothing else. In turns.

mosquitto runs with the limits of the regency's own configuration, but for its queue, which has to
hold the whole burst: an overflowing queue would flatter whoever counts what is left.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Final

from anjungan.regency.broker.configuration import MAX_INFLIGHT_BYTES, MAX_INFLIGHT_MESSAGES
from anjungan.simulation.broker import broker_command, find_mosquitto
from anjungan.simulation.places import Places
from anjungan.simulation.ports import free_port
from anjungan.simulation.processes import Part, Supervisor, python
from anjungan.simulation.readiness import broker_answers, regency_is_present
from anjungan.simulation.site import Ports, prepare
from bench.bare_subscriber import REGENCY
from bench.figures import Goal, NotMeasuredError, Row
from bench.packages import install
from bench.quiet import wait_until_quiet
from bench.scratch import scratch

PER_REQUEST: Final = Goal(
    name="inbox, time for each request of a burst",
    unit="us",
    anchor_name="bare paho subscriber, same broker and payloads",
    goal=2.5,
)
"""A rate of at least 0.4 of the anchor's is a time of at most 2.5 times the anchor's."""
GOALS: Final = (PER_REQUEST,)
RUNS: Final = 5
KIOSKS: Final = 16
REQUESTS_EACH: Final = 1000
"""Below what one kiosk may send at once (``InboxSettings.burst_messages``)."""
_WITHIN_S: Final = 180.0
_US_PER_S: Final = 1e6

_LIMITS: Final = f"""\
max_inflight_messages {MAX_INFLIGHT_MESSAGES}
max_inflight_bytes {MAX_INFLIGHT_BYTES}
max_queued_messages 0
max_queued_bytes 0
"""


@dataclass(frozen=True, slots=True)
class Burst:
    """What one burst took, in seconds: until the last receipt, or the last message counted."""

    seconds: float
    messages: int

    @property
    def us_each(self) -> float:
        """Microseconds for each message."""
        return self.seconds / self.messages * _US_PER_S

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds


def measure() -> Sequence[Row]:
    """The one row."""
    install("mosquitto", missing=find_mosquitto() is None)
    if find_mosquitto() is None:
        raise NotMeasuredError("mosquitto is not installed")
    pairs = [asyncio.run(_run()) for _ in range(RUNS)]
    rates = sorted((ours.rate / bare.rate, ours.rate, bare.rate) for ours, bare in pairs)
    ratio, ours, bare = rates[len(rates) // 2]
    note = f"the middle run: {ours:.0f} of {bare:.0f} requests a second, {ratio:.2f} of the anchor"
    return (PER_REQUEST.compared([(o.us_each, b.us_each) for o, b in pairs], note),)


async def _run() -> tuple[Burst, Burst]:
    """One burst each: ours and the bare subscriber's."""
    messages = KIOSKS * REQUESTS_EACH
    with scratch() as folder:
        async with running_broker(folder) as (supervisor, port):
            await asyncio.to_thread(wait_until_quiet)
            bare = await _bare(port, messages)
            places = Places(folder)
            command = python("anjungan.cli", "regency", "inbox", "--config", places.regency_file)
            await supervisor.start(
                Part("inbox", command, is_ready=lambda _pid: regency_is_present(port, REGENCY))
            )
            await asyncio.to_thread(wait_until_quiet)
            load = await _started(*_load(port, "--receipts"))
            said = await _told(load)
            ours = said["ended_s"] - said["began_s"]
            return Burst(ours, messages), bare


@asynccontextmanager
async def running_broker(folder: Path) -> AsyncIterator[tuple[Supervisor, int]]:
    """Write settings into ``folder`` and run mosquitto with the regency's limits."""
    places, port = Places(folder), free_port()
    ports = Ports(broker=port, line=port, web=free_port(), screen=free_port())
    await asyncio.to_thread(prepare, places, ports, health_interval_s=300.0)
    supervisor = Supervisor(
        run_dir=places.run_dir,
        logs_dir=places.logs_dir,
        random=SystemRandom(),
        on_event=lambda words: print(words, file=sys.stderr),
    )
    command = broker_command(port, places.run_dir)
    await asyncio.to_thread(_add_limits, Path(command[-1]))
    try:
        await supervisor.start(Part("broker", command, is_ready=lambda _pid: broker_answers(port)))
        yield supervisor, port
    finally:
        await supervisor.stop_all()


def _add_limits(configuration: Path) -> None:
    configuration.write_text(configuration.read_text() + _LIMITS)


async def _bare(port: int, messages: int) -> Burst:
    arguments = ("--port", str(port), "--expect", str(messages))
    subscriber = await _started("bench.bare_subscriber", *arguments)
    load = await _started(*_load(port))
    said = await _told(load)
    async with asyncio.timeout(_WITHIN_S):
        assert subscriber.stdout is not None
        counted_s = float(await subscriber.stdout.readline())
        await subscriber.wait()
    return Burst(counted_s - said["began_s"], messages)


def _load(port: int, *more: str) -> tuple[str, ...]:
    return (
        *("bench.inbox_load", "--port", str(port)),
        *("--kiosks", str(KIOSKS), "--requests", str(REQUESTS_EACH)),
        *more,
    )


async def _started(module: str, *arguments: str) -> asyncio.subprocess.Process:
    """Start a program of ours and wait until it says that it is ready."""
    process = await asyncio.create_subprocess_exec(
        *python(module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(_WITHIN_S):
        assert await process.stdout.readline() == b"ready\n", f"{module} did not start"
    return process


async def _told(load: asyncio.subprocess.Process) -> dict[str, float]:
    """Give the word to send, and return what the load tells at its end."""
    said, _ = await asyncio.wait_for(load.communicate(b"go\n"), _WITHIN_S)
    moments: dict[str, float] = json.loads(said)
    return moments
