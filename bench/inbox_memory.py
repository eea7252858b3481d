"""Whether the inbox's memory stays flat over a million messages. Takes minutes.

The regency's real inbox process on SQLite; kiosks send requests, events, reports and duplicates as
fast as they are answered (``bench/inbox_flow.py``). What counts is memory of the process's own
(``RssAnon`` in proc(5)): the line of least squares through it, from the moment when caches are
full. The limits of how much one kiosk may send are lifted.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from anjungan.simulation.broker import find_mosquitto
from anjungan.simulation.places import Places
from anjungan.simulation.processes import Part, python
from anjungan.simulation.readiness import regency_is_present
from bench.bare_subscriber import REGENCY
from bench.figures import Limit, NotMeasuredError, Row
from bench.inbox import running_broker
from bench.packages import install
from bench.scratch import scratch

GROWTH: Final = Limit(name="inbox, memory gained over a million messages", unit="MB", limit=2.0)
GOALS: Final = (GROWTH,)
KIOSKS: Final = 50
MESSAGES: Final = int(os.environ.get("MESSAGES", "1000000"))
"""Fewer only to try it out; the row then tells of a million by the slope."""
WARM_UP_SHARE: Final = 0.2
_LONGEST_WAIT_S: Final = 600.0
_A_MILLION: Final = 1e6

_NO_LIMITS: Final = """
[inbox]
messages_per_s = 1000000.0
burst_messages = 10000000
bytes_per_s = 1000000.0
burst_bytes = 10000000000
"""


def measure() -> Sequence[Row]:
    """The one row."""
    install("mosquitto", missing=find_mosquitto() is None)
    if find_mosquitto() is None:
        raise NotMeasuredError("mosquitto is not installed")
    began_s = time.monotonic()
    samples = asyncio.run(_run())
    took_s = time.monotonic() - began_s
    kept = samples[int(len(samples) * WARM_UP_SHARE) :]
    line = statistics.linear_regression([sent for sent, _ in kept], [held for _, held in kept])
    sizes = [held / 1e6 for _, held in kept]
    note = (
        f"{samples[-1][0]} messages in {took_s:.0f} s; own memory {sizes[0]:.1f} MB after the"
        f" warm-up, {min(sizes):.1f} to {max(sizes):.1f} MB until the end, {sizes[-1]:.1f} MB there"
    )
    return (GROWTH.measured([max(0.0, line.slope * _A_MILLION / 1e6)], note),)


async def _run() -> list[tuple[int, int]]:
    """How many messages were sent, and how many bytes the inbox held then."""
    with scratch() as folder:
        async with running_broker(folder) as (supervisor, port):
            places = Places(folder)
            await asyncio.to_thread(_lift_limits, places.regency_file)
            command = python("anjungan.cli", "regency", "inbox", "--config", places.regency_file)
            await supervisor.start(
                Part("inbox", command, is_ready=lambda _pid: regency_is_present(port, REGENCY))
            )
            arguments = ("--port", str(port), "--kiosks", str(KIOSKS), "--messages", str(MESSAGES))
            load = await asyncio.create_subprocess_exec(
                *python("bench.inbox_flow", *arguments), stdout=asyncio.subprocess.PIPE
            )
            assert load.stdout is not None
            samples: list[tuple[int, int]] = []
            while True:
                said = await asyncio.wait_for(load.stdout.readline(), _LONGEST_WAIT_S)
                if not said.strip().isdigit():
                    break
                samples.append((int(said), own_memory_bytes(supervisor.pid("inbox"))))
            assert said == b"done\n", "the load did not come to its end"
            await load.wait()
            return samples


def _lift_limits(settings: Path) -> None:
    settings.write_text(settings.read_text() + _NO_LIMITS)


def own_memory_bytes(pid: int) -> int:
    """Memory of a process that is no file's (``RssAnon``)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise LookupError("RssAnon")
