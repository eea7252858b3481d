"""The kiosk's devices, made from the site settings and kept running."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from anjungan.appliance.drivers.buttons.events import ButtonEvent, ButtonName
from anjungan.appliance.drivers.buttons.gpio_chip import open_pi_factory
from anjungan.appliance.drivers.buttons.panel import ButtonPanel, ButtonPins
from anjungan.appliance.drivers.card_reader.card import CardEvent
from anjungan.appliance.drivers.card_reader.pn532_reader import Pn532Reader
from anjungan.appliance.drivers.device import Device, DeviceState, Fault, Missing, Ready, Starting
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.printer.printer import EscposPrinter
from anjungan.appliance.drivers.printer.profile import PROFILES
from anjungan.appliance.drivers.scanner.line_scanner import LineScanner
from anjungan.appliance.drivers.scanner.scan import ScanEvent
from anjungan.appliance.errors import ConfigError, ConfigProblem
from anjungan.appliance.session.surroundings import DeviceFacts, PrinterCondition
from anjungan.appliance.settings.site import ButtonSettings, DeviceSettings, PrinterSettings
from anjungan.protocol.messages import DeviceHealth

PinFactoryOpener = Callable[[], Any]


class Devices:
    """All devices of this kiosk and their states.

    ``on_change`` is told the name of a device whose state changed. The listeners are called on
    the event loop.
    """

    def __init__(
        self,
        settings: DeviceSettings,
        *,
        on_card: Callable[[CardEvent], None],
        on_scan: Callable[[ScanEvent], None],
        on_button: Callable[[ButtonEvent], None],
        on_late_confirmation: Callable[[str], None],
        on_change: Callable[[str], None],
        pin_factory: PinFactoryOpener = open_pi_factory,
    ) -> None:
        self._on_change = on_change
        self._states: dict[str, DeviceState] = {}
        self._all: list[Device] = []
        self.printer: EscposPrinter | None = None
        self._panel: ButtonPanel | None = None
        if settings.card_reader is not None:
            link = SerialLink(settings.card_reader.path, settings.card_reader.baud)
            self._add(Pn532Reader(link, on_card=on_card, on_state=self._changed))
        if settings.scanner is not None:
            # many USB scanners send nothing while DTR is low
            link = SerialLink(settings.scanner.path, settings.scanner.baud, raise_dtr=True)
            self._add(LineScanner(link, on_scan=on_scan, on_state=self._changed))
        if settings.printer is not None:
            self.printer = self._printer(settings.printer, on_late_confirmation)
            self._add(self.printer)
        if settings.buttons is not None:
            pins = _button_pins(settings.buttons)
            try:
                self._panel = ButtonPanel(
                    pins, pin_factory, on_button=on_button, on_state=self._changed
                )
            except ValueError as error:
                raise ConfigError(
                    ConfigProblem.BUTTON_PIN_TWICE,
                    f"devices.buttons: {error}",
                    pins=_pins_used_twice(pins),
                ) from error
            self._add(self._panel)

    async def run(self) -> None:
        """Serve all devices for ever; returns only by being cancelled."""
        async with asyncio.TaskGroup() as group:
            for device in self._all:
                group.create_task(device.run(), name=f"device {device.name}")

    @property
    def names(self) -> frozenset[str]:
        """The devices there are, by the names that ``on_change`` tells."""
        return frozenset(device.name for device in self._all)

    @property
    def states(self) -> Mapping[str, DeviceState]:
        """The states told so far, by name."""
        return self._states

    def facts(self) -> DeviceFacts:
        """What the session may count on now."""
        return DeviceFacts(
            card_reader=self._is_ready("card_reader"),
            scanner=self._is_ready("scanner"),
            printer=self._printer_condition(),
        )

    def health(self) -> tuple[DeviceHealth, ...]:
        """Every device's state for the health report."""
        return tuple(
            _health(device, self._states.get(device.name, Starting())) for device in self._all
        )

    def set_lights(self, lights: Mapping[ButtonName, bool]) -> None:
        """Switch the lights of the buttons; does nothing where there is no panel."""
        if self._panel is None:
            return
        for name, on in lights.items():
            self._panel.set_light(name, on)

    def _add(self, device: Device) -> None:
        self._all.append(device)

    def _printer(
        self, settings: PrinterSettings, on_late_confirmation: Callable[[str], None]
    ) -> EscposPrinter:
        profile = PROFILES.get(settings.profile)
        if profile is None:
            known = ", ".join(sorted(PROFILES))
            raise ConfigError(
                ConfigProblem.UNKNOWN_PRINTER_PROFILE,
                f"devices.printer.profile: {settings.profile!r} is not one of {known}",
                profile=settings.profile,
                known=known,
            )
        return EscposPrinter(
            SerialLink(settings.path, settings.baud),
            profile.at_baud(settings.baud),
            name="printer",
            on_state=self._changed,
            on_late_confirmation=on_late_confirmation,
        )

    def _changed(self, name: str, state: DeviceState) -> None:
        self._states[name] = state
        self._on_change(name)

    def _is_ready(self, kind: str) -> bool:
        return any(
            device.kind == kind and isinstance(self._states.get(device.name), Ready)
            for device in self._all
        )

    def _printer_condition(self) -> PrinterCondition:
        if self.printer is None:
            return PrinterCondition.NONE
        match self._states.get(self.printer.name):
            case Ready():
                return PrinterCondition.READY
            case Fault(code="paper_out"):
                return PrinterCondition.PAPER_OUT
            case Fault(code="cover_open"):
                return PrinterCondition.COVER_OPEN
            case Fault():
                return PrinterCondition.FAULT
            case _:
                return PrinterCondition.MISSING


def _button_pins(settings: ButtonSettings) -> dict[ButtonName, ButtonPins]:
    pairs: dict[ButtonName, tuple[int | None, int | None]] = {
        "up": (settings.up, settings.up_light),
        "down": (settings.down, settings.down_light),
        "ok": (settings.ok, settings.ok_light),
        "back": (settings.back, settings.back_light),
        "help": (settings.help, settings.help_light),
    }
    return {
        name: ButtonPins(contact=contact, light=light)
        for name, (contact, light) in pairs.items()
        if contact is not None
    }


def _pins_used_twice(pins: Mapping[ButtonName, ButtonPins]) -> str:
    used = Counter(pin for entry in pins.values() for pin in (entry.contact, entry.light))
    return ", ".join(str(pin) for pin, times in used.items() if pin is not None and times > 1)


def _health(device: Device, state: DeviceState) -> DeviceHealth:
    match state:
        case Missing():
            word, code = "missing", ""
        case Starting():
            word, code = "starting", ""
        case Ready(detail=detail):
            word, code = "ready", "near_end" if "near end" in detail else ""
        case Fault(code=code):
            word = "fault"
    return DeviceHealth(name=device.name, kind=device.kind, state=word, code=code)
