"""What a printer's status bytes mean.  Pure: bytes in, one of a few states out.

Every kind of answer is known by its fixed bits (Epson ESC/POS reference, DLE EOT and GS a):

=================  ==========================  =========================
answer             first byte                  length
=================  ==========================  =========================
DLE EOT n          ``0xx1xx10``                1
automatic (GS a)   ``0xx1xx00``                4, the others ``0xx0xxxx``
GS r               ``0xx0xxxx``                1
=================  ==========================  =========================
"""

from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True, slots=True)
class Idle:
    """Everything is in order."""


@dataclass(frozen=True, slots=True)
class NearEnd:
    """It prints, but the roll is nearly used up."""


@dataclass(frozen=True, slots=True)
class PaperOut:
    """No paper."""

    code: ClassVar[Literal["paper_out"]] = "paper_out"


@dataclass(frozen=True, slots=True)
class CoverOpen:
    """The cover is open."""

    code: ClassVar[Literal["cover_open"]] = "cover_open"


@dataclass(frozen=True, slots=True)
class CutterJam:
    """The cutter is stuck."""

    code: ClassVar[Literal["cutter_jam"]] = "cutter_jam"


@dataclass(frozen=True, slots=True)
class HeadHot:
    """The head is too hot and goes on by itself when it has cooled."""

    code: ClassVar[Literal["head_hot"]] = "head_hot"


@dataclass(frozen=True, slots=True)
class Stuck:
    """A mechanical error that a person can mend, for example a paper jam."""

    code: ClassVar[Literal["stuck"]] = "stuck"


@dataclass(frozen=True, slots=True)
class Broken:
    """An error that the printer itself calls unrecoverable, or of which it tells no kind."""

    code: ClassVar[Literal["broken"]] = "broken"


@dataclass(frozen=True, slots=True)
class Feeding:
    """Somebody holds the feed button."""

    code: ClassVar[Literal["feeding"]] = "feeding"


@dataclass(frozen=True, slots=True)
class Offline:
    """Offline for a reason it does not tell."""

    code: ClassVar[Literal["offline"]] = "offline"


@dataclass(frozen=True, slots=True)
class Silent:
    """It answers nothing."""

    code: ClassVar[Literal["silent"]] = "silent"


# States in which it does not print; ``code`` is stable, for programs and texts.
Stopped = PaperOut | CoverOpen | CutterJam | Stuck | HeadHot | Broken | Feeding | Offline | Silent
PrinterStatus = Idle | NearEnd | Stopped

# DLE EOT 1 to 4
_OFFLINE = 0x08
_PAPER_FED_BY_BUTTON = 0x40
_CAUSE_COVER, _CAUSE_BUTTON, _CAUSE_PAPER_END, _CAUSE_ERROR = 0x04, 0x08, 0x20, 0x40
_ERROR_MECHANICAL, _ERROR_CUTTER, _ERROR_UNRECOVERABLE, _ERROR_HEAT = 0x04, 0x08, 0x20, 0x40
_PAPER_NEAR_END, _PAPER_END = 0x0C, 0x60
# automatic status back
_ASB1_OFFLINE, _ASB1_COVER, _ASB1_BUTTON = 0x08, 0x20, 0x40
_ASB2_MECHANICAL, _ASB2_CUTTER, _ASB2_UNRECOVERABLE, _ASB2_HEAT = 0x04, 0x08, 0x20, 0x40
_ASB3_NEAR_END, _ASB3_END = 0x03, 0x0C
# GS r 1
_QUEUED_PAPER = 0x0F


def is_realtime(byte: int) -> bool:
    """Whether the byte has the fixed bits of a DLE EOT answer."""
    return byte & 0x93 == 0x12  # noqa: PLR2004 - table above


def is_automatic_start(byte: int) -> bool:
    """Whether the byte has the fixed bits that begin an automatic status."""
    return byte & 0x93 == 0x10  # noqa: PLR2004 - table above


