"""``python -m bench [--only NAME]``: measure the figures, print one table, write the results."""

import argparse
import importlib
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from bench.figures import Goal, Limit, NotMeasuredError, Row, table
from bench.machine import machine, versions
from bench.scratch import RESULTS

MEASUREMENTS: Final = (
    "outbox",
    "receipt",
    "inbox",
    "startup",
    "idle",
    "touch",
    "tap",
    "device-idle",
    "printing",
    "parsers",
    "fleet-page",
    "alert-pass",
    "web-inbox",
)
LONG: Final = ("inbox-memory",)
"""Measured only when asked for: minutes each."""
EXIT_NOT_MET: Final = 1

Measurement = Callable[[], Sequence[Row]]


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """What is written to ``results/``."""

    machine: dict[str, str]
    versions: dict[str, str]
    measured_at: datetime
    rows: tuple[Row, ...]


def main() -> int:
    """Measure and return the exit code: 0 when every goal is met, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="bench", description="Measures the figures. Exit codes: 0 all met, 1 some are not."
    )
    parser.add_argument(
        "--only", choices=(*MEASUREMENTS, *LONG), help="one measurement instead of all"
    )
    only: str | None = parser.parse_args().only
    rows: list[Row] = []
    for name in MEASUREMENTS if only is None else (only,):
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        rows += _rows(name)
    results = Results(
        machine=machine(),
        versions=versions(),
        measured_at=datetime.now(UTC).replace(microsecond=0),
        rows=tuple(rows),
    )
    print(table(rows))
    print(f"\nwritten to {_write(results, only)}")
    return 0 if all(row.met for row in rows) else EXIT_NOT_MET


def _rows(name: str) -> Sequence[Row]:
    """Measure; what cannot be measured, or fails, becomes rows that are not met."""
    module = importlib.import_module(f"bench.{name.replace('-', '_')}")
    measure: Measurement = module.measure
    goals: Sequence[Goal | Limit] = module.GOALS
    try:
        return measure()
    except NotMeasuredError as error:
        why = str(error)
    except Exception as error:  # noqa: BLE001 - one broken measurement must not hide the others
        traceback.print_exc()
        why = f"the measurement failed ({type(error).__name__})"
    return [goal.not_measured(why) for goal in goals]


def _write(results: Results, only: str | None) -> Path:
    """A single measurement leaves the last whole table alone."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{only or 'latest'}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
    return path.relative_to(RESULTS.parent.parent)


if __name__ == "__main__":
    sys.exit(main())
