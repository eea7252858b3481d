"""Which printer is simulated: what it knows, how wide and how fast it is.

:func:`printer_model` makes one from a width, the ways in which it falls short, and a speed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

WidthMm = Literal[58, 80]


@dataclass(frozen=True, slots=True)
class PrinterModel:
    """A model.  ``bytes_per_s`` and ``dots_per_s`` are None for "as fast as the machine".

    ``questions`` are the numbers of DLE EOT that it answers.  ``queued_status``: it answers GS r.
    ``automatic_status``: it knows GS a.  ``process_id``: GS ( H.  ``clear_command``: DLE DC4
    function 8.  ``code_pages``: it obeys ESC t; otherwise its only page is 437.
    """

    maker: str
    name: str
    width_dots: int = 384
    questions: tuple[int, ...] = (1, 2, 3, 4)
    process_id: bool = True
    queued_status: bool = True
    automatic_status: bool = True
    native_qr: bool = True
    cutter: bool = True
    clear_command: bool = True
    code_pages: bool = True
    chinese_mode_at_start: bool = False
    buffer_bytes: int = 4096
    bytes_per_s: int | None = None
    dots_per_s: int | None = None


EPSON_58 = PrinterModel("EPSON", "TM-m30", bytes_per_s=11_520, dots_per_s=1600)
EPSON_80 = replace(EPSON_58, name="TM-T82", width_dots=576)
CLONE_58 = PrinterModel(
    "GENERIC",
    "POS-58",
    process_id=False,
    automatic_status=False,
    native_qr=False,
    clear_command=False,
    chinese_mode_at_start=True,
    bytes_per_s=1920,
    dots_per_s=400,
)
CLONE_80 = replace(CLONE_58, name="POS-80", width_dots=576, bytes_per_s=11_520, dots_per_s=1200)
BASIC_58 = replace(
    CLONE_58,
    name="BASIC-58",
    queued_status=False,
    cutter=False,
    bytes_per_s=960,
)
SILENT_58 = replace(BASIC_58, name="SILENT-58", questions=())

_NO_ANSWERS: Final[Mapping[str, Any]] = {
    "questions": (),
    "process_id": False,
    "queued_status": False,
    "automatic_status": False,
    "clear_command": False,
}
SHORTCOMINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "no-status": _NO_ANSWERS,
    "only-dle-eot": {**_NO_ANSWERS, "questions": (1, 2, 3, 4)},
    "only-asb": {**_NO_ANSWERS, "automatic_status": True},
    "only-gs-r": {**_NO_ANSWERS, "queued_status": True},
    "no-code-pages": {"code_pages": False},
    "chinese": {"chinese_mode_at_start": True},
    "no-cutter": {"cutter": False},
    "no-qr": {"native_qr": False},
}
"""In which ways a clone falls short of an Epson, by the words of the command line."""
_WIDTHS: Final[Mapping[WidthMm, PrinterModel]] = {58: EPSON_58, 80: EPSON_80}


class UnknownShortcomingError(ValueError):
    """A word that is none of :data:`SHORTCOMINGS`; the message lists them."""


class ContradictoryShortcomingsError(ValueError):
    """Two words of which each says all that a printer answers."""


def printer_model(
    width_mm: WidthMm = 58, clone: str | None = None, *, baud: int | None = None
) -> PrinterModel:
    """A printer with paper of that width.

    ``clone`` names its shortcomings, joined by commas, for example ``only-dle-eot,no-qr``; None is
    an Epson.  ``baud`` is the pace of its line (8N1, ten bits a byte); None keeps the model's own.

    Raises:
        UnknownShortcomingError: ``clone`` has a word that is not known, or an empty one.
        ContradictoryShortcomingsError: ``clone`` has two words that exclude each other.
    """
    model = _WIDTHS[width_mm]
    words = _words(clone)
    for word in words:
        model = replace(model, maker="GENERIC", name=f"POS-{width_mm}", **SHORTCOMINGS[word])
    return model if baud is None else replace(model, bytes_per_s=baud // 10)


def _words(clone: str | None) -> tuple[str, ...]:
    if clone is None:
        return ()
    words = tuple(dict.fromkeys(each.strip() for each in clone.split(",")))
    for word in words:
        if not word:
            raise UnknownShortcomingError(f"an empty word is none of {', '.join(SHORTCOMINGS)}")
        if word not in SHORTCOMINGS:
            raise UnknownShortcomingError(f"{word!r} is none of {', '.join(SHORTCOMINGS)}")
    answering = [word for word in words if "questions" in SHORTCOMINGS[word]]
    if len(answering) > 1:
        raise ContradictoryShortcomingsError(
            f"{' and '.join(answering)} contradict each other: take one of them"
        )
    return words
