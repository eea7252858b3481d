"""From declared devices to drivers: the one place that knows every kind.

A driver's module is imported only where its kind is declared: a kiosk without a PC/SC reader never
loads that library.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, assert_never

from anjungan.appliance.drivers.buttons.events import ButtonEvent
from anjungan.appliance.drivers.buttons.gpio_chip import open_pi_factory
from anjungan.appliance.drivers.card_reader.card import CardEvent
from anjungan.appliance.drivers.device import Device, StateListener
from anjungan.appliance.drivers.link.byte_link import ByteLink
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.printer.profile import PROFILES, PrinterProfile
from anjungan.appliance.drivers.scanner.scan import ScanEvent
from anjungan.appliance.errors import ConfigError
from anjungan.appliance.settings.devices import (
    DeviceSettings,
    LineScannerSettings,
    NetworkPrinterSettings,
    PanelSettings,
    Pn532Settings,
    PrinterSettings,
    SerialPrinterSettings,
    UsbPrinterSettings,
)

PinFactoryOpener = Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Who is told what; all are called on the event loop."""

    on_card: Callable[[CardEvent], None]
    on_scan: Callable[[ScanEvent], None]
    on_button: Callable[[ButtonEvent], None]
    on_late_confirmation: Callable[[str], None]
    on_state: StateListener


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """How the machine itself is reached; a simulation puts its own in their place."""

    open_pins: PinFactoryOpener = open_pi_factory


def make_device(
    name: str, settings: DeviceSettings, listeners: Listeners, hardware: Hardware
) -> Device:
    """Make the driver of one declared device; nothing is opened yet.

    Raises:
        ConfigError: the settings contradict themselves, or name what there is not.
    """
    match settings:
        case Pn532Settings(path=path, baud=baud):
            from anjungan.appliance.drivers.card_reader.pn532_reader import Pn532Reader

            return Pn532Reader(
                SerialLink(path, baud),
                on_card=listeners.on_card,
                on_state=listeners.on_state,
                name=name,
            )
        case LineScannerSettings(path=path, baud=baud):
            from anjungan.appliance.drivers.scanner.line_scanner import LineScanner

            # many USB scanners send nothing while DTR is low
            return LineScanner(
                SerialLink(path, baud, raise_dtr=True),
                on_scan=listeners.on_scan,
                on_state=listeners.on_state,
                name=name,
                idle_gap_s=settings.idle_gap_ms / 1000,
            )
        case SerialPrinterSettings() | UsbPrinterSettings() | NetworkPrinterSettings():
            return _printer(name, settings, listeners)
        case PanelSettings():
            return _panel(name, settings, listeners, hardware)
        case _:
            assert_never(settings)


def _printer(name: str, settings: PrinterSettings, listeners: Listeners) -> Device:
    from anjungan.appliance.drivers.printer.printer import EscposPrinter

    link, profile = _printer_link(settings, _profile(name, settings.profile))
    return EscposPrinter(
        link,
        profile,
        name=name,
        on_state=listeners.on_state,
        on_late_confirmation=listeners.on_late_confirmation,
    )


def _printer_link(
    settings: PrinterSettings, profile: PrinterProfile
) -> tuple[ByteLink, PrinterProfile]:
    match settings:
        case SerialPrinterSettings(path=path, baud=baud):
            return SerialLink(path, baud), profile.at_baud(baud)
        case UsbPrinterSettings(path=path):
            from anjungan.appliance.drivers.usb_printer_link import UsbPrinterLink

            return UsbPrinterLink(path), profile
        case NetworkPrinterSettings(host=host, port=port):
            from anjungan.appliance.drivers.tcp_link import TcpLink

            return TcpLink(host, port), profile
        case _:
            assert_never(settings)
