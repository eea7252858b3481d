"""The gpiozero devices of an open panel, and why one does not open.

Edges come in a thread of the pin library and hop to the event loop.  gpiozero's own background
threads (blinking, debouncing, holding) stay unused.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from anjungan.appliance.drivers.buttons.wiring import PanelWiring

PinFactoryOpener = Callable[[], Any]
EdgeListener = Callable[[str, bool, float], None]
"""Told a name, whether the contact is closed after the edge, and the loop's time of it."""

HELD_BY_ANOTHER = "held by another program"


class OpenPins:
    """Opening blocks for a while on a slow card; everything else is quick.

    Raises:
        Exception: whatever gpiozero or lgpio raises, see :func:`reason_why_not`.
    """

    def __init__(self, wiring: PanelWiring, open_factory: PinFactoryOpener) -> None:
        from gpiozero import (  # noqa: PLC0415 - hardware is touched when the panel opens, never at import
            DigitalInputDevice,
            DigitalOutputDevice,
        )

        self._factory = open_factory()
        self._devices: list[Any] = []
        self._inputs: dict[str, Any] = {}
        self._lights: dict[str, Any] = {}
        self._buzzer: Any = None

        def opened(device: Any) -> Any:
            self._devices.append(device)
            return device

        input_pins = {name: entry.contact for name, entry in wiring.buttons.items()}
        input_pins |= {name: entry.pin for name, entry in wiring.contacts.items()}
        factory = self._factory
        try:
            for name, pin in input_pins.items():
                self._inputs[name] = opened(
                    DigitalInputDevice(pin, pull_up=True, bounce_time=None, pin_factory=factory)
                )
            for name, entry in wiring.buttons.items():
                if entry.light is not None:
                    light = DigitalOutputDevice(entry.light, pin_factory=factory)
                    self._lights[name] = opened(light)
            if wiring.buzzer is not None:
                self._buzzer = opened(DigitalOutputDevice(wiring.buzzer, pin_factory=factory))
        except BaseException:
            self.close()
            raise

    def listen(self, loop: asyncio.AbstractEventLoop, on_edge: EdgeListener) -> None:
        """Call ``on_edge`` on ``loop`` for every edge of every contact."""

        def callback(name: str, *, closed: bool) -> Callable[[], None]:
            def hop() -> None:
                with suppress(RuntimeError):  # the loop has ended, and with it whoever listened
                    loop.call_soon_threadsafe(on_edge, name, closed, loop.time())

            return hop

        for name, contact in self._inputs.items():
            contact.when_activated = callback(name, closed=True)
            contact.when_deactivated = callback(name, closed=False)

    def is_closed(self, name: str) -> bool:
        """Whether the contact of that button, or that contact, is closed now."""
        return bool(self._inputs[name].is_active)

    def set_light(self, name: str, *, on: bool) -> None:
        """Switch the light, if there is one."""
        light = self._lights.get(name)
        if light is not None:
            light.value = on

    def set_buzzer(self, *, on: bool) -> None:
        """Switch the buzzer, if there is one."""
        if self._buzzer is not None:
            self._buzzer.value = on

    def close(self) -> None:
        """Give the pins back; the lights go out."""
        for device in self._devices:
            device.close()
        self._factory.close()


def reason_why_not(error: Exception) -> str:
    """Say why the pins do not open, in the words that all drivers use where there are such."""
    text = str(getattr(error, "value", error))  # lgpio.error keeps its message so
    if "GPIO busy" in text or type(error).__name__ == "GPIOPinInUse":
        return HELD_BY_ANOTHER
    if isinstance(error, PermissionError):
        return "Permission denied"
    return f"{type(error).__name__}: {text}"
