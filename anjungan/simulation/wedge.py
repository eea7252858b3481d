"""A keyboard-wedge reader: it types a card's number as evdev records into a pipe at a path."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anjungan.appliance.drivers.card_reader.evdev_node import EVENT
from anjungan.appliance.drivers.card_reader.typed_identifier import TypedAs
from anjungan.simulation.line_place import MemoryPlace, open_simulated_line
from anjungan.simulation.pn532.card import CardSpecError, SimulatedCard, parse_card_spec
from anjungan.simulation.simulated_line import ByteLog, SimulatedLine
from anjungan.simulation.wedge_pipe import WedgePipe

KEY_S: Final = 0.01
_EV_SYN, _EV_KEY, _EV_MSC = 0, 1, 4
_SYN_DROPPED: Final = 3
_MSC_SCAN: Final = 4
_HID_USAGE_PAGE: Final = 0x0007_0000
_MICROSECONDS: Final = 1_000_000
KEY_CODES: Final = {
    **{digit: code for code, digit in zip(range(2, 12), "1234567890", strict=True)},
    "A": 30,
    "B": 48,
    "C": 46,
    "D": 32,
    "E": 18,
    "F": 33,
    "\n": 28,
    "\t": 15,
    "G": 34,
    "-": 12,
}
LEFT_SHIFT: Final = 42


@dataclass(slots=True)
class WedgeFaults:
    """Faults of the reader.  Switches stay; counts end when they reach zero."""

    silent: bool = False
    """Sees cards and types nothing."""
    no_enter: bool = False
    """Types the number and never Enter."""
    noise: bytes = b""
    """Whole records of other events, put before every key."""
    stutter: bool = False
    """Every key repeats itself (value 2), as a key that is held does."""
    cut_typing_after_keys: int | None = None
    """The next number ends after that many keys, and the reader is unplugged; happens once."""


class WedgeSimulator:
    """The simulated reader.

    ``present`` types once, as these readers do, and takes the text form of ``pn532.card``, or
    ``em:`` and ten digits.
    """

    def __init__(
        self,
        place: Path | MemoryPlace,
        *,
        types: TypedAs = "decimal-le",
        byte_log: ByteLog | None = None,
    ) -> None:
        self._line: SimulatedLine = (
            WedgePipe(place, byte_log=byte_log)
            if isinstance(place, Path)
            else open_simulated_line(place, lambda _: None, byte_log)
        )
        self._types: TypedAs = types
        self._random = secrets.SystemRandom()
        self._card: SimulatedCard | bytes | None = None
        self._now_us = 0
        self.faults = WedgeFaults()

    @property
    def line(self) -> SimulatedLine:
        """The node, as a line to the host; its address is the path."""
        return self._line

    def start(self) -> None:
        """Make the node appear."""
        self.plug()

    def stop(self) -> None:
        """Take the node away."""
        self.unplug()

    def plug(self) -> None:
        """Plug the reader in: a new node at the same path; it types what lies on it."""
        if not self._line.is_plugged:
            self._line.plug()
            self._type_card()

    def unplug(self) -> None:
        """Pull the plug."""
        self._line.unplug()

    def power_cycle(self) -> None:
        """Pull the plug and put it back: USB gives a keyboard its power with its node."""
        self.unplug()
        self.plug()

    def present(self, card_spec: str) -> None:
        """Hold a card to the reader, which types its number.

        Raises:
            CardSpecError: the text is not understood.
        """
        self._card = self._parse(card_spec)
        self._type_card()

    def remove(self) -> None:
        """Take the card away; a keyboard has nothing to say of it."""
        self._card = None

    def type_line(self, line: str, *, end: str = "\n") -> None:
        """Type any line of digits and the letters A to G; other signs need shift or a dash."""
        self._press([*line.upper(), *end])

    def inject(self, noise: bytes) -> None:
        """Put bytes into the node that no key made."""
        self._line.inject(noise)

    def record(self, kind: int, code: int, value: int) -> bytes:
        """One evdev record at the reader's present time."""
        seconds, microseconds = divmod(self._now_us, _MICROSECONDS)
        return EVENT.pack(seconds, microseconds, kind, code, value)

    def wait(self, seconds: float) -> None:
        """Let time pass in the records to come."""
        self._now_us += round(seconds * _MICROSECONDS)

    def _parse(self, card_spec: str) -> SimulatedCard | bytes:
        letters, _, digits = card_spec.strip().lower().partition(":")
        if letters != "em":
            return SimulatedCard(parse_card_spec(card_spec), self._random)
        try:
            return bytes.fromhex(digits)
        except ValueError:
            raise CardSpecError("not a hexadecimal number of whole bytes") from None

    def _type_card(self) -> None:
        card = self._card
        if card is None or self.faults.silent:
            return
        if isinstance(card, SimulatedCard):
            card.power_up()
        identifier = card.identifier if isinstance(card, SimulatedCard) else card
        cut, self.faults.cut_typing_after_keys = self.faults.cut_typing_after_keys, None
        self.wait(1.0)
        keys = [*written(identifier, self._types), *("" if self.faults.no_enter else "\n")]
        self._press(keys[:cut])
        if cut is not None:
            self._line.unplug()

    def _press(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.wait(KEY_S)
            stroke = self.faults.noise + self._stroke(KEY_CODES[key])
            pipe = self._line
            if isinstance(pipe, WedgePipe) and pipe.overflowed:  # the kernel tells it so too
                pipe.overflowed = False
                stroke = self.record(_EV_SYN, _SYN_DROPPED, 0) + stroke
            self._line.send(stroke)

    def _stroke(self, code: int) -> bytes:
        scan = self.record(_EV_MSC, _MSC_SCAN, _HID_USAGE_PAGE | code)
        values = (1, 2, 2, 0) if self.faults.stutter else (1, 0)
        report = self.record(_EV_SYN, 0, 0)
        return b"".join(scan + self.record(_EV_KEY, code, value) + report for value in values)


def written(identifier: bytes, types: TypedAs) -> str:
    """What a reader types of an identifier: ten digits of four bytes, seventeen of seven."""
    if types == "hex":
        return identifier.hex().upper()
    number = int.from_bytes(identifier, "big" if types == "decimal-be" else "little")
    return f"{number:0{10 if len(identifier) <= 4 else 17}d}"  # noqa: PLR2004 - single size