def is_queued(byte: int) -> bool:
    """Whether the byte has the fixed bits of a GS r answer (or of an automatic status' rest)."""
    return byte & 0x90 == 0


@dataclass(frozen=True, slots=True)
class RealtimeStatus:
    """The answers to DLE EOT 1 to 4; None where the printer gave none."""

    printer: int | None = None
    offline_cause: int | None = None
    error_cause: int | None = None
    paper: int | None = None

    def summary(self) -> PrinterStatus:
        """Name the one state that matters most to the person standing there."""
        answers = (self.printer, self.offline_cause, self.error_cause, self.paper)
        if all(answer is None for answer in answers):
            return Silent()
        cause, error, paper = self.offline_cause or 0, self.error_cause or 0, self.paper or 0
        status: PrinterStatus = Idle()
        if cause & _CAUSE_COVER:
            status = CoverOpen()
        elif cause & _CAUSE_PAPER_END or _has(paper, _PAPER_END):
            status = PaperOut()
        elif error & _ERROR_CUTTER:
            status = CutterJam()
        elif error & _ERROR_UNRECOVERABLE:
            status = Broken()
        elif error & _ERROR_MECHANICAL:
            status = Stuck()
        elif error & _ERROR_HEAT:
            status = HeadHot()
        elif cause & _CAUSE_ERROR:
            status = Broken()
        elif cause & _CAUSE_BUTTON or (self.printer or 0) & _PAPER_FED_BY_BUTTON:
            status = Feeding()
        elif (self.printer or 0) & _OFFLINE:
            status = Offline()
        elif _has(paper, _PAPER_NEAR_END):
            status = NearEnd()
        return status


def automatic_summary(frame: bytes) -> PrinterStatus:
    """Name the state told by the four bytes of an automatic status (GS a).

    The fourth byte is reserved and differs between models, so it is not looked at.
    """
    first, second, third = frame[0], frame[1], frame[2]
    status: PrinterStatus = Idle()
    if first & _ASB1_COVER:
        status = CoverOpen()
    elif _has(third, _ASB3_END):
        status = PaperOut()
    elif second & _ASB2_CUTTER:
        status = CutterJam()
    elif second & _ASB2_UNRECOVERABLE:
        status = Broken()
    elif second & _ASB2_MECHANICAL:
        status = Stuck()
    elif second & _ASB2_HEAT:
        status = HeadHot()
    elif first & _ASB1_BUTTON:
        status = Feeding()
    elif first & _ASB1_OFFLINE:
        status = Offline()
    elif _has(third, _ASB3_NEAR_END):
        status = NearEnd()
    return status


def queued_summary(byte: int) -> PrinterStatus:
    """Name the state told by an answer to GS r 1.

    A printer after Epson's model does not answer without paper, so one pair of bits alone,
    whichever it is, says that the roll is nearly used up (Epson; CSN-A2 manual 8.2.6).  Some clones
    do answer then, with all four bits.
    """
    if byte & _QUEUED_PAPER == _QUEUED_PAPER:
        return PaperOut()
    return NearEnd() if _has(byte, _ASB3_NEAR_END) or _has(byte, _ASB3_END) else Idle()


def tells_trouble(question: int, byte: int) -> bool:
    """Whether the answer to that DLE EOT says that printing stopped.

    The feed button alone does not stop a job: it goes on when the button is let go.
    """
    match question:
        case 1:
            return bool(byte & _OFFLINE) and not byte & _PAPER_FED_BY_BUTTON
        case 2:
            return bool(byte & (_CAUSE_COVER | _CAUSE_PAPER_END | _CAUSE_ERROR))
        case _:
            return _has(byte, _PAPER_END)


def _has(byte: int, mask: int) -> bool:
    """Both bits of a paper sensor stand or fall together; one alone is noise."""
    return byte & mask == mask
