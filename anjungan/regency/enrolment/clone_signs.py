"""Telling from births whether two devices use one identity. Pure.

The broker ends a kiosk's connection when another comes with the same identity, so that two
devices take the line from each other again and again, each with a birth. A birth names the run of
the program it comes from and the session within it. A new run is an ordinary restart, and a
restored storage or a bad line change nothing about that; but a run that was replaced by another
never connects again. Where it does, and more than once, there are two.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

RETURNS_OF_A_CLONE: Final = 2
RETURNS_COUNT_FOR: Final = timedelta(hours=24)
REMEMBERED_RUNS: Final = 16


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a kiosk's program, and its newest session."""

    name: str
    session: int


@dataclass(frozen=True, slots=True)
class Births:
    """What is remembered of a kiosk's births: its runs, the one connected last at the end."""

    runs: tuple[Run, ...] = ()
    returns: int = 0
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Birth:
    """A live birth."""

    run: str
    session: int


def after_birth(births: Births, birth: Birth, now: datetime) -> Births:
    """Remember a birth. One that is heard again, late or from another worker, changes nothing."""
    if not birth.run:
        return births
    known = next((run for run in births.runs if run.name == birth.run), None)
    if known is not None and birth.session <= known.session:
        return births
    others = tuple(run for run in births.runs if run.name != birth.run)
    runs = (*others, Run(birth.run, birth.session))[-REMEMBERED_RUNS:]
    remembered = replace(births, runs=runs)
    if known is None or known == births.runs[-1]:
        return remembered
    at = births.returned_at
    earlier = births.returns if at is not None and now - at < RETURNS_COUNT_FOR else 0
    return replace(remembered, returns=earlier + 1, returned_at=now)


def is_clone(before: Births, after: Births) -> bool:
    """Whether the birth between the two is a sign of a clone, to be told."""
    returned = (after.returns, after.returned_at) != (before.returns, before.returned_at)
    return returned and after.returns >= RETURNS_OF_A_CLONE
