"""What the simulated PN532 does for each command.  Source: NXP UM0701-02, section 7.

Commands a kiosk never needs are answered too, because libnfc and nfcpy send them.  Where the manual
is silent the choice is marked "assumed".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.simulation.pn532.rf_field import RfField

if TYPE_CHECKING:
    from anjungan.simulation.pn532.card import SimulatedCard

INFINITE = 0xFF
FIRMWARE_VERSION = b"\x32\x01\x06\x07"  # PN532, version 1.6, types A, B and ISO/IEC 18092
STATUS_OK = b"\x00"
STATUS_TIME_OUT = b"\x01"
STATUS_WRONG_CONTEXT = b"\x27"  # UM0701-02, 7.1: command not acceptable in this context
_SHORT_S = 0.001
_ONE_TRY_S = 0.005
_ACTIVATION_S = 0.010
_AUTO_POLL_PERIOD_S = 0.150
_PARAMETER_AUTOMATIC_RATS = 0x10
_REGISTERS = {0x6339: 0x26}  # CIU_FIFOData: what a poll leaves there when no SENS_RES came
_WUPB = b"\x05\x00\x08"
_TYPE_A_TAGS, _TYPE_A_14443_4, _TYPE_B_14443_4 = 0x10, 0x20, 0x23
_AUTO_POLL_TYPES = {
    0x00: (CardTechnology.ISO14443A, None),
    0x03: (CardTechnology.ISO14443B, None),
    0x10: (CardTechnology.ISO14443A, False),
    0x20: (CardTechnology.ISO14443A, True),
    0x23: (CardTechnology.ISO14443B, True),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Reply with ``payload`` (code included) ``after_s`` from now."""

    payload: bytes
    after_s: float = _SHORT_S


