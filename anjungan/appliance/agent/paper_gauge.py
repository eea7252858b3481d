"""How much paper is left, estimated: what was printed since the roll was changed.

No receipt printer can measure it. The roll's length stands in the settings; the printer tells when
it was empty and is no more. Until it was seen to be filled once, nothing is known, and then only
what went out through us counts: paper that somebody pulled out makes the estimate too high.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from anjungan.appliance.drivers.device import DeviceState, Fault, Ready
from anjungan.appliance.drivers.printer.printer import EscposPrinter
from anjungan.appliance.file_replacing import replace_file
from anjungan.appliance.settings.devices import (
    DeviceSettings,
    NetworkPrinterSettings,
    SerialPrinterSettings,
    UsbPrinterSettings,
)
from anjungan.protocol.health import DeviceHealth

log = logging.getLogger(__name__)

FILE_NAME: Final = "paper.json"
DOTS_PER_MM: Final = 8
"""203 dpi, as all of our profiles."""
_MM_PER_M: Final = 1000
_FULL_PERCENT: Final = 100
_NEAR_END_PERCENT: Final = 10
"""Where the printer's own sensor says that the roll ends, the estimate is not above this."""
_EMPTY_CODE: Final = "paper_out"


class _Roll(msgspec.Struct, frozen=True):
    """Millimetres printed on it; None while its beginning was not seen."""

    used_mm: float | None = None
    was_empty: bool = False


class PaperGauge:
    """The roll in one printer. ``roll_length_m`` of 0 is unknown."""

    def __init__(self, data_dir: Path, *, roll_length_m: float) -> None:
        self._path = data_dir / FILE_NAME
        self._length_mm = roll_length_m * _MM_PER_M
        self._near_end = False
        try:
            self._roll = msgspec.json.decode(self._path.read_bytes(), type=_Roll)
        except (OSError, msgspec.DecodeError):
            self._roll = _Roll()

    def fed(self, dot_rows: int) -> None:
        """The printer has been sent so much; what it did not print of it is not known."""
        if self._roll.used_mm is not None and dot_rows > 0:
            self._keep(_Roll(self._roll.used_mm + dot_rows / DOTS_PER_MM))

    def changed(self, state: DeviceState) -> None:
        """The printer's state has changed."""
        match state:
            case Fault(code=code) if code == _EMPTY_CODE:
                self._near_end = False
                self._keep(_Roll(self._roll.used_mm, was_empty=True))
            case Ready(detail=detail):
                self._near_end = "near end" in detail
                if self._roll.was_empty:
                    self._keep(_Roll(0.0))
            case _:
                pass

    @property
    def level_percent(self) -> int | None:
        """What is left, 0 to 100; None where it cannot be said."""
        if self._roll.was_empty:
            return 0
        used_mm = self._roll.used_mm
        if self._length_mm <= 0 or used_mm is None:
            return None
        left = round(_FULL_PERCENT * (1 - used_mm / self._length_mm))
        return max(0, min(_NEAR_END_PERCENT if self._near_end else _FULL_PERCENT, left))

    def _keep(self, roll: _Roll) -> None:
        if roll == self._roll:
            return
        self._roll = roll
        try:
            replace_file(self._path, msgspec.json.encode(roll))
        except OSError as error:
            log.warning("the paper's length was not kept: %s", error.strerror)


class PrinterPaper:
    """The ticket printer and the roll in it; without a printer it says nothing."""

    def __init__(self, printer: EscposPrinter | None, gauge: PaperGauge) -> None:
        self._printer = printer
        self._gauge = gauge
        self._seen_dot_rows = 0

    def changed(self, name: str, state: DeviceState | None) -> None:
        """A device has another state."""
        if self._printer is not None and name == self._printer.name and state is not None:
            self._gauge.changed(state)

    def marked(self, devices: tuple[DeviceHealth, ...]) -> tuple[DeviceHealth, ...]:
        """The devices, with what is left in the ticket printer."""
        printer = self._printer
        if printer is None:
            return devices
        self._gauge.fed(printer.fed_dot_rows - self._seen_dot_rows)
        self._seen_dot_rows = printer.fed_dot_rows
        level = self._gauge.level_percent
        return tuple(
            msgspec.structs.replace(each, level_percent=level)
            if each.name == printer.name
            else each
            for each in devices
        )


def roll_length_m(declared: Iterable[DeviceSettings | None]) -> float:
    """The roll of the first receipt printer that is declared; 0 where none says it."""
    for settings in declared:
        match settings:
            case SerialPrinterSettings() | UsbPrinterSettings() | NetworkPrinterSettings():
                return settings.roll_length_m
            case _:
                pass
    return 0.0
