"""How the printing of one document ended, as far as CUPS has told.

The line that matters runs between "nothing was printed", where trying again is safe, and the rest,
where only a person at the printer's tray can tell.
"""

from dataclasses import dataclass
from typing import Literal

from anjungan.appliance.drivers.document_printer.printer_reasons import TroubleCode

RefusalCode = Literal[
    "no_cups",  # lp and lpstat are not installed
    "cups_not_running",
    "cups_not_answering",
    "no_queue",
    "queue_stopped",  # the queue takes jobs, but prints them only after somebody enables it
    "queue_refuses",
    "not_taken",  # lp refused for another reason
]
StopCode = TroubleCode | Literal["queue_stopped", "held", "cancelled", "aborted", "too_slow"]
DoubtCode = Literal[
    "cups_not_answering",
    "end_not_told",  # CUPS no longer knows the job
    "still_queued",  # it was given up here, but CUPS did not let go of it
]


@dataclass(frozen=True, slots=True)
class Printed:
    """CUPS calls the job complete: the printer has taken its last byte."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The job was never taken; nothing was printed."""

    code: RefusalCode


@dataclass(frozen=True, slots=True)
class Stopped:
    """The job ended early and will not go on.  Its first pages may lie in the tray."""

    code: StopCode


@dataclass(frozen=True, slots=True)
class Uncertain:
    """All, a part or nothing was printed, and it may still be printed later."""

    code: DoubtCode


DocumentOutcome = Printed | Refused | Stopped | Uncertain
