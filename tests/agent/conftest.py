"""A kiosk in a folder, its open storage, and a resident before its whole agent."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kiosk_lab import KioskLab, make_kiosk
from running_agent import stopped

from anjungan.appliance.agent.app import SOCKET_NAME, serve_agent
from anjungan.appliance.agent.visit_mark import VisitMark
from anjungan.appliance.agent.wall_clock import WallClock, latest_change
from anjungan.appliance.storage.storage import Storage
from anjungan.simulation.printer.model import EPSON_58
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.robot import Robot


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskLab:
    return make_kiosk(tmp_path)


@pytest.fixture
def clock(tmp_path: Path) -> WallClock:
    return WallClock(not_before=latest_change(), synchronised_mark=tmp_path / "synchronised")


@pytest.fixture
def mark(tmp_path: Path) -> VisitMark:
    return VisitMark(tmp_path)


@pytest.fixture
async def storage(tmp_path: Path, clock: WallClock) -> AsyncIterator[Storage]:
    report = await Storage.open(tmp_path / "kiosk.db", clock_now=clock.now)
    async with report.storage as storage:
        yield storage


@pytest.fixture
async def printer(tmp_path: Path) -> AsyncIterator[PrinterSimulator]:
    """Slow with its paper, so that a job has arrived whole long before its last line."""
    printer = PrinterSimulator(tmp_path / "printer", dataclasses.replace(EPSON_58, dots_per_s=400))
    printer.start()
    yield printer
    await printer.stop()


@pytest.fixture
async def resident(kiosk: KioskLab, printer: PrinterSimulator) -> AsyncIterator[Robot]:
    agent = asyncio.create_task(serve_agent(kiosk.settings))
    resident = await Robot.arrive(kiosk.runtime_dir / SOCKET_NAME)
    yield resident
    await resident.close()
    await stopped(agent)
