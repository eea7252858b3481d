"""An open panel at work: debounced contacts on one timer, lights and buzzer."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from anjungan.appliance.drivers.buttons.buzzer import Buzzer, BuzzPattern
from anjungan.appliance.drivers.buttons.debounce import ButtonContact, ButtonTimings
from anjungan.appliance.drivers.buttons.events import ButtonEvent, ContactChanged
from anjungan.appliance.drivers.buttons.open_pins import OpenPins, reason_why_not
from anjungan.appliance.drivers.buttons.steady import SteadyContact
from anjungan.appliance.drivers.buttons.wiring import PanelWiring

REREAD_S: Final = 1.0
"""How often all contacts are read though no edge came, in case the kernel lost some."""


class ServedPanel:
    """Serves ``pins`` on the running loop from :meth:`start` to :meth:`stop`.

    ``on_change`` is called when :attr:`unsafe_contacts` or :attr:`stuck_buttons` changed.
    :attr:`failed` ends with a reason when the pins no longer obey.
    """

    def __init__(
        self,
        wiring: PanelWiring,
        pins: OpenPins,
        timings: ButtonTimings,
        *,
        on_button: Callable[[ButtonEvent], None],
        on_contact: Callable[[ContactChanged], None],
        on_change: Callable[[], None],
    ) -> None:
        self._wiring = wiring
        self._pins = pins
        self._timings = timings
        self._on_button = on_button
        self._on_contact = on_contact
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._buttons: dict[str, ButtonContact] = {}
        self._contacts: dict[str, SteadyContact] = {}
        self._buzzer = Buzzer(self._switch_buzzer)
        self._timer: asyncio.TimerHandle | None = None
        self._shown: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.failed: asyncio.Future[str] = self._loop.create_future()

    @property
    def unsafe_contacts(self) -> tuple[str, ...]:
        """The contacts that are not as they should be, in the order of the settings."""
        return tuple(name for name in self._contacts if not self._is_safe(name))

    @property
    def stuck_buttons(self) -> tuple[str, ...]:
        """The buttons that stay down, in the order of the settings."""
        return tuple(name for name, button in self._buttons.items() if button.is_stuck)

    def start(self, lights: Mapping[str, bool]) -> None:
        """Switch the lights, read every contact, tell those of doors, and listen.

        Raises:
            Exception: the pins do not obey.
        """
        for name, on in lights.items():
            self._pins.set_light(name, on=on)
        self._pins.listen(self._loop, self._edge)  # first, so that no edge falls in between
        for name in self._wiring.buttons:
            closed = self._pins.is_closed(name)
            self._buttons[name] = ButtonContact(name, self._timings, closed=closed)
        for name in self._wiring.contacts:
            self._contacts[name] = SteadyContact(closed=self._pins.is_closed(name))
        self._schedule()
        for name in self._contacts:
            self._on_contact(ContactChanged(name, self._is_safe(name)))

    def stop(self) -> None:
        """End the timers and the buzzing; edges that are still on their way are dropped."""
        self._buzzer.stop()
        if self._timer is not None:
            self._timer.cancel()
        if not self.failed.done():
            self.failed.cancel()

    def set_light(self, name: str, *, on: bool) -> None:
        """Switch the light, if there is one."""
        self._obeyed(lambda: self._pins.set_light(name, on=on))

    def buzz(self, pattern: BuzzPattern) -> None:
        """Let the buzzer sound, if there is one."""
        self._buzzer.play(pattern)

    def _edge(self, name: str, closed: bool, at_s: float) -> None:  # noqa: FBT001 - an EdgeListener
        if self.failed.done():
            return
        button = self._buttons.get(name)
        if button is not None:
            self._tell_all(button.edge(closed=closed, at_s=at_s))
        else:
            self._tell_steady(name, self._contacts[name].edge(closed=closed, at_s=at_s))
        self._after()

    def _tick(self) -> None:
        self._obeyed(self._reread)
        self._after()

    def _reread(self) -> None:
        at_s = self._loop.time()
        for name, button in self._buttons.items():
            self._tell_all(button.tick(closed=self._pins.is_closed(name), at_s=at_s))
        for name, contact in self._contacts.items():
            changes = contact.tick(closed=self._pins.is_closed(name), at_s=at_s)
            self._tell_steady(name, changes)

    def _after(self) -> None:
        self._schedule()
        shown = (self.unsafe_contacts, self.stuck_buttons)
        if shown != self._shown:
            self._shown = shown
            self._on_change()

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        deadlines = [
            *(button.deadline_s for button in self._buttons.values()),
            *(contact.deadline_s for contact in self._contacts.values()),
            self._loop.time() + REREAD_S,
        ]
        next_s = min(deadline for deadline in deadlines if deadline is not None)
        self._timer = self._loop.call_at(next_s, self._tick)

    def _tell_all(self, events: tuple[ButtonEvent, ...]) -> None:
        for event in events:
            self._on_button(event)

    def _tell_steady(self, name: str, levels: tuple[bool, ...]) -> None:
        for closed in levels:
            is_safe = closed == self._wiring.contacts[name].closed_is_safe
            self._on_contact(ContactChanged(name, is_safe))

    def _is_safe(self, name: str) -> bool:
        return self._contacts[name].is_closed == self._wiring.contacts[name].closed_is_safe

    def _switch_buzzer(self, on: bool) -> None:  # noqa: FBT001 - a pin's level
        self._obeyed(lambda: self._pins.set_buzzer(on=on))

    def _obeyed(self, act: Callable[[], None]) -> None:
        """Do something with the pins; one that fails ends the service."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the boundary of the pin library, which raises its own types
            if not self.failed.done():
                self.failed.set_result(reason_why_not(error))
