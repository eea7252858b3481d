"""Broker, regency inbox, and what else a measurement needs, as real processes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Final

from anjungan.protocol.identity import regency_of
from anjungan.simulation.broker import broker_command
from anjungan.simulation.places import Places
from anjungan.simulation.ports import free_port
from anjungan.simulation.processes import Part, Supervisor, python
from anjungan.simulation.readiness import broker_answers, regency_is_present
from anjungan.simulation.site import KIOSK, Ports, prepare

HEALTH_INTERVAL_S: Final = 300.0
"""As on a real kiosk."""


@dataclass(frozen=True, slots=True)
class Servers:
    """What runs: the folders, the broker's port, and the supervisor that takes more parts."""

    places: Places
    broker_port: int
    supervisor: Supervisor


@asynccontextmanager
async def running_servers(
    folder: Path, *, echo: bool = False, devices: bool = False
) -> AsyncIterator[Servers]:
    """Start them in ``folder`` and stop them afterwards; ``devices``: the simulated ones as well.

    The kiosk's settings in ``folder`` point straight at the broker.
    """
    places = Places(folder)
    broker = free_port()
    ports = Ports(broker=broker, line=broker, web=free_port(), screen=free_port())
    await asyncio.to_thread(prepare, places, ports, health_interval_s=HEALTH_INTERVAL_S)
    supervisor = Supervisor(
        run_dir=places.run_dir,
        logs_dir=places.logs_dir,
        random=SystemRandom(),
        on_event=lambda words: print(words, file=sys.stderr),
    )
    try:
        for part in _servers(places, broker):
            await supervisor.start(part)
        if echo:
            database = str(folder / "echo.db")
            command = python("bench.echo", "--port", str(broker), "--database", database)
            await supervisor.start(Part("echo", command))
        if devices:
            command = python("anjungan.simulation.device_host", "--data", str(folder))
            await supervisor.start(Part("devices", command))
        yield Servers(places, broker, supervisor)
    finally:
        await supervisor.stop_all()


def _servers(places: Places, broker: int) -> tuple[Part, ...]:
    return (
        Part(
            "broker",
            broker_command(broker, places.run_dir),
            is_ready=lambda _pid: broker_answers(broker),
        ),
        Part(
            "inbox",
            python("anjungan.cli", "regency", "inbox", "--config", str(places.regency_file)),
            is_ready=lambda _pid: regency_is_present(broker, regency_of(KIOSK)),
        ),
    )
