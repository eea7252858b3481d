"""From start to the first frame of the idle screen, and the memory then, against Chromium.

Ours: agent and screens are started in the same moment, on data that have been used before; the
clock stops when the first whole frame of the idle screen is finished (after ``glFinish``). The
broker, the regency's inbox and the simulated devices run already, as they would. Chromium: see
``browser``. Both draw 1024 x 600 with Mesa's llvmpipe and take turns; each had one start that is
not counted. Memory is proportional (PSS), three seconds after the first frame, of every process
that was started.
"""

import asyncio
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.browser import SETTLED_S, Browser, Painted, find_chromium, virtual_display
from bench.figures import Goal, NotMeasuredError, Row
from bench.kiosk import running_kiosk
from bench.packages import install
from bench.processes import pss_bytes
from bench.quiet import wait_until_quiet
from bench.scratch import scratch
from bench.servers import Servers, running_servers

_ANCHOR: Final = "Chromium in kiosk mode, equal static page"
FRAME: Final = Goal(
    name="start to first frame of the idle screen", unit="s", anchor_name=_ANCHOR, goal=0.9
)
MEMORY: Final = Goal(
    name="memory (PSS) of agent and screens", unit="MB", anchor_name=_ANCHOR, goal=0.5
)
GOALS: Final = (FRAME, MEMORY)
RUNS: Final = 9


def measure() -> Sequence[Row]:
    """Both rows."""
    if os.getuid() != 0:
        raise NotMeasuredError("only root may read the memory of processes that forbid it")
    missing = find_chromium() is None or shutil.which("Xvfb") is None
    install("chromium", "xvfb", missing=missing)
    with scratch() as folder, virtual_display() as display:
        pairs = asyncio.run(_run(folder, Browser(folder, display)))
    frames = [(ours.first_frame_s, anchor.first_frame_s) for ours, anchor in pairs]
    memory = [(_megabytes(ours), _megabytes(anchor)) for ours, anchor in pairs]
    note = f"Chromium's renderer: {pairs[0][1].renderer}"
    return (FRAME.compared(frames, note), MEMORY.compared(memory))


def _megabytes(painted: Painted) -> float:
    return painted.pss_bytes / 1e6


async def _run(folder: Path, browser: Browser) -> list[tuple[Painted, Painted]]:
    async with running_servers(folder, devices=True) as servers:
        return await asyncio.to_thread(_take_turns, servers, browser)


def _take_turns(servers: Servers, browser: Browser) -> list[tuple[Painted, Painted]]:
    pairs = [(_start_once(servers), browser.start_once(ask_renderer=True))]
    renderer = pairs[0][1].renderer
    for _ in range(RUNS):
        wait_until_quiet()
        ours = _start_once(servers)
        wait_until_quiet()
        anchor = browser.start_once()
        pairs.append((ours, Painted(anchor.first_frame_s, anchor.pss_bytes, renderer)))
    return pairs[1:]


def _start_once(servers: Servers) -> Painted:
    with running_kiosk(servers.places) as kiosk:
        first_frame_s = kiosk.wait_for_view("IdleView")
        time.sleep(SETTLED_S)
        return Painted(first_frame_s, pss_bytes(kiosk.pids))
