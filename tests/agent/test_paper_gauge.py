"""How much paper is left, as far as it can be said."""

from pathlib import Path

import pytest

from anjungan.appliance.agent.paper_gauge import PaperGauge, PrinterPaper, roll_length_m
from anjungan.appliance.drivers.device import Fault, Missing, Ready
from anjungan.appliance.drivers.printer.printer import READY, READY_NEAR_END
from anjungan.appliance.settings.devices import (
    LineScannerSettings,
    NetworkPrinterSettings,
    SerialPrinterSettings,
)
from anjungan.protocol.health import DeviceHealth

EMPTY = Fault("paper_out", "")
TEN_METRES_DOTS = 10 * 1000 * 8


def gauge(folder: Path, length_m: float = 20.0) -> PaperGauge:
    return PaperGauge(folder, roll_length_m=length_m)


def filled(folder: Path, length_m: float = 20.0) -> PaperGauge:
    roll = gauge(folder, length_m)
    roll.changed(EMPTY)
    roll.changed(READY)
    return roll


def test_nothing_is_known_before_paper_was_changed_once(tmp_path: Path) -> None:
    roll = gauge(tmp_path)
    roll.changed(READY)
    roll.fed(TEN_METRES_DOTS)
    assert roll.level_percent is None


def test_an_empty_printer_is_empty_and_a_filled_one_full(tmp_path: Path) -> None:
    roll = gauge(tmp_path)
    roll.changed(EMPTY)
    assert roll.level_percent == 0
    roll.changed(Missing("unplugged"))
    assert roll.level_percent == 0
    roll.changed(READY)
    assert roll.level_percent == 100


def test_what_is_printed_is_taken_off_and_kept_over_a_restart(tmp_path: Path) -> None:
    filled(tmp_path).fed(TEN_METRES_DOTS)
    roll = gauge(tmp_path)
    assert roll.level_percent == 50
    roll.fed(3 * TEN_METRES_DOTS)
    assert roll.level_percent == 0


def test_without_a_length_only_empty_is_known(tmp_path: Path) -> None:
    roll = filled(tmp_path, 0.0)
    assert roll.level_percent is None
    roll.changed(EMPTY)
    assert roll.level_percent == 0


def test_the_printers_own_sensor_bounds_the_estimate(tmp_path: Path) -> None:
    roll = filled(tmp_path)
    roll.changed(READY_NEAR_END)
    assert roll.level_percent == 10
    roll.changed(READY)
    assert roll.level_percent == 100


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path: Path, caplog) -> None:
    assert filled(tmp_path / "missing").level_percent == 100
    assert "not kept" in caplog.text


class OnePrinter:
    name = "printer"
    fed_dot_rows = 0


def test_the_report_of_the_ticket_printer_carries_the_level(tmp_path: Path) -> None:
    printer = OnePrinter()
    paper = PrinterPaper(printer, gauge(tmp_path))  # type: ignore[arg-type] - only its name and count
    devices = (
        DeviceHealth(name="scanner", kind="scanner", state="ready"),
        DeviceHealth(name="printer", kind="printer", state="ready"),
    )
    paper.changed("scanner", EMPTY)
    assert paper.marked(devices) == devices
    paper.changed("printer", EMPTY)
    paper.changed("printer", READY)
    printer.fed_dot_rows += TEN_METRES_DOTS // 10
    for _ in range(2):
        scanner, ticket_printer = paper.marked(devices)
        assert (scanner.level_percent, ticket_printer.level_percent) == (None, 95)
    assert PrinterPaper(None, gauge(tmp_path)).marked(devices) == devices


@pytest.mark.parametrize(
    ("declared", "metres"),
    [
        ((), 0.0),
        ((None, LineScannerSettings()), 0.0),
        ((LineScannerSettings(), SerialPrinterSettings(roll_length_m=18.0)), 18.0),
        ((NetworkPrinterSettings(host="printer"), SerialPrinterSettings(roll_length_m=18.0)), 0.0),
    ],
)
def test_the_length_is_that_of_the_printer_tickets_come_from(declared, metres) -> None:
    assert roll_length_m(declared) == metres


def test_ready_has_no_meaning_of_its_own() -> None:
    assert isinstance(READY, Ready)
