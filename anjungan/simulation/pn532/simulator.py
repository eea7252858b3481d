"""A PN532 on a simulated line, with cards to lay on it and faults to switch on."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from anjungan.appliance.drivers.card_reader.pn532_frame import encode_reply
from anjungan.simulation.line_place import Place, open_simulated_line
from anjungan.simulation.pn532.card import SimulatedCard, parse_card_spec
from anjungan.simulation.pn532.dialogue import Pn532Dialogue, TimerHandle
from anjungan.simulation.simulated_line import ByteLog, SimulatedLine

_SHORTEST_REPLY_BYTES = 9


@dataclass(slots=True)
class Pn532Faults:
    """Faults of the chip or its line.  Switches stay; counts end when they reach zero."""

    silent: bool = False
    """Hears everything and answers nothing, as with a broken TX wire."""
    extra_delay_s: float = 0.0
    """Every reply comes that much later."""
    noise: bytes = b""
    """Put on the line before every frame."""
    corrupt_replies: int = 0
    """The next replies have one bit flipped in the middle."""
    wrong_replies: int = 0
    """The next replies belong to another command (Diagnose)."""
    lost_acks: int = 0
    """The next acknowledgements are lost."""
    cut_reply_at_bytes: int | None = None
    """The next reply ends after that many bytes, and the device is unplugged; happens once."""


class Pn532Simulator:
    """The simulated reader.  ``start`` and all that follows need a running event loop."""

    def __init__(
        self, place: Place, *, byte_log: ByteLog | None = None, random: Random | None = None
    ) -> None:
        self._line = open_simulated_line(place, self._receive, byte_log)
        self._random = random or secrets.SystemRandom()
        self._dialogue = Pn532Dialogue(
            send_ack=self._send_ack, send_reply=self._send_reply, call_later=_call_later
        )
        self.faults = Pn532Faults()

    @property
    def line(self) -> SimulatedLine:
        """The line to the host."""
        return self._line

    @property
    def field_is_on(self) -> bool:
        """Whether the radio field is on."""
        return self._dialogue.field_is_on

    @property
    def cards(self) -> tuple[SimulatedCard, ...]:
        """The cards on the reader."""
        return self._dialogue.cards

    def start(self) -> None:
        """Power the chip and make its line appear."""
        self.plug()

    def stop(self) -> None:
        """Take the line away."""
        self.unplug()

    def plug(self) -> None:
        """Plug the reader in: a new line at the same place, and a chip that was just powered."""
        self._line.plug()

    def unplug(self) -> None:
        """Pull the plug; the chip loses its power."""
        self._line.unplug()
        self._dialogue.power_cycle()

    def power_cycle(self) -> None:
        """Let the chip lose its power for a moment while the adapter keeps the line."""
        self._dialogue.power_cycle()

    def present(self, card_spec: str) -> None:
        """Lay a card on the reader, beside those that lie there; see ``pn532.card`` for the text.

        Raises:
            CardSpecError: the text is not understood.
        """
        self._dialogue.insert(SimulatedCard(parse_card_spec(card_spec), self._random))

    def remove(self) -> None:
        """Take every card away."""
        self._dialogue.clear()

    def inject(self, noise: bytes) -> None:
        """Put bytes on the line that the chip never sent."""
        self._line.inject(noise)

    def _receive(self, data: bytes) -> None:
        self._dialogue.receive(data)

    def _send_ack(self, frame: bytes) -> None:
        if self.faults.lost_acks > 0:
            self.faults.lost_acks -= 1
            return
        self._send(frame)

    def _send_reply(self, frame: bytes) -> None:
        faults = self.faults
        if faults.wrong_replies > 0:
            faults.wrong_replies -= 1
            frame = encode_reply(b"\x01\x00")
        if faults.corrupt_replies > 0:
            faults.corrupt_replies -= 1
            middle = len(frame) // 2
            frame = frame[:middle] + bytes((frame[middle] ^ 0x10,)) + frame[middle + 1 :]
        if faults.extra_delay_s > 0:
            _call_later(faults.extra_delay_s, lambda: self._send_or_cut(frame))
        else:
            self._send_or_cut(frame)

    def _send_or_cut(self, frame: bytes) -> None:
        cut, self.faults.cut_reply_at_bytes = self.faults.cut_reply_at_bytes, None
        if cut is None:
            self._send(frame)
            return
        self._send(frame[:cut])
        self.unplug()

    def _send(self, frame: bytes) -> None:
        if not self.faults.silent:
            self._line.send(self.faults.noise + frame)


def _call_later(delay_s: float, callback: Callable[[], None]) -> TimerHandle:
    return asyncio.get_running_loop().call_later(delay_s, callback)
