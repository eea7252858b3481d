"""The panel without hardware: gpiozero's mock pins, moved by name, with every fault of real ones.

Contacts bounce, in real time when asked to; edges can be lost as in the kernel's queue; another
program can hold a pin; the header can be away.  Every opening gets fresh pins, as from lgpio, while
fingers and doors stay as they are.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from gpiozero.pins.mock import MockFactory, MockPin

from anjungan.appliance.drivers.buttons.wiring import ButtonPins, ContactPin, PanelWiring

# A wiring that leaves the UART, I2C and SPI pins of the header free.
FIVE_BUTTONS: Final[Mapping[str, ButtonPins]] = {
    "up": ButtonPins(contact=5, light=12),
    "down": ButtonPins(contact=6, light=16),
    "ok": ButtonPins(contact=13, light=20),
    "back": ButtonPins(contact=19, light=21),
    "help": ButtonPins(contact=26, light=25),
}
DEFAULT_WIRING: Final = PanelWiring(FIVE_BUTTONS, contacts={"door": ContactPin(17)}, buzzer=27)


class BusyPinError(Exception):
    """A pin that another program holds, as lgpio tells it: its message is in ``value``."""

    def __init__(self) -> None:
        super().__init__("GPIO busy")
        self.value = "GPIO busy"


class PanelSimulator:
    """A panel wired as ``wiring``, its doors shut.  Give :meth:`open_factory` to ``ButtonPanel``.

    ``on_change`` is called, in whichever thread it happens, when a button, a contact, a light or
    the buzzer has changed.  All methods may be called from any thread.
    """

    def __init__(
        self, wiring: PanelWiring = DEFAULT_WIRING, *, on_change: Callable[[], None] | None = None
    ) -> None:
        self._wiring = wiring
        self._board = _Board(on_change or _ignore, buzzer=wiring.buzzer)
        self._factory: _Factory | None = None
        for contact in wiring.contacts.values():
            self._board.ground(contact.pin, contact.closed_is_safe)

    @property
    def wiring(self) -> PanelWiring:
        """The wiring, as ``ButtonPanel`` takes it."""
        return self._wiring

    # --- the header -------------------------------------------------------------------------

    def open_factory(self) -> Any:
        """Hand out the pins, as ``open_pi_factory`` does on a Raspberry Pi.

        Raises:
            OSError: the panel was unplugged.
        """
        if not self._board.plugged:
            raise OSError("no gpiochip")
        self._factory = _Factory(self._board)
        return self._factory

    @property
    def plugged(self) -> bool:
        """Whether there are pins."""
        return self._board.plugged

    def unplug(self) -> None:
        """Take the pins away: open ones fail at the next use, and none can be opened."""
        self._board.plugged = False
        self._board.on_change()

    def plug(self) -> None:
        """Undo :meth:`unplug`."""
        self._board.plugged = True
        self._board.on_change()

    def occupy(self, pin: int) -> None:
        """Let another program hold this pin; only the next opening meets it."""
        self._board.occupied.add(pin)

    def vacate(self, pin: int) -> None:
        """Undo :meth:`occupy`."""
        self._board.occupied.discard(pin)

    @contextmanager
    def losing_edges(self) -> Iterator[None]:
        """While this lasts contacts move, but no edge is told of."""
        self._board.loses_edges = True
        try:
            yield
        finally:
            self._board.loses_edges = False

    # --- fingers ----------------------------------------------------------------------------

    def press(self, name: str, *, bounces: int = 0) -> None:
        """Close the button, which opens and closes again ``bounces`` times on the way."""
        self._move(self._wiring.buttons[name].contact, closed=True, bounces=bounces)

    def release(self, name: str, *, bounces: int = 0) -> None:
        """Open the button, which closes and opens again ``bounces`` times on the way."""
        self._move(self._wiring.buttons[name].contact, closed=False, bounces=bounces)

    async def hold(self, name: str, seconds: float) -> None:
        """Press for ``seconds``, then release."""
        self.press(name)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.release(name)

    async def bounce(self, name: str, gaps_s: Sequence[float]) -> None:
        """Move the button over now and again after every gap, as a worn contact does."""
        pin = self._wiring.buttons[name].contact
        self._board.ground(pin, not self._board.is_grounded(pin))
        for gap_s in gaps_s:
            await asyncio.sleep(gap_s)
            self._board.ground(pin, not self._board.is_grounded(pin))

    def pressed(self) -> Mapping[str, bool]:
        """Which buttons are down."""
        return {
            name: self._board.is_grounded(entry.contact)
            for name, entry in self._wiring.buttons.items()
        }

    # --- doors ------------------------------------------------------------------------------

    def open_door(self, name: str, *, bounces: int = 0) -> None:
        """Bring a contact out of its safe state."""
        contact = self._wiring.contacts[name]
        self._move(contact.pin, closed=not contact.closed_is_safe, bounces=bounces)

    def shut_door(self, name: str, *, bounces: int = 0) -> None:
        """Bring a contact back into its safe state."""
        contact = self._wiring.contacts[name]
        self._move(contact.pin, closed=contact.closed_is_safe, bounces=bounces)

    def contacts(self) -> Mapping[str, bool]:
        """Which contacts are closed."""
        return {
            name: self._board.is_grounded(entry.pin)
            for name, entry in self._wiring.contacts.items()
        }

    # --- what the kiosk does ----------------------------------------------------------------

    def lights(self) -> dict[str, bool]:
        """Which lights are on, of the buttons that have one."""
        return {
            name: self._is_high(entry.light)
            for name, entry in self._wiring.buttons.items()
            if entry.light is not None
        }

    @property
    def is_buzzing(self) -> bool:
        """Whether the buzzer sounds now."""
        return self._wiring.buzzer is not None and self._is_high(self._wiring.buzzer)

    @property
    def buzzes_s(self) -> tuple[float, ...]:
        """How long every tone of the buzzer lasted, oldest first; one that sounds is not in it."""
        return tuple(self._board.buzzes_s)

    def _is_high(self, pin: int) -> bool:
        return self._factory is not None and self._factory.is_driven_high(pin)

    def _move(self, pin: int, *, closed: bool, bounces: int) -> None:
        for _ in range(bounces):
            self._board.ground(pin, closed)
            self._board.ground(pin, not closed)
        self._board.ground(pin, closed)


class _Board:
    """What is true of the wires whether or not a program has opened the pins."""

    def __init__(self, on_change: Callable[[], None], *, buzzer: int | None) -> None:
        self.on_change = on_change
        self.plugged = True
        self.loses_edges = False
        self.occupied: set[int] = set()
        self.open_pins: dict[int, _Pin] = {}
        self.buzzes_s: list[float] = []
        self._buzzer = buzzer
        self._buzzing_since_s: float | None = None
        self._grounded: set[int] = set()

    def is_grounded(self, pin: int) -> bool:
        return pin in self._grounded

    def ground(self, pin: int, closed: bool) -> None:  # noqa: FBT001 - the contact's level
        if closed:
            self._grounded.add(pin)
        else:
            self._grounded.discard(pin)
        opened = self.open_pins.get(pin)
        if opened is not None:
            opened.drive_high()  # or low, when grounded
        self.on_change()

    def output_moved(self, pin: int, *, high: bool) -> None:
        if pin == self._buzzer:
            now_s = time.monotonic()
            if high:
                self._buzzing_since_s = now_s
            elif self._buzzing_since_s is not None:
                self.buzzes_s.append(now_s - self._buzzing_since_s)
                self._buzzing_since_s = None
        self.on_change()


class _Pin(MockPin):  # type: ignore[misc] # gpiozero has no types
    """A mock pin whose pull-up loses against a contact to ground."""

    @property
    def _board(self) -> _Board:
        board: _Board = self.factory.board
        return board

    @property
    def bcm(self) -> int:
        return int(str(self.info.name).removeprefix("GPIO"))

    @property
    def is_driven_high(self) -> bool:
        return self._function == "output" and bool(self._state)

    def drive_high(self) -> None:
        if self._board.is_grounded(self.bcm):
            self.drive_low()
        else:
            super().drive_high()

    def close(self) -> None:
        super().close()
        self._board.open_pins.pop(self.bcm, None)

    def _get_state(self) -> bool:
        if not self._board.plugged:
            raise OSError("no gpiochip")
        return bool(super()._get_state())

    def _set_state(self, value: float) -> None:
        if not self._board.plugged:
            raise OSError("no gpiochip")
        before = self._state
        super()._set_state(value)
        if self._state != before:
            self._board.output_moved(self.bcm, high=self._state)

    def _call_when_changed(self) -> None:
        if not self._board.loses_edges:
            super()._call_when_changed()


class _Factory(MockFactory):  # type: ignore[misc] # gpiozero has no types
    """One opening of the board's pins."""

    def __init__(self, board: _Board) -> None:
        super().__init__(pin_class=_Pin)
        self.board = board

    def pin(self, name: Any) -> Any:
        for _header, info in self.board_info.find_pin(name):
            if info not in self.pins and _bcm(info.name) in self.board.occupied:
                raise BusyPinError
        pin = super().pin(name)
        self.board.open_pins[pin.bcm] = pin
        return pin

    def is_driven_high(self, bcm: int) -> bool:
        pin = self.board.open_pins.get(bcm)
        return pin is not None and pin.factory is self and pin.is_driven_high


def _bcm(name: str) -> int:
    return int(name.removeprefix("GPIO"))


def _ignore() -> None:
    """Nobody watches."""
