"""From declared devices to drivers: the one place that knows every kind.

A driver's module is imported only where its kind is declared: a kiosk without a PC/SC reader never
loads that library.
"""

# ruff: noqa: PLC0415 - see above

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any, Final, assert_never

from anjungan.appliance.drivers.backlight.backlight import Backlight, machine_time
from anjungan.appliance.drivers.buttons.events import ButtonEvent, ContactChanged
from anjungan.appliance.drivers.buttons.gpio_chip import open_pi_factory
from anjungan.appliance.drivers.card_reader.card import CardEvent
from anjungan.appliance.drivers.device import Device, StateListener
from anjungan.appliance.drivers.hotplug.watch import HotplugWatch
from anjungan.appliance.drivers.link.byte_link import ByteLink
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.printer.bitmap import Bitmap
from anjungan.appliance.drivers.program import RunCommand, run_command
from anjungan.appliance.drivers.scanner.scan import ScanEvent
from anjungan.appliance.drivers.sound.cards import Cards, sound_cards
from anjungan.appliance.errors import ConfigError, ConfigProblem
from anjungan.appliance.settings.devices import (
    BacklightSettings,
    ButtonRole,
    CardReaderSettings,
    CupsSettings,
    DeviceSettings,
    LineScannerSettings,
    NetworkPrinterSettings,
    PanelSettings,
    PcscSettings,
    Pn532Settings,
    PrinterSettings,
    Rdm6300Settings,
    SerialPrinterSettings,
    SpeechSettings,
    UsbPrinterSettings,
    WedgeSettings,
)

log = logging.getLogger(__name__)

