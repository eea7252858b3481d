"""A million mutated frames for each protocol of a device: what broke, or told a card that is none.

Hypothesis tries the same parsers in the tests, atheris in ``make fuzz``.
"""

from collections.abc import Sequence
from typing import Final

from bench.figures import Limit, Row
from bench.fuzz.million import FRAMES, SEED, run
from bench.fuzz.protocols import ALL

GOALS: Final = tuple(
    Limit(name=f"mutated frames, {protocol.name}", unit="findings", limit=0.0) for protocol in ALL
)


def measure() -> Sequence[Row]:
    """One row a protocol."""
    rows = []
    for goal, protocol in zip(GOALS, ALL, strict=True):
        outcome = run(protocol)
        note = (
            f"{outcome.frames} of {FRAMES} frames, seed {SEED}, {outcome.taken} told with right "
            f"checks, in {outcome.took_s:.0f} s"
        )
        finished = outcome.frames == FRAMES
        findings = len(outcome.findings) + (0 if finished else 1)
        rows.append(goal.measured([float(findings)], note))
    return rows
