"""From what a device told to what a technician can do, family by family."""

from collections.abc import Mapping
from typing import Final

from anjungan.appliance.settings.devices import Family

_EVERYWHERE: Final = "other"

_FAULTS: Final[Mapping[str, str]] = {
    "not_answering": "not_answering",
    "wrong_device": "wrong_device",
    "not_taking_bytes": "silent",
    "silent": "silent",
    "paper_out": "paper_out",
    "paper_jam": "paper_jam",
    "cover_open": "cover_open",
    "cutter_jam": "cutter_jam",
    "head_hot": "head_hot",
    "feeding": "feeding",
    "offline": "offline",
    "stuck": "stuck",
    "broken": "broken",
    "ink_out": "ink_out",
    "printer_error": "printer_error",
    "queue_stopped": "queue_stopped",
    "queue_refuses": "queue_refuses",
    "cups_not_answering": "cups_not_running",
    "not_playing": "no_sound_card",
    "no_voice": "no_espeak",
}

_REASONS: Final[Mapping[str, str]] = {
    "absent": "absent",
    "held by another program": "held",
    "Permission denied": "forbidden",
    "pcscd is not running": "pcscd",
    "pcscd does not answer": "pcscd",
    "libpcsclite is not installed": "no_pcsclite",
    "CUPS is not installed": "no_cups",
    "CUPS does not run": "cups_not_running",
    "no such queue": "no_queue",
    "no sound card": "no_sound_card",
    "espeak-ng is not installed": "no_espeak",
    "aplay is not installed": "no_aplay",
}


REASONS: Final[Mapping[str, str]] = {
    "held by another program": "held",
    "Permission denied": "forbidden",
    "hung up": "hung_up",
    "lost while printing": "hung_up",
    "connection refused": "refused",
    "no answer to the connection": "no_answer",
    "the name is not known": "no_name",
    "no sign of the device": "vanished",
    "pcscd is not running": "pcscd",
    "pcscd does not answer": "pcscd_silent",
    "libpcsclite is not installed": "no_pcsclite",
    "CUPS is not installed": "no_cups",
    "CUPS does not run": "cups_stopped",
    "no such queue": "no_queue",
    "no sound card": "no_sound_card",
    "espeak-ng is not installed": "no_espeak",
    "aplay is not installed": "no_aplay",
}
"""The drivers' reasons that have a sentence; another one is told as it is."""


def fix_of_fault(code: str) -> str:
    """The key under ``device_fix``."""
    return _FAULTS.get(code, _EVERYWHERE)


def fix_of_reason(family: Family, kind: str, reason: str) -> str:
    """The key under ``device_fix`` for a device that is missing because of ``reason``."""
    match family, kind, reason:
        case "backlight", _, "absent":
            return "no_backlight"
        case "backlight", _, _ if reason.startswith("more than one"):
            return "which_backlight"
        case _, "pcsc", "absent":
            return "no_reader"
        case _, "pcsc" | "wedge" | "gpio-panel" | "espeak" | "backlight", "Permission denied":
            return f"forbidden_{kind.replace('-', '_')}"
        case "buttons", _, "held by another program":
            return "pins_held"
        case "buttons", _, _ if reason not in _REASONS:
            return "no_header"
        case _, "escpos-tcp", _ if reason not in _REASONS:
            return "unreachable"
        case _:
            return _REASONS.get(reason, "missing")


FAULTS: Final = frozenset(_FAULTS)
FIXES: Final = frozenset({
    *_FAULTS.values(), *_REASONS.values(), _EVERYWHERE, "no_backlight",
    "which_backlight", "no_reader", "pins_held", "no_header", "unreachable", "missing",
    "forbidden_pcsc", "forbidden_wedge", "forbidden_gpio_panel", "forbidden_espeak",
    "forbidden_backlight",
})  # fmt: skip