_MS_PER_S: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Who is told what; all are called on the event loop."""

    on_card: Callable[[CardEvent], None]
    on_scan: Callable[[ScanEvent], None]
    on_button: Callable[[ButtonRole, ButtonEvent], None]
    on_contact: Callable[[ContactChanged], None]
    on_late_confirmation: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """How the machine itself is reached; a simulation puts its own in their place."""

    open_pins: Callable[[], Any] = open_pi_factory
    backlights_dir: Path = Path("/sys/class/backlight")
    local_time: Callable[[], time | None] = machine_time
    """The time of day; None while it is not to be trusted."""
    hotplug: HotplugWatch = field(default_factory=HotplugWatch)
    run_sound_program: RunCommand = run_command
    sound_cards: Cards = sound_cards


def make_device(
    name: str,
    settings: DeviceSettings,
    listeners: Listeners,
    machine: Machine,
    on_state: StateListener,
) -> Device:
    """Make the driver of one declared device; nothing is opened yet.

    Raises:
        ConfigError: the settings contradict themselves, or name what there is not.
    """
    match settings:
        case Pn532Settings() | Rdm6300Settings() | WedgeSettings() | PcscSettings():
            return _card_reader(name, settings, listeners, machine, on_state)
        case LineScannerSettings(path=path, baud=baud):
            from anjungan.appliance.drivers.scanner.line_scanner import LineScanner

            # many USB scanners send nothing while DTR is low
            return LineScanner(
                SerialLink(path, baud, raise_dtr=True),
                on_scan=listeners.on_scan,
                on_state=on_state,
                name=name,
                idle_gap_s=settings.idle_gap_ms / _MS_PER_S,
                pacing=machine.hotplug.pacing(path),
            )
        case SerialPrinterSettings() | UsbPrinterSettings() | NetworkPrinterSettings():
            return _printer(name, settings, listeners, machine, on_state)
        case CupsSettings(queue=queue):
            from anjungan.appliance.drivers.document_printer.cups_printer import CupsPrinter

            return CupsPrinter(queue, name=name, on_state=on_state)
        case PanelSettings():
            from anjungan.appliance.agent.panel import make_panel

            return make_panel(
                name,
                settings,
                machine.open_pins,
                on_button=listeners.on_button,
                on_contact=listeners.on_contact,
                on_state=on_state,
            )
        case SpeechSettings():
            from anjungan.appliance.drivers.sound.speaker import Speaker

            return Speaker(
                output=settings.output,
                volume_percent=settings.volume_percent,
                muted=settings.muted,
                words_per_minute=settings.words_per_minute,
                name=name,
                on_state=on_state,
                run_command=machine.run_sound_program,
                cards=machine.sound_cards,
            )
        case BacklightSettings():
            return Backlight(
                machine.backlights_dir,
                settings.name,
                off_from=settings.off_from,
                off_until=settings.off_until,
                relight_s=settings.relight_s,
                local_time=machine.local_time,
                name=name,
                on_state=on_state,
            )
        case _:
            assert_never(settings)


def _card_reader(
    name: str,
    settings: CardReaderSettings,
    listeners: Listeners,
    machine: Machine,
    on_state: StateListener,
) -> Device:
    on_card, pacing = listeners.on_card, machine.hotplug.pacing
    match settings:
        case Pn532Settings(path=path, baud=baud):
            from anjungan.appliance.drivers.card_reader.pn532_reader import Pn532Reader

            return Pn532Reader(
                SerialLink(path, baud),
                on_card=on_card,
                on_state=on_state,
                name=name,
                pacing=pacing(path),
            )
        case Rdm6300Settings(path=path, baud=baud):
            from anjungan.appliance.drivers.card_reader.rdm6300_reader import Rdm6300Reader

            return Rdm6300Reader(
                SerialLink(path, baud),
                on_card=on_card,
                on_state=on_state,
                name=name,
                pacing=pacing(path),
            )
        case WedgeSettings(path=path, types=types):
            from anjungan.appliance.drivers.card_reader.wedge_reader import WedgeReader

            return WedgeReader(
                path,
                types=types,
                on_card=on_card,
                on_state=on_state,
                name=name,
                pacing=pacing(path),
            )
        case PcscSettings(reader=reader):
            from anjungan.appliance.drivers.card_reader.pcsc_library import open_pcsclite
            from anjungan.appliance.drivers.card_reader.pcsc_reader import PcscReader

            return PcscReader(reader, open_pcsclite, on_card=on_card, on_state=on_state, name=name)
        case _:
            assert_never(settings)


def _printer(
    name: str,
    settings: PrinterSettings,
    listeners: Listeners,
    machine: Machine,
    on_state: StateListener,
) -> Device:
    from anjungan.appliance.drivers.printer.printer import EscposPrinter
    from anjungan.appliance.drivers.printer.profile import PROFILES

    profile = PROFILES.get(settings.profile)
    if profile is None:
        known = ", ".join(sorted(PROFILES))
        raise ConfigError(
            ConfigProblem.UNKNOWN_PRINTER_PROFILE,
            f"devices.{name}.profile: {settings.profile!r} is not one of {known}",
            device=name,
            profile=settings.profile,
            known=known,
        )
    if isinstance(settings, SerialPrinterSettings):
        profile = profile.at_baud(settings.baud)
    path = "" if isinstance(settings, NetworkPrinterSettings) else settings.path
    return EscposPrinter(
        _printer_link(settings),
        profile,
        name=name,
        on_state=on_state,
        on_late_confirmation=listeners.on_late_confirmation,
        pacing=machine.hotplug.pacing(path) if path else None,
        logo=_logo(settings.logo_file),
    )


def _logo(file: str) -> Bitmap | None:
    """The logo, if there is a usable one: a ticket without it is better than no kiosk."""
    if not file:
        return None
    from anjungan.appliance.drivers.printer.logo import LogoError, read_logo

    try:
        return read_logo(Path(file))
    except LogoError as error:
        log.warning("tickets are printed without the logo: %s: %s", error.problem, error)
        return None


def _printer_link(settings: PrinterSettings) -> ByteLink:
    match settings:
        case SerialPrinterSettings(path=path, baud=baud):
            return SerialLink(path, baud)
        case UsbPrinterSettings(path=path):
            from anjungan.appliance.drivers.link.usb_printer_link import UsbPrinterLink

            return UsbPrinterLink(path)
        case NetworkPrinterSettings(host=host, port=port):
            from anjungan.appliance.drivers.link.tcp_link import TcpLink

            return TcpLink(host, port)
        case _:
            assert_never(settings)
