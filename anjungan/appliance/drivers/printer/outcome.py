"""How a print job ended, as far as the printer itself has said so.

The line that matters runs between "nothing was printed", where trying again is safe, and "maybe
printed", where only a person can tell and nothing is ever printed again by itself.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from anjungan.appliance.drivers.printer.status import (
    Broken,
    CoverOpen,
    CutterJam,
    Feeding,
    HeadHot,
    Idle,
    NearEnd,
    Offline,
    PaperOut,
    PrinterStatus,
    Silent,
    Stuck,
)

PrinterFaultCode = Literal[
    "cutter_jam", "stuck", "head_hot", "broken", "feeding", "offline", "not_taking_bytes"
]
UncertainReason = Literal[
    "paper_out",
    "cover_open",
    "cutter_jam",
    "stuck",
    "head_hot",
    "broken",
    "feeding",
    "offline",
    "silent",
    "disconnected",
    "not_taking_bytes",
    "not_confirmed",
]


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer has confirmed the whole job.  ``near_end``: the roll is nearly used up."""

    near_end: bool = False


@dataclass(frozen=True, slots=True)
class PrinterFault:
    """It refused before the first byte of the job; nothing was printed."""

    code: PrinterFaultCode


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Bytes of the job were sent, and it was not confirmed: all, a part or nothing is on paper.

    A confirmation can still come late, for example after paper was put in.
    """

    reason: UncertainReason


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The line was not open; nothing was printed."""


# PaperOut, CoverOpen and Silent are the states of status.py: found before the first byte.
PrintOutcome = Printed | PaperOut | CoverOpen | PrinterFault | Uncertain | Disconnected | Silent


def refusal(status: PrinterStatus) -> PrintOutcome | None:
    """What a job ends with that finds the printer so before its first byte; None: it may begin."""
    match status:
        case Idle() | NearEnd():
            return None
        case PaperOut() | CoverOpen() | Silent():
            return status
        case CutterJam() | Stuck() | HeadHot() | Broken() | Feeding() | Offline():
            return PrinterFault(status.code)
        case _:
            assert_never(status)


def nothing_printed(outcome: PrintOutcome) -> bool:
    """Whether the job certainly left nothing on paper, so that printing it again is safe."""
    match outcome:
        case PaperOut() | CoverOpen() | PrinterFault() | Disconnected() | Silent():
            return True
        case Printed() | Uncertain():
            return False
        case _:
            assert_never(outcome)
