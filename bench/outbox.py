"""Storing a request, against one bare SQLite insert and commit.

Ours is ``Storage.submit`` as the agent calls it: request, ticket, queue number and print job in
one transaction, asked for from the event loop and done in the owner thread, both hops included.
The anchor is a plain ``BEGIN, INSERT, COMMIT`` of a row with the same payload in the asking
thread: WAL, synchronous=FULL, SQLite's defaults otherwise. Both are on the same disk and take
turns, put by put.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from bench.figures import Goal, Row, percentile
from bench.packages import install
from bench.quiet import wait_until_quiet
from bench.scratch import scratch

_ANCHOR: Final = "bare SQLite insert and commit"
PUT: Final = Goal(name="outbox put, median", unit="ms", anchor_name=_ANCHOR, goal=1.5)
SLOW_PUT: Final = Goal(
    name="outbox put on a slow disk, p99", unit="ms", anchor_name=_ANCHOR, goal=1.1
)
GOALS: Final = (PUT, SLOW_PUT)
DELAY_MS: Final = 20.0
RUNS: Final = 5
PUTS: Final = 300
SLOW_RUNS: Final = 3
SLOW_PUTS: Final = 200
_RUN_WITHIN_S: Final = 120

Durations = dict[str, list[float]]


def measure() -> Sequence[Row]:
    """Both rows."""
    return (_fast(), _slow())


def _fast() -> Row:
    pairs = [_pair(_run(PUTS), statistics.median) for _ in range(RUNS)]
    return PUT.compared(pairs)


def _slow() -> Row:
    install("gcc", "libc6-dev", missing=shutil.which("gcc") is None)
    if shutil.which("gcc") is None:
        return SLOW_PUT.not_measured("no gcc to build the slow disk")
    with scratch() as folder:
        library = _build(folder)
        runs = [_run(SLOW_PUTS, {"LD_PRELOAD": str(library)}) for _ in range(SLOW_RUNS)]
    if min(each["sync"][0] for each in runs) < DELAY_MS:
        return SLOW_PUT.not_measured("the delay did not reach fsync")
    pairs = [_pair(each, _p99) for each in runs]
    note = f"every fsync and fdatasync takes {DELAY_MS:.0f} ms longer, for both"
    return SLOW_PUT.compared(pairs, note)


def _pair(durations: Durations, figure: Callable[[Sequence[float]], float]) -> tuple[float, float]:
    return figure(durations["ours"]), figure(durations["bare"])


def _p99(values: Sequence[float]) -> float:
    return percentile(values, 99)


def _run(puts: int, environment: Mapping[str, str] | None = None) -> Durations:
    wait_until_quiet()
    with scratch() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.outbox_puts", "--folder", folder, "--puts", str(puts)],
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            timeout=_RUN_WITHIN_S,
            check=True,
        )
    durations: Durations = json.loads(done.stdout)
    return durations


def _build(folder: Path) -> Path:
    library = folder / "slow_sync.so"
    source = Path(__file__).with_name("slow_sync.c")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"],
        timeout=_RUN_WITHIN_S,
        check=True,
    )
    return library