@dataclass(frozen=True, slots=True)
class WaitForCard:
    """Try again when a card arrives; with no card reply ``payload`` after the time, None: never."""

    payload: bytes
    give_up_after_s: float | None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Reply with the application error frame."""


Outcome = Answer | WaitForCard | Refuse


class CommandSet:
    """The chip behind its frames: parameters, registers, targets, and the field."""

    def __init__(self, field: RfField) -> None:
        self.field = field
        self.low_vbat = True
        self.powered_down = False
        self._parameters = 0x14
        self._passive_retries = INFINITE
        self._registers = dict(_REGISTERS)
        self._targets: list[SimulatedCard] = []
        self._handlers: dict[int, Callable[[bytes], Outcome]] = {
            0x00: self._diagnose,
            0x02: lambda body: Refuse() if body else Answer(b"\x03" + FIRMWARE_VERSION),
            0x04: self._get_general_status,
            0x06: self._read_register,
            0x08: self._write_register,
            0x0C: lambda body: Refuse() if body else Answer(b"\x0d\x3f\x06\x00"),
            0x0E: self._expect(2, b"\x0f"),
            0x10: self._expect(1, b"\x11"),
            0x12: self._set_parameters,
            0x14: self._sam_configuration,
            0x16: self._power_down,
            0x32: self._rf_configuration,
            0x40: self._in_data_exchange,
            0x42: self._in_communicate_thru,
            0x44: self._in_deselect,
            0x4A: self._in_list_passive_target,
            0x52: self._in_release,
            0x54: self._in_select,
            0x60: self._in_auto_poll,
            0x8C: lambda _: WaitForCard(b"", None),  # TgInitAsTarget: no initiator ever comes
        }

    def execute(self, command: bytes) -> Outcome:
        """Do one command of at least one byte."""
        handler = self._handlers.get(command[0])
        if handler is None:
            return Refuse()
        needs_radio = command[0] >= 0x32  # noqa: PLR2004 - RFConfiguration and all after it
        if needs_radio and self.low_vbat:
            return Refuse()  # assumed; the manual only says that SAMConfiguration must come first
        return handler(command[1:])

    @staticmethod
    def _expect(length: int, reply: bytes) -> Callable[[bytes], Outcome]:
        return lambda body: Answer(reply) if len(body) == length else Refuse()

    def _diagnose(self, body: bytes) -> Outcome:
        match body[:1]:
            case b"\x00":  # communication line: everything comes back, test number included
                return Answer(b"\x01" + body)
            case b"\x01" | b"\x02" | b"\x04" | b"\x06" | b"\x07":
                return Answer(b"\x01\x00")
            case _:
                return Refuse()

    def _get_general_status(self, body: bytes) -> Outcome:
        if body:
            return Refuse()
        status = bytes((0x05, 0x00, int(self.field.is_on), len(self._targets)))
        for number, card in enumerate(self._targets, start=1):
            type_b = card.spec.technology is CardTechnology.ISO14443B
            status += bytes((number, 0x00, 0x00, 0x03 if type_b else 0x00))
        return Answer(status + b"\x80")

    def _read_register(self, body: bytes) -> Outcome:
        if not body or len(body) % 2:
            return Refuse()
        addresses = (body[i] * 256 + body[i + 1] for i in range(0, len(body), 2))
        return Answer(b"\x07" + bytes(self._registers.get(address, 0) for address in addresses))

    def _write_register(self, body: bytes) -> Outcome:
        if not body or len(body) % 3:
            return Refuse()
        for i in range(0, len(body), 3):
            self._registers[body[i] * 256 + body[i + 1]] = body[i + 2]
        return Answer(b"\x09")

    def _set_parameters(self, body: bytes) -> Outcome:
        if len(body) != 1:
            return Refuse()
        self._parameters = body[0]
        return Answer(b"\x13")

    def _sam_configuration(self, body: bytes) -> Outcome:
        if not 1 <= len(body) <= 3 or not 1 <= body[0] <= 4:  # noqa: PLR2004 - mode, time-out, IRQ
            return Refuse()
        self.low_vbat = False
        return Answer(b"\x15")

    def _power_down(self, body: bytes) -> Outcome:
        if not 1 <= len(body) <= 2:  # noqa: PLR2004 - wake-up sources, IRQ
            return Refuse()
        self._targets.clear()
        self.field.switch(on=False)
        self.powered_down = True
        return Answer(b"\x17\x00")

    def _rf_configuration(self, body: bytes) -> Outcome:
        match body[:1], len(body) - 1:
            case b"\x01", 1:
                self.field.switch(on=bool(body[1] & 1))
            case b"\x05", 3:
                self._passive_retries = body[3]
            case (b"\x02", 3) | (b"\x04", 1) | (b"\x0a", 11) | (b"\x0b", 8) | (b"\x0c", 3):
                pass  # timings and analogue settings change nothing here
            case b"\x0d", 9:
                pass
            case _:
                return Refuse()
        return Answer(b"\x33")

    def _in_data_exchange(self, body: bytes) -> Outcome:
        if not body:
            return Refuse()
        number = body[0] & 0x3F
        if not 1 <= number <= len(self._targets):
            return Answer(b"\x41" + STATUS_WRONG_CONTEXT)
        card = self._targets[number - 1]
        if not self.field.holds(card) or not card.speaks_14443_4:
            return Answer(b"\x41" + STATUS_TIME_OUT, _ACTIVATION_S)
        return Answer(b"\x41" + STATUS_OK + b"\x6d\x00", _ACTIVATION_S)  # instruction unknown

    def _in_communicate_thru(self, body: bytes) -> Outcome:
        """Raw bytes to whatever is in the field; silence, or nothing to send, is a time-out."""
        silence = Answer(b"\x43" + STATUS_TIME_OUT, _ONE_TRY_S)
        if body == _WUPB:
            found = self.field.activate(CardTechnology.ISO14443B, 1)
            return Answer(b"\x43" + STATUS_OK + found[0].atqb) if found else silence
        held = [card for card in self._targets if self.field.holds(card) and card.speaks_14443_4]
        if not held:
            return silence
        match body[:1]:
            case b"\xb2" | b"\xb3":  # R(NAK): is the card still there?  R(ACK)
                return Answer(b"\x43" + STATUS_OK + bytes((body[0] & 0xEF,)))
            case b"\xba" | b"\xbb":  # the same with a CID
                return Answer(b"\x43" + STATUS_OK + bytes((body[0] & 0xEF,)) + body[1:])
            case b"\xc2" | b"\xca":  # S(DESELECT)
                return Answer(b"\x43" + STATUS_OK + body)
            case _:
                return silence

    def _in_deselect(self, body: bytes) -> Outcome:
        return Answer(b"\x45\x00") if len(body) == 1 else Refuse()

    def _in_release(self, body: bytes) -> Outcome:
        if len(body) != 1:
            return Refuse()
        self._targets.clear()
        return Answer(b"\x53\x00")

    def _in_select(self, body: bytes) -> Outcome:
        if len(body) != 1:
            return Refuse()
        known = 1 <= body[0] <= len(self._targets)
        return Answer(b"\x55" + (STATUS_OK if known else STATUS_WRONG_CONTEXT))

    def _in_list_passive_target(self, body: bytes) -> Outcome:
        if len(body) < 2 or not 1 <= body[0] <= 2 or body[1] > 4:  # noqa: PLR2004 - MaxTg, BrTy
            return Refuse()
        at_most, kind = body[0], body[1]
        if kind == 3 and len(body) < 3:  # noqa: PLR2004 - type B needs its AFI
            return Refuse()
        technology = {0: CardTechnology.ISO14443A, 3: CardTechnology.ISO14443B}.get(kind)
        self._targets = self.field.activate(technology, at_most) if technology else []
        self.field.switch(on=True)
        if self._targets:
            return Answer(b"\x4b" + self._target_list(), _ACTIVATION_S)
        if self._passive_retries == INFINITE:
            return WaitForCard(b"\x4b\x00", None)
        return WaitForCard(b"\x4b\x00", _ONE_TRY_S * (self._passive_retries + 1))

    def _in_auto_poll(self, body: bytes) -> Outcome:
        if len(body) < 3 or body[0] == 0 or not 1 <= body[1] <= 0x0F:  # noqa: PLR2004 - count, period, types
            return Refuse()
        polls, period, kinds = body[0], body[1], body[2:]
        for kind in kinds:
            technology, needs_14443_4 = _AUTO_POLL_TYPES.get(kind, (None, None))
            found = self.field.activate(technology, 2) if technology else []
            self._targets = [
                card
                for card in found
                if needs_14443_4 is None or card.speaks_14443_4 == needs_14443_4
            ]
            if self._targets:
                return Answer(b"\x61" + self._auto_poll_list(), _ACTIVATION_S)
        if polls == INFINITE:
            return WaitForCard(b"\x61\x00", None)
        return WaitForCard(b"\x61\x00", polls * period * len(kinds) * _AUTO_POLL_PERIOD_S)

    def _target_list(self) -> bytes:
        with_ats = bool(self._parameters & _PARAMETER_AUTOMATIC_RATS)
        entries = (
            card.target_data(number, with_ats=with_ats)
            for number, card in enumerate(self._targets, start=1)
        )
        return bytes((len(self._targets),)) + b"".join(entries)

    def _auto_poll_list(self) -> bytes:
        with_ats = bool(self._parameters & _PARAMETER_AUTOMATIC_RATS)
        listed = bytes((len(self._targets),))
        for number, card in enumerate(self._targets, start=1):
            entry = card.target_data(number, with_ats=with_ats)
            if card.spec.technology is CardTechnology.ISO14443B:
                kind = _TYPE_B_14443_4
            else:
                kind = _TYPE_A_14443_4 if card.speaks_14443_4 else _TYPE_A_TAGS
            listed += bytes((kind, len(entry))) + entry
        return listed
