"""What a printer's state reasons mean.

Keywords: RFC 8011, section 5.4.12 (``printer-state-reasons``), and the ones CUPS' own backends add
(``offline``).  The severity at the end of a keyword is no help: CUPS reports an open door as
``door-open-report`` and an empty tray as ``media-empty-warning`` (cups, backend/snmp-supplies.c).
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

TroubleCode = Literal["paper_out", "paper_jam", "cover_open", "ink_out", "offline", "printer_error"]

_SEVERITIES: Final = ("-report", "-warning", "-error")
# the first that applies is told: what a person sees at once before what follows from it
_TROUBLES: Final[Mapping[str, TroubleCode]] = {
    "cover-open": "cover_open",
    "door-open": "cover_open",
    "interlock-open": "cover_open",
    "media-jam": "paper_jam",
    "media-empty": "paper_out",
    "media-needed": "paper_out",
    "input-tray-missing": "paper_out",
    "toner-empty": "ink_out",
    "marker-supply-empty": "ink_out",
    "developer-empty": "ink_out",
    "offline": "offline",
    "shutdown": "offline",
    "timed-out": "offline",
    "output-area-full": "printer_error",
    "output-tray-missing": "printer_error",
    "marker-waste-full": "printer_error",
    "fuser-over-temp": "printer_error",
    "fuser-under-temp": "printer_error",
    "opc-life-over": "printer_error",
}
_SOON: Final = {
    "media-low": "paper low",
    "toner-low": "ink low",
    "marker-supply-low": "ink low",
    "developer-low": "ink low",
}


def trouble_of(reasons: Iterable[str]) -> TroubleCode | None:
    """Why the printer does not print, or None.

    A keyword that is not known stops printing only if it says so itself (``…-error``).
    """
    reasons = tuple(reasons)
    stems = {_stem(reason) for reason in reasons}
    for stem, trouble in _TROUBLES.items():
        if stem in stems:
            return trouble
    return "printer_error" if any(reason.endswith("-error") for reason in reasons) else None


def soon_of(reasons: Iterable[str]) -> str:
    """What will be used up soon, in words for a log and the doctor; empty: nothing."""
    stems = {_stem(reason) for reason in reasons}
    return ", ".join(dict.fromkeys(words for stem, words in _SOON.items() if stem in stems))


def _stem(reason: str) -> str:
    for severity in _SEVERITIES:
        reason = reason.removesuffix(severity)
    return reason
