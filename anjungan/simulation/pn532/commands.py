"""What the simulated PN532 does for each command.  Source: NXP UM0701-02, section 7.

Commands a kiosk never needs are answered too, because libnfc and nfcpy send them.  Where the manual
is silent the choice is marked "assumed".
"""

from collections.abc import Callable, Mapping
from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.simulation.pn532.initiator import Initiator
from anjungan.simulation.pn532.outcome import (
    ACTIVATION_S,
    STATUS_OK,
    STATUS_TIME_OUT,
    STATUS_WRONG_CONTEXT,
    Answer,
    NoReply,
    Outcome,
    Refuse,
)
from anjungan.simulation.pn532.rf_field import RfField

FIRMWARE_VERSION: Final = b"\x32\x01\x06\x07"  # PN532, version 1.6, types A, B and ISO/IEC 18092
_PARAMETER_AUTOMATIC_RATS: Final = 0x10
_REGISTERS: Final = {0x6339: 0x26}  # CIU_FIFOData: what a poll leaves there when no SENS_RES came
_FASTEST_RATE: Final = 0x08  # 1.288 Mbaud
_ALL_POLLS_FAILED: Final = 0x80  # Diagnose polls a FeliCa target 128 times and counts the failures
_TG_INIT_SHORTEST_BYTES: Final = 36  # up to the length of the general bytes
_RF_ITEM_BYTES: Final[Mapping[int, int]] = {
    0x01: 1, 0x02: 3, 0x04: 1, 0x05: 3, 0x0A: 11, 0x0B: 8, 0x0C: 3, 0x0D: 9,
}  # fmt: skip


class CommandSet:
    """The chip behind its frames: parameters, registers, targets, and the field."""

    def __init__(self, field: RfField) -> None:
        self.field = field
        self.low_vbat = True
        self.powered_down = False
        self._registers = dict(_REGISTERS)
        self._initiator = Initiator(field, self._registers)
        self._plain: Mapping[int, Callable[[bytes], Outcome]] = {
            0x00: self._diagnose,
            0x02: _expect(0, b"\x03" + FIRMWARE_VERSION),
            0x04: self._get_general_status,
            0x06: self._read_register,
            0x08: self._write_register,
            0x0C: _expect(0, b"\x0d\x3f\x06\x00"),  # ReadGPIO: P3 and P7 high, I0 and I1 low
            0x0E: _expect(2, b"\x0f"),
            0x10: self._set_serial_baud_rate,
            0x12: self._set_parameters,
            0x14: self._sam_configuration,
            0x16: self._power_down,
        }
        self._radio: Mapping[int, Callable[[bytes], Outcome]] = {
            0x32: self._rf_configuration,
            0x58: lambda body: NoReply() if len(body) == 1 else Refuse(),  # RFRegulationTest
            **self._initiator.handlers,
            **_AS_TARGET,
        }

    def execute(self, command: bytes) -> Outcome:
        """Do one command of at least one byte."""
        code, body = command[0], command[1:]
        if plain := self._plain.get(code):
            return plain(body)
        radio = self._radio.get(code)
        if radio is None or self.low_vbat:
            return Refuse()  # assumed; the manual only says that SAMConfiguration must come first
        return radio(body)

    def _diagnose(self, body: bytes) -> Outcome:
        match body[:1], len(body) - 1:
            case b"\x00", _:  # communication line: everything comes back, test number included
                return Answer(b"\x01" + body)
            case (b"\x01", 0) | (b"\x02", 0) | (b"\x07", 1):  # ROM, RAM, antenna
                return Answer(b"\x01" + STATUS_OK)
            case b"\x04", 1:
                return Answer(b"\x01" + bytes((_ALL_POLLS_FAILED,)), ACTIVATION_S)
            case b"\x05", 3:  # echo to an initiator, until the host sends something else
                return NoReply()
            case b"\x06", 0:
                return self._card_presence()
            case _:
                return Refuse()

    def _card_presence(self) -> Outcome:
        """Attention request: is the selected ISO/IEC 14443-4 card still there?"""
        selected = [card for card in self._initiator.targets.values() if card.speaks_14443_4]
        if not selected:
            return Answer(b"\x01" + STATUS_WRONG_CONTEXT)
        there = self.field.hears(selected[0])
        return Answer(b"\x01" + (STATUS_OK if there else STATUS_TIME_OUT), ACTIVATION_S)

    def _get_general_status(self, body: bytes) -> Outcome:
        if body:
            return Refuse()
        targets = self._initiator.targets
        status = bytes((0x05, 0x00, int(self.field.is_on), len(targets)))
        for number, card in targets.items():
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

    @staticmethod
    def _set_serial_baud_rate(body: bytes) -> Outcome:
        """A pseudo-terminal has no speed, so the change that follows the host's ACK is empty."""
        return Answer(b"\x11") if len(body) == 1 and body[0] <= _FASTEST_RATE else Refuse()

    def _set_parameters(self, body: bytes) -> Outcome:
        if len(body) != 1:
            return Refuse()
        self._initiator.automatic_rats = bool(body[0] & _PARAMETER_AUTOMATIC_RATS)
        return Answer(b"\x13")

    def _sam_configuration(self, body: bytes) -> Outcome:
        if not 1 <= len(body) <= 3 or not 1 <= body[0] <= 4:  # noqa: PLR2004 - mode, time-out, IRQ
            return Refuse()
        self.low_vbat = False
        return Answer(b"\x15")

    def _power_down(self, body: bytes) -> Outcome:
        if not 1 <= len(body) <= 2:  # noqa: PLR2004 - wake-up sources, IRQ
            return Refuse()
        self._initiator.forget()
        self.field.switch(on=False)
        self.powered_down = True
        return Answer(b"\x17" + STATUS_OK)

    def _rf_configuration(self, body: bytes) -> Outcome:
        if not body or len(body) - 1 != _RF_ITEM_BYTES.get(body[0]):
            return Refuse()
        match body[0]:
            case 0x01:
                self.field.switch(on=bool(body[1] & 1))
            case 0x05:
                self._initiator.passive_retries = body[3]
            case _:
                pass  # timings and analogue settings change nothing here
        return Answer(b"\x33")


def _expect(length: int, reply: bytes) -> Callable[[bytes], Outcome]:
    return lambda body: Answer(reply) if len(body) == length else Refuse()


def _tg_init_as_target(body: bytes) -> Outcome:
    """Waits for an initiator, and none ever comes."""
    return NoReply() if len(body) >= _TG_INIT_SHORTEST_BYTES else Refuse()


def _without_initiator(code: int, *, takes_data: bool) -> Callable[[bytes], Outcome]:
    """What the chip says to a command of a target while no initiator has activated it."""
    refused = Answer(bytes((code + 1,)) + STATUS_WRONG_CONTEXT)
    return lambda body: refused if takes_data or not body else Refuse()


_AS_TARGET: Final[Mapping[int, Callable[[bytes], Outcome]]] = {
    0x86: _without_initiator(0x86, takes_data=False),  # TgGetData
    0x88: _without_initiator(0x88, takes_data=False),  # TgGetInitiatorCommand
    0x8A: _expect(0, b"\x8b\x00\x00"),  # TgGetTargetStatus: released
    0x8C: _tg_init_as_target,
    0x8E: _without_initiator(0x8E, takes_data=True),  # TgSetData
    0x90: _without_initiator(0x90, takes_data=True),  # TgResponseToInitiator
    0x92: _without_initiator(0x92, takes_data=True),  # TgSetGeneralBytes
    0x94: _without_initiator(0x94, takes_data=True),  # TgSetMetaData
}
