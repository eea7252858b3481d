"""What the idle kiosk costs: processor time and writes of both processes, while nothing happens.

Agent and screens run as in the field: line up, simulated devices answering, watchdogs fed as their
units ask, health every 300 s. After the start has settled, three windows of 30 s are read from
/proc. The clock on the screen goes on; nobody touches anything.
"""

import asyncio
import os
from collections.abc import Sequence
from typing import Final

from anjungan.simulation.processes import Part, python
from bench.figures import Limit, NotMeasuredError, Row
from bench.kiosk import environment
from bench.processes import cpu_s, written_bytes
from bench.scratch import scratch
from bench.servers import Servers, running_servers

CPU: Final = Limit(name="idle screen, processor time of one core", unit="%", limit=2.0)
WRITES: Final = Limit(name="idle screen, written to disk", unit="bytes", limit=0.0)
GOALS: Final = (CPU, WRITES)
SETTLE_S: Final = 15.0
WINDOW_S: Final = 30.0
WINDOWS: Final = 3
WATCHDOG_USEC: Final = {"agent": "90000000", "screens": "30000000"}
"""As WatchdogSec in the units."""


def measure() -> Sequence[Row]:
    """Both rows."""
    if os.getuid() != 0:
        raise NotMeasuredError("only root may read the counters of processes that forbid it")
    windows = asyncio.run(_run())
    return (
        CPU.measured([cpu for cpu, _ in windows]),
        WRITES.measured([written for _, written in windows]),
    )


async def _run() -> list[tuple[float, float]]:
    with scratch() as folder:
        async with running_servers(folder, devices=True) as servers:
            for name in ("agent", "screens"):
                await servers.supervisor.start(_part(servers, name))
            pids = [servers.supervisor.pid(name) for name in ("agent", "screens")]
            await asyncio.sleep(SETTLE_S)
            return [await _window(pids) for _ in range(WINDOWS)]


def _part(servers: Servers, name: str) -> Part:
    # lgpio makes a FIFO in the working directory
    there = ("env", "-C", str(servers.places.folder))
    return Part(
        name,
        [*there, *python("anjungan.cli", name, "--config", str(servers.places.site_file))],
        environment={**environment(), "WATCHDOG_USEC": WATCHDOG_USEC[name]},
    )


async def _window(pids: Sequence[int]) -> tuple[float, float]:
    """Percent of one core, and bytes written."""
    loop = asyncio.get_running_loop()
    began_s, cpu_before_s, written_before = loop.time(), cpu_s(pids), written_bytes(pids)
    await asyncio.sleep(WINDOW_S)
    used_s = cpu_s(pids) - cpu_before_s
    return 100.0 * used_s / (loop.time() - began_s), float(written_bytes(pids) - written_before)
