"""The kiosk's devices, made from the site settings and kept running."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from anjungan.appliance.agent.beeping import Beeping
from anjungan.appliance.agent.device_making import Listeners, Machine, make_device
from anjungan.appliance.agent.panel import PanelLights
from anjungan.appliance.drivers.backlight.backlight import Backlight
from anjungan.appliance.drivers.buttons.panel import ButtonPanel
from anjungan.appliance.drivers.device import (
    Device,
    DeviceState,
    Fault,
    Missing,
    Ready,
    Starting,
    bug_found,
)
from anjungan.appliance.drivers.printer.printer import EscposPrinter
from anjungan.appliance.drivers.sound.beeps import Beep
from anjungan.appliance.drivers.sound.speaker import Speaker
from anjungan.appliance.session.surroundings import DeviceFacts, PrinterCondition
from anjungan.appliance.settings.devices import (
    ButtonRole,
    DeviceName,
    DeviceSettings,
    PanelSettings,
    PcscSettings,
    Pn532Settings,
    SpeechSettings,
    WedgeSettings,
)
from anjungan.protocol.messages import DeviceHealth

AFTER_A_BUG_S: Final = 10.0

DeclaredDevices = Mapping[DeviceName, DeviceSettings | None]


class Devices:
    """All devices of this kiosk and their states.

    ``on_change`` is told the name of a device whose state changed. The listeners are called on
    the event loop. Tickets come from the first receipt printer that is declared.

    Raises:
        ConfigError: the settings contradict themselves, or name what there is not.
    """

    def __init__(
        self,
        declared: DeclaredDevices,
        listeners: Listeners,
        *,
        on_change: Callable[[str], None],
        machine: Machine,
    ) -> None:
        self._on_change = on_change
        self._machine = machine
        self._states: dict[str, DeviceState] = {}
        self._all: list[Device] = []
        self._ktp_readers: list[Device] = []
        self._panels: list[ButtonPanel] = []
        self._lights: list[PanelLights] = []
        self._backlights: list[Backlight] = []
        self.printer: EscposPrinter | None = None
        self.speaker: Speaker | None = None
        for name, settings in declared.items():
            if settings is not None:
                device = make_device(name, settings, listeners, machine, self._changed)
                self._add(device, settings)
        muted = any(isinstance(each, SpeechSettings) and each.muted for each in declared.values())
        self._beeping = Beeping(self.speaker, self._panels, muted=muted)

    def _add(self, device: Device, settings: DeviceSettings) -> None:
        self._all.append(device)
        match device, settings:
            case EscposPrinter(), _ if self.printer is None:
                self.printer = device
            case Speaker(), _ if self.speaker is None:
                self.speaker = device
            case ButtonPanel(), PanelSettings():
                self._panels.append(device)
                self._lights.append(PanelLights(device, settings))
            case _, Pn532Settings() | PcscSettings() | WedgeSettings():
                self._ktp_readers.append(device)
            case Backlight(), _:
                self._backlights.append(device)
            case _:
                pass

    async def run(self) -> None:
        """Serve all devices for ever; returns only by being cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._machine.hotplug.run(), name="hot-plug")
            for device in self._all:
                group.create_task(self._keep_running(device), name=f"device {device.name}")

    async def _keep_running(self, device: Device) -> None:
        """Every driver supervises its own line; this is for what a driver did not foresee."""
        while True:
            try:
                await device.run()
            except Exception as error:  # noqa: BLE001 - the supervisor: a bug in one driver must not end the others
                self._changed(device.name, bug_found(device.name, error))
            await asyncio.sleep(AFTER_A_BUG_S)

    @property
    def names(self) -> frozenset[str]:
        """The devices there are, by the names that ``on_change`` tells."""
        return frozenset(device.name for device in self._all)

    @property
    def states(self) -> Mapping[str, DeviceState]:
        """The states told so far, by name."""
        return self._states

    def facts(self) -> DeviceFacts:
        """What the session may count on now.

        A reader of 125 kHz tags takes the village's own cards; a KTP (ISO/IEC 14443) it cannot
        read, so nobody is asked to hold one to it.
        """
        return DeviceFacts(
            card_reader=any(self._is_ready(each) for each in self._ktp_readers),
            scanner=self._has_ready("scanner"),
            printer=self._printer_condition(),
            sound=self.speaker is not None and self.speaker.can_be_heard,
            buttons=self._has_ready("buttons"),
        )

    def health(self) -> tuple[DeviceHealth, ...]:
        """Every device's state for the health report."""
        return tuple(
            _health(device, self._states.get(device.name, Starting())) for device in self._all
        )

    def set_lights(self, lights: Mapping[ButtonRole, bool]) -> None:
        """Switch the lights of the buttons; does nothing where there is no panel."""
        for panel in self._lights:
            panel.set(lights)

    def stirred(self) -> None:
        """Somebody is there: a dark screen is lit."""
        for light in self._backlights:
            light.stirred()

    def set_visit(self, *, runs: bool) -> None:
        """A visit began or ended; the screen stays lit through it."""
        for light in self._backlights:
            light.set_visit(runs=runs)

    def beep(self, kind: Beep) -> None:
        """Let something be heard; does nothing where there is nothing to beep with."""
        self._beeping.beep(kind)

    def _changed(self, name: str, state: DeviceState) -> None:
        self._states[name] = state
        self._on_change(name)

    def _has_ready(self, kind: str) -> bool:
        return any(device.kind == kind and self._is_ready(device) for device in self._all)

    def _is_ready(self, device: Device) -> bool:
        return isinstance(self._states.get(device.name), Ready)

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


def _health(device: Device, state: DeviceState) -> DeviceHealth:
    match state:
        case Missing():
            word, code = "missing", ""
        case Starting():
            word, code = "starting", ""
        case Ready(detail=detail):
            word, code = "ready", _code_of_ready(detail)
        case Fault(code=code):
            word = "fault"
    return DeviceHealth(name=device.name, kind=device.kind, state=word, code=code)


def _code_of_ready(detail: str) -> str:
    """What a device that works still wants somebody to know."""
    if "near end" in detail:
        return "near_end"
    return "button_stuck" if "stuck:" in detail else ""
