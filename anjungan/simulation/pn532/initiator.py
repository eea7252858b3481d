"""The simulated PN532 as a reader of cards: UM0701-02, section 7.3, commands 40 to 60.

Where the manual is silent the choice is marked "assumed".
"""

from collections.abc import Callable, Mapping
from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.simulation.pn532.card import SimulatedCard
from anjungan.simulation.pn532.card_talk import check_bytes, is_deselect, to_application, to_raw
from anjungan.simulation.pn532.outcome import (
    ACTIVATION_S,
    INFINITE,
    ONE_TRY_S,
    STATUS_OK,
    STATUS_TIME_OUT,
    STATUS_WRONG_CONTEXT,
    Answer,
    Outcome,
    Refuse,
    WaitForCard,
)
from anjungan.simulation.pn532.rf_field import RfField

TYPE_A: Final = CardTechnology.ISO14443A
TYPE_B: Final = CardTechnology.ISO14443B
_MAX_TARGETS: Final = 2
_CASCADED_UID_BYTES: Final = (4, 8, 12)
_AUTO_POLL_PERIOD_S: Final = 0.150
_AUTO_POLL_LONGEST_PERIOD: Final = 0x0F
_AUTO_POLL_MOST_TYPES: Final = 15
_WUPB: Final = b"\x05\x00\x08"
_TYPE_A_TAGS: Final = 0x10
_TYPE_A_14443_4: Final = 0x20
_TYPE_B_14443_4: Final = 0x23
_AUTO_POLL_TYPES: Final[Mapping[int, tuple[CardTechnology, bool | None]]] = {
    0x00: (TYPE_A, None),
    0x03: (TYPE_B, None),
    _TYPE_A_TAGS: (TYPE_A, False),
    _TYPE_A_14443_4: (TYPE_A, True),
    _TYPE_B_14443_4: (TYPE_B, True),
}
_TX_MODE: Final = 0x6302  # CIU_TxMode and CIU_RxMode (PN532/C1 data sheet, 8.6.23)
_RX_MODE: Final = 0x6303
_CHECKS_CRC: Final = 0x80
_MODES: Final = {TYPE_A: _CHECKS_CRC, TYPE_B: _CHECKS_CRC | 0x03}


