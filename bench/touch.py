"""From lifting the finger to the first frame of the next screen.

The real agent and screens at 1024 x 600 under software rendering. A finger goes down and, 100 ms
later, up: events in SDL's own queue, put there from outside Kivy's thread, so that the wait for
the next poll counts. The press travels to the agent, the new view comes back, and the clock stops
when its first frame is finished (after ``glFinish``). Between two touches pass 0.3 to 0.7 s. The
first visit after the start loads fonts and pictures; it is told in the note and not counted.
"""

import asyncio
import time
from collections.abc import Sequence
from random import Random
from typing import Final

from bench.figures import Limit, NotMeasuredError, Row, percentile
from bench.kiosk import Kiosk, running_kiosk
from bench.quiet import wait_until_quiet
from bench.scratch import scratch
from bench.servers import Servers, running_servers

TOUCH: Final = Limit(name="touch to first frame of the next screen, p95", unit="ms", limit=50.0)
GOALS: Final = (TOUCH,)
RUNS: Final = 4
VISITS: Final = 4
VISIT: Final = (
    "*",
    "Surat",
    "Surat Keterangan Domisili",
    "Mulai isi",
    "Kembali",
    "Kembali",
    "Beranda",
    "Kesehatan",
    "Kembali",
    "Cek status",
    "Kembali",
    "Pendidikan",
    "Beranda",
    "Selesai",
)
"""What is touched, by its words; the star is the whole idle screen."""
_NS_PER_MS: Final = 1e6
_WITHIN_S: Final = 10.0
_SEED: Final = 3


def measure() -> Sequence[Row]:
    """The one row."""
    first, runs = asyncio.run(_run())
    median_ms, most_ms = percentile(first, 50), max(first)
    note = f"first visit after the start: median {median_ms:.0f} ms, at most {most_ms:.0f} ms"
    return (TOUCH.measured([percentile(run, 95) for run in runs], note),)


async def _run() -> tuple[list[float], list[list[float]]]:
    with scratch() as folder:
        async with running_servers(folder, devices=True) as servers:
            return await asyncio.to_thread(_visits, servers)


def _visits(servers: Servers) -> tuple[list[float], list[list[float]]]:
    random = Random(_SEED)  # noqa: S311 - spreads touches over the frame, keeps no secret
    with running_kiosk(servers.places) as kiosk:
        kiosk.wait_for_view("IdleView")
        first = _visit(kiosk, random)
        runs: list[list[float]] = []
        for _ in range(RUNS):
            run: list[float] = []
            for _ in range(VISITS):
                wait_until_quiet()
                run += _visit(kiosk, random)
            runs.append(run)
    return first, runs


def _visit(kiosk: Kiosk, random: Random) -> list[float]:
    durations_ms: list[float] = []
    for name in VISIT:
        time.sleep(random.uniform(0.3, 0.7))
        durations_ms.append(_touch(kiosk, name))
    return durations_ms


def _touch(kiosk: Kiosk, name: str) -> float:
    """Milliseconds from the lifted finger to the finished frame of another step."""
    kiosk.tell_screens(f"press {name}")
    lifted = kiosk.wait_for(lambda each: "lifted_ns" in each or "missing" in each, _WITHIN_S)
    if "missing" in lifted:
        raise NotMeasuredError(f"nothing on the screen is called {name!r}")
    frame = kiosk.wait_for(
        lambda each: "frame_ns" in each and each["step"] != lifted["step"], _WITHIN_S
    )
    return float(frame["frame_ns"] - lifted["lifted_ns"]) / _NS_PER_MS
