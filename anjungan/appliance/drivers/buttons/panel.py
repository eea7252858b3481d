"""The button panel as a supervised device.

Everything but opening the pins happens on the event loop.  Without pins the panel is missing and
the kiosk is operated by touch; pins that another program holds are tried again until they are free.
"""

import asyncio
from collections.abc import Callable

from anjungan.appliance.drivers.buttons.buzzer import BuzzPattern
from anjungan.appliance.drivers.buttons.debounce import ButtonTimings
from anjungan.appliance.drivers.buttons.events import ButtonEvent, ContactChanged
from anjungan.appliance.drivers.buttons.open_pins import (
    OpenPins,
    PinFactoryOpener,
    reason_why_not,
)
from anjungan.appliance.drivers.buttons.served import ServedPanel
from anjungan.appliance.drivers.buttons.wiring import ButtonPins, ContactPin, PanelWiring
from anjungan.appliance.drivers.device import (
    Missing,
    Pacing,
    Ready,
    StateListener,
    tell,
)
from anjungan.appliance.drivers.reported_device import ReportedDevice

__all__ = ["ButtonPanel", "ButtonPins", "ContactPin", "PanelWiring"]

ButtonListener = Callable[[ButtonEvent], None]
ContactListener = Callable[[ContactChanged], None]


class ButtonPanel(ReportedDevice):
    """The panel wired as ``wiring``; ``open_factory`` opens its pins (``open_pi_factory``).

    ``on_button`` and ``on_contact`` are called on the event loop.  Every contact is told when the
    panel opens, and then when it changes.  A listener that raises is logged.

    Raises:
        ValueError: a pin is used twice, or a button and a contact bear the same name.
    """

    kind = "buttons"

    def __init__(
        self,
        wiring: PanelWiring,
        open_factory: PinFactoryOpener,
        *,
        on_button: ButtonListener,
        on_contact: ContactListener,
        on_state: StateListener,
        name: str = "panel",
        timings: ButtonTimings | None = None,
        pacing: Pacing | None = None,
    ) -> None:
        super().__init__(name, on_state)
        if wiring.pins_used_twice:
            raise ValueError(f"pins are used twice: {wiring.pins_used_twice}")
        if wiring.buttons.keys() & wiring.contacts.keys():
            raise ValueError("a button and a contact bear the same name")
        self._wiring = wiring
        self._open_factory = open_factory
        self._on_button = on_button
        self._on_contact = on_contact
        self._timings = timings or ButtonTimings()
        self._pacing = pacing or Pacing()
        self._wanted_lights: dict[str, bool] = {}
        self._served: ServedPanel | None = None

    def set_light(self, name: str, on: bool) -> None:  # noqa: FBT001 - read as set_light("ok", True)
        """Switch a button's light; remembered while the panel is missing.

        A button without a light is left alone.
        """
        self._wanted_lights[name] = on
        if self._served is not None:
            self._served.set_light(name, on=on)

    def buzz(self, pattern: BuzzPattern) -> None:
        """Let the buzzer sound, if there is one, and return at once."""
        if self._served is not None:
            self._served.buzz(pattern)

    async def run(self) -> None:
        """Open the pins and serve them for ever; ends only by being cancelled."""
        failures = 0
        while True:
            try:
                pins = await self._open()
            except Exception as error:  # noqa: BLE001 - the supervisor: lgpio raises its own type, a kiosk without pins goes on
                reason = reason_why_not(error)
            else:
                reason = await self._serve(pins)
            failures += 1
            self._report.set(Missing(reason))
            await self._pacing.sleep(self._pacing.delay_s(failures))

    async def _open(self) -> OpenPins:
        # Importing gpiozero and opening the chip takes a while on a slow card.
        opening = asyncio.ensure_future(
            asyncio.to_thread(OpenPins, self._wiring, self._open_factory)
        )
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_unused)
            raise

    async def _serve(self, pins: OpenPins) -> str:
        """Serve until the pins fail; returns why they did."""
        served = ServedPanel(
            self._wiring,
            pins,
            self._timings,
            on_button=lambda event: tell(self._name, self._on_button, event),
            on_contact=lambda event: tell(self._name, self._on_contact, event),
            on_change=self._report_ready,
        )
        try:
            served.start(self._wanted_lights)
            self._served = served
            self._report_ready()
            return await served.failed
        except Exception as error:  # noqa: BLE001 - the pin library raises its own types
            return reason_why_not(error)
        finally:
            self._served = None
            served.stop()
            pins.close()

    def _report_ready(self) -> None:
        served = self._served
        if served is None:
            return
        parts = [f"buttons: {len(self._wiring.buttons)}"]
        if self._wiring.contacts:
            parts.append(f"contacts: {len(self._wiring.contacts)}")
        if served.unsafe_contacts:
            parts.append(f"open: {', '.join(served.unsafe_contacts)}")
        if served.stuck_buttons:
            parts.append(f"stuck: {', '.join(served.stuck_buttons)}")
        self._report.set(Ready("; ".join(parts)))


def _close_unused(opening: "asyncio.Future[OpenPins]") -> None:
    """Give back pins that were opened for nobody."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
