"""Why a kiosk was silent, told apart once it is back. Pure.

The machine's uptime says whether it ran through the silence: if it did, the line was dead. If it
did not, the kiosk's own mark says how its last run ended: with a calm shutdown, or in the dark.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from anjungan.protocol.health import PreviousEnd
from anjungan.regency.fleet.spans import Span

_MOST: Final = 0.5
"""What explains at least this part of a silence is its cause."""


class Cause(enum.Enum):
    """Why a kiosk was not heard."""

    POWER_CUT = "power_cut"
    SHUT_DOWN = "shut_down"
    REBOOT = "reboot"
    PROGRAM = "program"
    """The machine ran, and the agent did not."""
    DEAD_LINE = "dead_line"
    REGENCY = "regency"
    """Nobody listened."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FirstWords:
    """What a kiosk told of itself when it was back, at ``told_at`` by the regency's clock."""

    told_at: datetime
    uptime: timedelta
    host_uptime: timedelta | None
    previous_end: PreviousEnd
    last_alive_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cause, and when the machine did not run; ``off`` is None where it ran or is not known."""

    cause: Cause
    off: Span | None = None


def judge(silent: Span, *, heard_offline: bool, words: FirstWords | None) -> Verdict:
    """Judge a silence that has ended.

    Args:
        silent: from the last report to the first of the return.
        heard_offline: whether it was offline while somebody listened.
        words: what it told after; None when it has told nothing.
    """
    if not heard_offline:
        return Verdict(Cause.REGENCY)
    if words is None:
        return Verdict(Cause.UNKNOWN)
    if words.host_uptime is None:
        return _without_machine(words)
    machine_began = words.told_at - words.host_uptime
    if machine_began > silent.begin:
        return _after_boot(silent, machine_began, words)
    agent_began = words.told_at - words.uptime
    if agent_began > silent.begin and not _is_most(silent, silent.end - agent_began):
        return Verdict(Cause.PROGRAM)
    return Verdict(Cause.DEAD_LINE)


def _after_boot(silent: Span, machine_began: datetime, words: FirstWords) -> Verdict:
    """The machine has started in the silence: it was off, and perhaps ran unheard besides."""
    machine_began = min(machine_began, silent.end)
    off_from = silent.begin
    if words.last_alive_at is not None:
        off_from = min(max(words.last_alive_at, silent.begin), machine_began)
    off = Span(off_from, machine_began)
    if _is_most(silent, silent.length - off.length):
        return Verdict(Cause.DEAD_LINE, off)
    return Verdict(_end_of_run(words.previous_end), off)


def _without_machine(words: FirstWords) -> Verdict:
    """Nothing is known of the machine's start: only how the run before ended can be told."""
    return Verdict(_end_of_run(words.previous_end))


def _end_of_run(end: PreviousEnd) -> Cause:
    match end:
        case PreviousEnd.POWER_LOST:
            return Cause.POWER_CUT
        case PreviousEnd.SHUT_DOWN:
            return Cause.SHUT_DOWN
        case PreviousEnd.REBOOTED:
            return Cause.REBOOT
        case PreviousEnd.UNKNOWN:
            return Cause.UNKNOWN
        case _:
            assert_never(end)


def _is_most(silent: Span, part: timedelta) -> bool:
    return part > silent.length * _MOST
