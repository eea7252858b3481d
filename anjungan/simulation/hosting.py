"""Making the simulated devices that the site settings declare."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from anjungan.appliance.agent.devices import DeclaredDevices
from anjungan.appliance.drivers.printer.profile import PROFILES, PrinterProfile
from anjungan.appliance.settings.devices import (
    DeviceSettings,
    LineScannerSettings,
    NetworkPrinterSettings,
    Pn532Settings,
    Rdm6300Settings,
    SerialPrinterSettings,
    UsbPrinterSettings,
    WedgeSettings,
)
from anjungan.simulation.hosted_devices import (
    HostedDevice,
    HostedPrinter,
    HostedReader,
    HostedScanner,
)
from anjungan.simulation.line_place import Place, TcpPlace
from anjungan.simulation.pn532.simulator import Pn532Simulator
from anjungan.simulation.printer.model import CLONE_58, EPSON_58, PrinterModel
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.rdm6300 import Rdm6300Simulator
from anjungan.simulation.scanner import ScannerSimulator
from anjungan.simulation.simulated_line import ByteLog, Direction
from anjungan.simulation.wedge import WedgeSimulator

Passed = Callable[[str, Direction, bytes], None]
"""Told the device's name and the bytes of both directions."""
HostedT = TypeVar("HostedT", bound=HostedDevice)
_EV_MSC: Final = 4
_MSC_SCAN: Final = 4
_NO_CODE_PAGE: Final = "ascii"


def host_devices(declared: DeclaredDevices, passed: Passed) -> dict[str, HostedDevice]:
    """A simulator at the place of each declared device, by name, in the order declared.

    Devices that do not stand on a line (panel, sound, light, CUPS, PC/SC) are none of ours.
    """
    hosted: dict[str, HostedDevice] = {}
    for name, settings in declared.items():
        device = None if settings is None else _host(name, settings, passed)
        if device is not None:
            hosted[name] = device
    return hosted


def first(devices: Mapping[str, HostedDevice], kind: type[HostedT]) -> HostedT | None:
    """The first device of that kind; None where there is none."""
    return next((each for each in devices.values() if isinstance(each, kind)), None)


def _host(name: str, settings: DeviceSettings, passed: Passed) -> HostedDevice | None:
    def log(direction: Direction, data: bytes) -> None:
        passed(name, direction, data)

    match settings:
        case Pn532Settings(path=path):
            return HostedReader(name, "pn532", Pn532Simulator(Path(path), byte_log=log))
        case Rdm6300Settings(path=path):
            return HostedReader(name, "rdm6300", Rdm6300Simulator(Path(path), byte_log=log))
        case LineScannerSettings(path=path):
            return HostedScanner(name, "line-scanner", ScannerSimulator(Path(path), byte_log=log))
        case WedgeSettings(path=path, types=types):
            wedge = WedgeSimulator(Path(path), types=types, byte_log=log)
            # half a record would never be one again; a real node has only whole ones
            noise = wedge.record(_EV_MSC, _MSC_SCAN, 0)
            return HostedReader(name, "wedge", wedge, noise=noise)
        case SerialPrinterSettings(path=path, profile=profile):
            return _printer(name, "escpos-serial", Path(path), profile, log)
        case UsbPrinterSettings(path=path, profile=profile):
            return _printer(name, "escpos-usb", Path(path), profile, log)
        case NetworkPrinterSettings(host=host, port=port, profile=profile):
            return _printer(name, "escpos-tcp", TcpPlace(port, host), profile, log)
        case _:
            return None


def _printer(name: str, kind: str, place: Place, profile: str, log: ByteLog) -> HostedPrinter:
    model = model_of(PROFILES[profile]) if profile in PROFILES else EPSON_58
    return HostedPrinter(name, kind, PrinterSimulator(place, model, byte_log=log))


def model_of(profile: PrinterProfile) -> PrinterModel:
    """A simulated printer that can do what the profile says, and no more."""
    base = EPSON_58 if profile.process_id else CLONE_58
    return replace(
        base,
        width_dots=profile.dots,
        questions=base.questions if profile.status == "realtime" else (),
        queued_status=profile.queued_status or profile.status == "queued",
        automatic_status=base.automatic_status or profile.status == "automatic",
        native_qr=profile.native_qr,
        cutter=profile.cutter,
        clear_command=profile.clearing == "dle_dc4",
        code_pages=profile.code_page != _NO_CODE_PAGE,
    )