class Initiator:
    """The targets the chip has found, and the commands about them."""

    def __init__(self, field: RfField, registers: dict[int, int]) -> None:
        self._field = field
        self._registers = registers
        self._targets: dict[int, SimulatedCard] = {}
        self.passive_retries = INFINITE
        self.automatic_rats = True
        self.handlers: Mapping[int, Callable[[bytes], Outcome]] = {
            0x40: self._in_data_exchange,
            0x42: self._in_communicate_thru,
            0x44: self._in_deselect,
            0x46: lambda body: _jump(body, b"\x47"),  # InJumpForPSL
            0x4A: self._in_list_passive_target,
            0x4E: lambda body: self._about(body, 3, b"\x4f"),  # InPSL
            0x50: lambda body: self._about(body[:2], 2, b"\x51"),  # InATR
            0x52: self._in_release,
            0x54: self._in_select,
            0x56: lambda body: _jump(body, b"\x57"),  # InJumpForDEP
            0x60: self._in_auto_poll,
        }

    @property
    def targets(self) -> Mapping[int, SimulatedCard]:
        """The targets by their numbers."""
        return self._targets

    def forget(self) -> None:
        """Lose all targets, as when the power goes."""
        self._targets.clear()

    def _in_data_exchange(self, body: bytes) -> Outcome:
        if not body:
            return Refuse()
        card = self._targets.get(body[0] & 0x3F)
        if card is None:
            return Answer(b"\x41" + STATUS_WRONG_CONTEXT)
        self._field.wake(card)  # the chip selects a deselected target by itself
        answered = to_application(card, body[1:]) if self._field.hears(card) else None
        if answered is None:
            return Answer(b"\x41" + STATUS_TIME_OUT, ACTIVATION_S)
        return Answer(b"\x41" + STATUS_OK + answered, ACTIVATION_S)

    def _in_communicate_thru(self, body: bytes) -> Outcome:
        """Raw bytes to whatever is in the field; silence, or nothing to send, is a time-out."""
        silence = Answer(b"\x43" + STATUS_TIME_OUT, ONE_TRY_S)
        if body == _WUPB:
            found = self._activate(TYPE_B, 1, wake=True)
            return (
                Answer(b"\x43" + STATUS_OK + self._received(found[0], found[0].atqb))
                if found
                else silence
            )
        card = next((card for card in self._targets.values() if self._field.hears(card)), None)
        if card is None:
            return silence
        answered = to_raw(card, body)
        if is_deselect(card, body):
            self._field.halt(card)
        if answered is None:
            return silence
        return Answer(b"\x43" + STATUS_OK + self._received(card, answered))

    def _received(self, card: SimulatedCard, answered: bytes) -> bytes:
        """What the chip hands on: the check bytes too, when it was told not to look at them."""
        if self._registers.get(_RX_MODE, 0) & _CHECKS_CRC:
            return answered
        return answered + check_bytes(card.spec.technology, answered)

    def _activate(
        self,
        technology: CardTechnology,
        at_most: int,
        *,
        identifier: bytes | None = None,
        wake: bool = False,
    ) -> list[SimulatedCard]:
        """Look for cards; the firmware sets the modes of the radio for what it has found."""
        found = self._field.activate(technology, at_most, identifier=identifier, wake=wake)
        if found:
            self._registers[_TX_MODE] = self._registers[_RX_MODE] = _MODES[technology]
        return found

    def _numbers(self, body: bytes) -> tuple[int, ...]:
        """The targets that ``body`` names: one, or all for 0; none when it names no known one."""
        return tuple(number for number in self._targets if body[0] in (0, number))

    def _in_deselect(self, body: bytes) -> Outcome:
        if len(body) != 1:
            return Refuse()
        numbers = self._numbers(body)
        for number in numbers:
            self._field.halt(self._targets[number])
        known = numbers or body[0] == 0
        return Answer(b"\x45" + (STATUS_OK if known else STATUS_WRONG_CONTEXT))

    def _in_release(self, body: bytes) -> Outcome:
        if len(body) != 1:
            return Refuse()
        numbers = self._numbers(body)
        for number in numbers:
            self._field.halt(self._targets.pop(number))  # deselected first when it is not yet
        known = numbers or body[0] == 0
        return Answer(b"\x53" + (STATUS_OK if known else STATUS_WRONG_CONTEXT))

    def _in_select(self, body: bytes) -> Outcome:
        if len(body) != 1:
            return Refuse()
        card = self._targets.get(body[0])
        if card is None:
            return Answer(b"\x55" + STATUS_WRONG_CONTEXT)
        self._field.wake(card)
        heard = self._field.hears(card)
        return Answer(b"\x55" + (STATUS_OK if heard else STATUS_TIME_OUT), ACTIVATION_S)

    def _about(self, body: bytes, length: int, code: bytes) -> Outcome:
        """A command of NFC-DEP for a target: none of these cards speaks it."""
        if len(body) != length:
            return Refuse()
        known = (body[0] & 0x3F) in self._targets
        return Answer(code + (STATUS_TIME_OUT if known else STATUS_WRONG_CONTEXT))

    def _in_list_passive_target(self, body: bytes) -> Outcome:
        if len(body) < 2 or not 1 <= body[0] <= _MAX_TARGETS:  # noqa: PLR2004 - MaxTg, BrTy
            return Refuse()
        found = self._found(body[0], body[1], body[2:])
        if found is None:
            return Refuse()
        self._targets = dict(enumerate(found, start=1))
        if found:
            return Answer(b"\x4b" + self._target_list(), ACTIVATION_S)
        if self.passive_retries == INFINITE:
            return WaitForCard(b"\x4b\x00", None)
        return WaitForCard(b"\x4b\x00", ONE_TRY_S * (self.passive_retries + 1))

    def _found(self, at_most: int, kind: int, wanted: bytes) -> list[SimulatedCard] | None:
        """Who answers to a search; None when its words are wrong."""
        match kind, len(wanted):
            case 0, 0:
                return self._activate(TYPE_A, at_most)
            case 0, length if length in _CASCADED_UID_BYTES:
                uid = _without_cascade_tags(wanted)
                return self._activate(TYPE_A, 1, identifier=uid, wake=True)
            case 3, 1 | 2:  # AFI, and how collisions are to be solved
                found = self._activate(TYPE_B, at_most)
                return [] if wanted[0] else found  # these cards are of no family in particular
            case (1 | 2, 5) | (4, 0):  # FeliCa, Jewel
                self._field.switch(on=True)
                return []
            case _:
                return None

    def _in_auto_poll(self, body: bytes) -> Outcome:
        polls, period, kinds = body[:1], body[1:2], body[2:]
        if not 1 <= len(kinds) <= _AUTO_POLL_MOST_TYPES or polls == b"\x00":
            return Refuse()
        if not 1 <= period[0] <= _AUTO_POLL_LONGEST_PERIOD:
            return Refuse()
        for kind in kinds:
            technology, needs_14443_4 = _AUTO_POLL_TYPES.get(kind, (None, None))
            found = self._activate(technology, _MAX_TARGETS) if technology else []
            fitting = [
                card
                for card in found
                if needs_14443_4 is None or card.speaks_14443_4 == needs_14443_4
            ]
            self._targets = dict(enumerate(fitting, start=1))
            if fitting:
                return Answer(b"\x61" + self._auto_poll_list(), ACTIVATION_S)
        if polls[0] == INFINITE:
            return WaitForCard(b"\x61\x00", None)
        return WaitForCard(b"\x61\x00", polls[0] * period[0] * len(kinds) * _AUTO_POLL_PERIOD_S)

    def _entries(self) -> list[tuple[SimulatedCard, bytes]]:
        return [
            (card, card.target_data(number, with_ats=self.automatic_rats))
            for number, card in self._targets.items()
        ]

    def _target_list(self) -> bytes:
        entries = self._entries()
        return bytes((len(entries),)) + b"".join(entry for _, entry in entries)

    def _auto_poll_list(self) -> bytes:
        entries = self._entries()
        listed = bytes((len(entries),))
        for card, entry in entries:
            if card.spec.technology is TYPE_B:
                kind = _TYPE_B_14443_4
            else:
                kind = _TYPE_A_14443_4 if card.speaks_14443_4 else _TYPE_A_TAGS
            listed += bytes((kind, len(entry))) + entry
        return listed


def _without_cascade_tags(uid: bytes) -> bytes:
    """A UID of 8 or 12 bytes has a tag before each group of three (UM0701-02, 7.3.5)."""
    *groups, last = (uid[start : start + 4] for start in range(0, len(uid), 4))
    return b"".join(group[1:] for group in groups) + last


def _jump(body: bytes, code: bytes) -> Outcome:
    """Start NFC-DEP by mode, rate and what follows: there is never a peer."""
    if len(body) < 3:  # noqa: PLR2004 - see above
        return Refuse()
    return Answer(code + STATUS_TIME_OUT, ACTIVATION_S)
