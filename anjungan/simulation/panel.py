"""The button panel without hardware: gpiozero's mock pins, pressed by name."""

import asyncio
from collections.abc import Mapping
from typing import Any

from gpiozero.pins.mock import MockFactory

from anjungan.appliance.drivers.buttons.events import BUTTON_NAMES, ButtonName
from anjungan.appliance.drivers.buttons.panel import ButtonPins

# A wiring that leaves the UART, I2C and SPI pins of the header free.
DEFAULT_PINS: Mapping[ButtonName, ButtonPins] = {
    "up": ButtonPins(contact=5, light=12),
    "down": ButtonPins(contact=6, light=13),
    "ok": ButtonPins(contact=16, light=19),
    "back": ButtonPins(contact=20, light=26),
    "help": ButtonPins(contact=21, light=23),
}


class PanelSimulator:
    """Five buttons and lights on mock pins.  Give :meth:`open_factory` to ``ButtonPanel``."""

    def __init__(self, pins: Mapping[ButtonName, ButtonPins] | None = None) -> None:
        self._pins = dict(pins or DEFAULT_PINS)
        self._factory: Any = MockFactory()
        self._plugged = True

    @property
    def pins(self) -> Mapping[ButtonName, ButtonPins]:
        """The wiring, as ``ButtonPanel`` takes it."""
        return self._pins

    def open_factory(self) -> Any:
        """Hand out the pins, as ``open_pi_factory`` does on a Raspberry Pi.

        Raises:
            OSError: the panel was unplugged.
        """
        if not self._plugged:
            raise OSError("no gpiochip")
        return self._factory

    def unplug(self) -> None:
        """Let the next opening of the pins fail."""
        self._plugged = False

    def plug(self) -> None:
        """Undo :meth:`unplug`."""
        self._plugged = True

    def press(self, name: ButtonName, *, bounces: int = 0) -> None:
        """Close the contact, which opens and closes again ``bounces`` times on the way."""
        pin = self._contact(name)
        for _ in range(bounces):
            pin.drive_low()
            pin.drive_high()
        pin.drive_low()

    def release(self, name: ButtonName, *, bounces: int = 0) -> None:
        """Open the contact, which closes and opens again ``bounces`` times on the way."""
        pin = self._contact(name)
        for _ in range(bounces):
            pin.drive_high()
            pin.drive_low()
        pin.drive_high()

    async def hold(self, name: ButtonName, seconds: float) -> None:
        """Press for ``seconds``, then release."""
        self.press(name)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.release(name)

    def lights(self) -> dict[ButtonName, bool]:
        """Which lights are on."""
        lit: dict[ButtonName, bool] = {}
        for name in BUTTON_NAMES:
            entry = self._pins.get(name)
            if entry is not None and entry.light is not None:
                lit[name] = bool(self._factory.pin(entry.light).state)
        return lit

    def _contact(self, name: ButtonName) -> Any:
        return self._factory.pin(self._pins[name].contact)
