"""The button panel as a supervised device.

Edges come in a thread of the pin library and hop to the event loop; everything else happens there.
Without pins the panel is missing and the kiosk is operated by touch.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from anjungan.appliance.drivers.buttons.debounce import ButtonContact, ButtonTimings
from anjungan.appliance.drivers.buttons.events import ButtonEvent, ButtonName
from anjungan.appliance.drivers.device import (
    DeviceState,
    Missing,
    Pacing,
    Ready,
    StateListener,
    StateReport,
)

log = logging.getLogger(__name__)

PinFactoryOpener = Callable[[], Any]
ButtonListener = Callable[[ButtonEvent], None]


@dataclass(frozen=True, slots=True)
class ButtonPins:
    """BCM numbers of one button: its contact to ground, and its light if it has one."""

    contact: int
    light: int | None = None


class ButtonPanel:
    """Buttons on the pins of ``factory``, which is called to open them (``open_pi_factory``).

    ``on_button`` is called on the event loop.  A listener that raises is logged.
    """

    kind = "buttons"

    def __init__(
        self,
        pins: Mapping[ButtonName, ButtonPins],
        factory: PinFactoryOpener,
        *,
        on_button: ButtonListener,
        on_state: StateListener,
        name: str = "buttons",
        timings: ButtonTimings | None = None,
        pacing: Pacing | None = None,
    ) -> None:
        used = [pin for entry in pins.values() for pin in (entry.contact, entry.light)]
        numbers = [pin for pin in used if pin is not None]
        if len(numbers) != len(set(numbers)):
            raise ValueError("a pin is used twice")
        self._pins = dict(pins)
        self._open_factory = factory
        self._on_button = on_button
        self._name = name
        self._timings = timings or ButtonTimings()
        self._pacing = pacing or Pacing()
        self._report = StateReport(name, on_state)
        self._wanted_lights: dict[ButtonName, bool] = {}
        self._opened: _OpenPanel | None = None

    @property
    def name(self) -> str:
        """The name in the site settings."""
        return self._name

    @property
    def state(self) -> DeviceState:
        """The state told last."""
        return self._report.state

    def set_light(self, name: ButtonName, on: bool) -> None:  # noqa: FBT001 - read as set_light("ok", True)
        """Switch a button's light; remembered while the panel is missing.

        A button without a light is left alone.
        """
        self._wanted_lights[name] = on
        if self._opened is not None:
            self._opened.set_light(name, on=on)

    async def run(self) -> None:
        """Open the pins and serve them for ever; ends only by being cancelled."""
        failures = 0
        while True:
            try:
                # Importing gpiozero and opening the chip takes a while on a slow card.
                opened = await asyncio.to_thread(_OpenPanel, self._pins, self._open_factory)
            except Exception as error:  # noqa: BLE001 - the supervisor: lgpio raises its own type, a kiosk without pins goes on
                failures += 1
                self._report.set(Missing(f"{type(error).__name__}: {error}"))
                await self._pacing.sleep(self._pacing.delay_s(failures))
                continue
            await self._serve(opened)

    async def _serve(self, opened: "_OpenPanel") -> None:
        loop = asyncio.get_running_loop()
        buttons = {
            name: _Button(ButtonContact(name, self._timings), opened, name, loop, self._tell)
            for name in self._pins
        }
        for name, on in self._wanted_lights.items():
            opened.set_light(name, on=on)
        opened.listen(loop, lambda name, closed, at_s: buttons[name].edge(closed=closed, at_s=at_s))
        self._opened = opened
        self._report.set(Ready(f"{len(buttons)} buttons"))
        try:
            await loop.create_future()
        finally:
            self._opened = None
            for button in buttons.values():
                button.stop()
            opened.close()

    def _tell(self, event: ButtonEvent) -> None:
        try:
            self._on_button(event)
        except Exception:
            log.exception("the listener of panel %s failed", self._name)


class _Button:
    """One contact with the timer that its next deadline needs."""

    def __init__(
        self,
        contact: ButtonContact,
        opened: "_OpenPanel",
        name: ButtonName,
        loop: asyncio.AbstractEventLoop,
        tell: ButtonListener,
    ) -> None:
        self._contact = contact
        self._opened = opened
        self._name = name
        self._loop = loop
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None

    def edge(self, *, closed: bool, at_s: float) -> None:
        self._tell_all(self._contact.edge(closed=closed, at_s=at_s))

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        closed = self._opened.is_closed(self._name)
        self._tell_all(self._contact.tick(closed=closed, at_s=self._loop.time()))

    def _tell_all(self, events: tuple[ButtonEvent, ...]) -> None:
        self.stop()
        deadline_s = self._contact.deadline_s
        if deadline_s is not None:
            self._timer = self._loop.call_at(deadline_s, self._tick)
        for event in events:
            self._tell(event)


EdgeListener = Callable[[ButtonName, bool, float], None]


class _OpenPanel:
    """The gpiozero devices of an open panel."""

    def __init__(self, pins: Mapping[ButtonName, ButtonPins], factory: PinFactoryOpener) -> None:
        from gpiozero import (  # noqa: PLC0415 - hardware is touched when the panel opens, never at import
            DigitalInputDevice,
            DigitalOutputDevice,
        )

        self._factory = factory()
        self._contacts: dict[ButtonName, Any] = {}
        self._lights: dict[ButtonName, Any] = {}
        try:
            for name, entry in pins.items():
                self._contacts[name] = DigitalInputDevice(
                    entry.contact, pull_up=True, bounce_time=None, pin_factory=self._factory
                )
                if entry.light is not None:
                    self._lights[name] = DigitalOutputDevice(entry.light, pin_factory=self._factory)
        except BaseException:
            self.close()
            raise

    def listen(self, loop: asyncio.AbstractEventLoop, on_edge: EdgeListener) -> None:
        """Call ``on_edge`` on ``loop`` for every edge, with the loop's time of it."""

        def callback(name: ButtonName, *, closed: bool) -> Callable[[], None]:
            def hop() -> None:
                with suppress(RuntimeError):  # the loop has ended, and with it whoever listened
                    loop.call_soon_threadsafe(on_edge, name, closed, loop.time())

            return hop

        for name, contact in self._contacts.items():
            contact.when_activated = callback(name, closed=True)
            contact.when_deactivated = callback(name, closed=False)

    def is_closed(self, name: ButtonName) -> bool:
        """Whether the contact is closed now."""
        return bool(self._contacts[name].is_active)

    def set_light(self, name: ButtonName, *, on: bool) -> None:
        """Switch the light, if there is one."""
        light = self._lights.get(name)
        if light is not None:
            light.value = on

    def close(self) -> None:
        """Give the pins back."""
        for device in (*self._contacts.values(), *self._lights.values()):
            device.close()
        self._factory.close()
