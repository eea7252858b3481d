"""Making the simulated devices that the site settings declare."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from anjungan.appliance.agent.devices import DeclaredDevices
from anjungan.appliance.settings.devices import (
    DeviceSettings,
    LineScannerSettings,
    NetworkPrinterSettings,
    Pn532Settings,
    Rdm6300Settings,
    SerialPrinterSettings,
    UsbPrinterSettings,
)
from anjungan.simulation.hosted_devices import (
    HostedDevice,
    HostedPrinter,
    HostedReader,
    HostedScanner,
)
from anjungan.simulation.line_place import Place, TcpPlace
from anjungan.simulation.pn532.simulator import Pn532Simulator
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.rdm6300 import Rdm6300Simulator
from anjungan.simulation.scanner import ScannerSimulator
from anjungan.simulation.simulated_line import ByteLog, Direction

Passed = Callable[[str, Direction, bytes], None]
"""Told the device's name and the bytes of both directions."""
HostedT = TypeVar("HostedT", bound=HostedDevice)


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
        case SerialPrinterSettings(path=path):
            return _printer(name, "escpos-serial", Path(path), log)
        case UsbPrinterSettings(path=path):
            return _printer(name, "escpos-usb", Path(path), log)
        case NetworkPrinterSettings(host=host, port=port):
            return _printer(name, "escpos-tcp", TcpPlace(port, host), log)
        case _:
            return None


def _printer(name: str, kind: str, place: Place, log: ByteLog) -> HostedPrinter:
    return HostedPrinter(name, kind, PrinterSimulator(place, byte_log=log))
