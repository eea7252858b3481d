"""Mutated frames by the million: fast, seeded, the same ones every time."""

import faulthandler
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Final

from bench.fuzz.mutate import Mutator
from bench.fuzz.protocol import Fuzzed, seeds_of

FRAMES: Final = 1_000_000
SEED: Final = 1
HANGS_AFTER_S: Final = 120.0
"""For one batch, which takes far less than a second; then the program ends and says where."""
_BATCH: Final = 4096
_MOST_FINDINGS: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One frame that broke something, and how."""

    frame: bytes
    problem: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one protocol.  ``taken`` counts what was told, all of it with right checks."""

    protocol: str
    frames: int
    taken: int
    findings: tuple[Finding, ...]
    took_s: float
    slowest_batch_s: float

    def __str__(self) -> str:
        rate = self.frames / self.took_s
        return (
            f"{self.protocol}: {self.frames} frames, {self.taken} taken, "
            f"{len(self.findings)} findings, {self.took_s:.0f} s ({rate:.0f} a second), "
            f"slowest {_BATCH} in {self.slowest_batch_s:.2f} s"
        )


def run(protocol: Fuzzed, frames: int = FRAMES, seed: int = SEED) -> Outcome:
    """Give ``frames`` mutated frames to ``protocol``; stops early after a few findings."""
    random = Random(f"{protocol.name} {seed}")  # noqa: S311 - mutations shall repeat
    mutator = Mutator([each.data for each in seeds_of(protocol.name)], random)
    findings: list[Finding] = []
    taken = done = 0
    slowest_s = 0.0
    began_s = time.perf_counter()
    with _no_hang():
        while done < frames and len(findings) < _MOST_FINDINGS:
            batch_began_s = time.perf_counter()
            count = min(_BATCH, frames - done)
            for _ in range(count):
                data, mends = mutator.next()
                frame = protocol.mend(data, random) if mends else data
                try:
                    taken += protocol.check(frame)
                except Exception as error:  # noqa: BLE001 - whatever a parser raises is what is looked for
                    findings.append(Finding(frame, f"{type(error).__name__}: {error}"))
                    break
            done += count
            slowest_s = max(slowest_s, time.perf_counter() - batch_began_s)
            faulthandler.dump_traceback_later(HANGS_AFTER_S, exit=True)
    took_s = time.perf_counter() - began_s
    return Outcome(protocol.name, done, taken, tuple(findings), took_s, slowest_s)


@contextmanager
def _no_hang() -> Iterator[None]:
    faulthandler.dump_traceback_later(HANGS_AFTER_S, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
