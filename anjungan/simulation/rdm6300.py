"""An RDM6300 with its tags: it sends the number of the tag on it, again and again.

A tag is described in one line of text: ``em:0100863f4e`` has that number (five bytes).  Options
follow, each after a comma:

- ``once``: the reader tells it once a tap, as an ID-12 does;
- ``pulled=2``: leaves by itself after that many frames.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from anjungan.appliance.drivers.card_reader.em4100_frame import IDENTIFIER_BYTES, encode_frame
from anjungan.simulation.line_place import Place, open_simulated_line
from anjungan.simulation.pn532.card import CardSpecError
from anjungan.simulation.simulated_line import ByteLog, SimulatedLine

REPEAT_S: Final = 0.065
"""How often the reader sends while a tag is on it: a frame of the tag takes 33 ms, two are read."""


@dataclass(frozen=True, slots=True)
class TagSpec:
    """What a tag is; see the module for its text form."""

    identifier: bytes
    frames: int | None = None


def parse_tag_spec(text: str) -> TagSpec:
    """Read the text form of a tag.

    Raises:
        CardSpecError: with a sentence that says what is wrong.
    """
    head, *options = text.strip().lower().split(",")
    letters, _, digits = head.partition(":")
    if letters != "em":
        raise CardSpecError("a 125 kHz tag begins with em:")
    try:
        identifier = bytes.fromhex(digits)
    except ValueError:
        raise CardSpecError("not a hexadecimal number of whole bytes") from None
    if len(identifier) != IDENTIFIER_BYTES:
        raise CardSpecError(f"the identifier must have {IDENTIFIER_BYTES} bytes")
    frames = None
    for option in options:
        match option.strip().partition("="):
            case ("once", "", ""):
                frames = 1
            case ("pulled", "=", value) if value.isdecimal() and int(value) > 0:
                frames = int(value)
            case _:
                raise CardSpecError(f"unknown option of this tag: {option.strip()!r}")
    return TagSpec(identifier, frames)


@dataclass(slots=True)
class Rdm6300Faults:
    """Faults of the reader or its line.  Switches stay; counts end when they reach zero."""

    silent: bool = False
    """Sees tags and sends nothing, as with a broken TX wire."""
    noise: bytes = b""
    """Put on the line before every frame."""
    corrupt_frames: int = 0
    """The next frames have one bit flipped in the middle."""
    cut_frame_at_bytes: int | None = None
    """The next frame ends after that many bytes, and the reader is unplugged; happens once."""


@dataclass(slots=True)
class _Lying:
    spec: TagSpec
    sent_frames: int = 0


class Rdm6300Simulator:
    """The simulated reader.  ``start`` and all that follows need a running event loop.

    Two tags on it are told in turn; a real reader mostly sends nothing then.
    """

    def __init__(
        self,
        place: Place,
        *,
        byte_log: ByteLog | None = None,
        repeat_s: float = REPEAT_S,
        cr_lf: bool = False,
    ) -> None:
        # The driver sends nothing; what another program writes is dropped, as the reader drops it.
        self._line = open_simulated_line(place, lambda _: None, byte_log)
        self._repeat_s = repeat_s
        self._cr_lf = cr_lf
        self._tags: list[_Lying] = []
        self._timer: asyncio.TimerHandle | None = None
        self.faults = Rdm6300Faults()

    @property
    def line(self) -> SimulatedLine:
        """The line to the host."""
        return self._line

    def start(self) -> None:
        """Power the reader and make its line appear."""
        self.plug()

    def stop(self) -> None:
        """Take the line away."""
        self.unplug()

    def plug(self) -> None:
        """Plug the reader in: a new line at the same place; it tells what lies on it."""
        self._line.plug()
        for tag in self._tags:
            tag.sent_frames = 0
        self._go_on()

    def unplug(self) -> None:
        """Pull the plug."""
        self._line.unplug()
        self._rest()

    def power_cycle(self) -> None:
        """Let the reader lose its power for a moment while the adapter keeps the line."""
        for tag in self._tags:
            tag.sent_frames = 0
        self._go_on()

    def present(self, tag_spec: str) -> None:
        """Hold a tag to the reader, beside those that are there; see the module for the text.

        Raises:
            CardSpecError: the text is not understood.
        """
        self._tags.append(_Lying(parse_tag_spec(tag_spec)))
        self._go_on()

    def remove(self) -> None:
        """Take every tag away."""
        self._tags.clear()
        self._rest()

    def inject(self, noise: bytes) -> None:
        """Put bytes on the line that the reader never sent."""
        self._line.inject(noise)

    def _go_on(self) -> None:
        if self._timer is None and self._tags and self._line.is_plugged:
            self._timer = asyncio.get_running_loop().call_later(self._repeat_s, self._send_one)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _send_one(self) -> None:
        self._timer = None
        tag = next((t for t in self._tags if t.spec.frames != t.sent_frames), None)
        if tag is None:
            return
        tag.sent_frames += 1
        self._tags.remove(tag)
        self._tags.append(tag)
        self._send(encode_frame(tag.spec.identifier, cr_lf=self._cr_lf))
        self._go_on()

    def _send(self, frame: bytes) -> None:
        faults = self.faults
        if faults.corrupt_frames > 0:
            faults.corrupt_frames -= 1
            middle = len(frame) // 2
            frame = frame[:middle] + bytes((frame[middle] ^ 0x01,)) + frame[middle + 1 :]
        cut, faults.cut_frame_at_bytes = faults.cut_frame_at_bytes, None
        if not faults.silent:
            self._line.send(faults.noise + frame[:cut])
        if cut is not None:
            self.unplug()
