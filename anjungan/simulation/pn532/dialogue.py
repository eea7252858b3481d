"""The frames of the simulated PN532: sleep and waking, ACK, abort, NACK, replies in their time."""

from collections.abc import Callable
from typing import Protocol, assert_never

from anjungan.appliance.drivers.card_reader.pn532_frame import (
    ACK_BYTES,
    APPLICATION_ERROR_BYTES,
    Ack,
    ApplicationError,
    CommandFrame,
    FrameParser,
    Nack,
    ReplyFrame,
    encode_reply,
)
from anjungan.simulation.pn532.card import SimulatedCard
from anjungan.simulation.pn532.commands import CommandSet
from anjungan.simulation.pn532.outcome import Answer, NoReply, Refuse, WaitForCard
from anjungan.simulation.pn532.rf_field import RfField

WAKING_BYTE = 0x55
WAKING_ZEROS = 5  # UM0701-02, 7.2.11: the fifth rising edge on the line wakes the chip


class TimerHandle(Protocol):
    """What ``loop.call_later`` returns."""

    def cancel(self) -> None:
        """Let it not happen."""
        ...


CallLater = Callable[[float, Callable[[], None]], TimerHandle]


class Pn532Dialogue:
    """The chip as its serial line shows it.  ``send_ack`` and ``send_reply`` take whole frames."""

    def __init__(
        self,
        *,
        send_ack: Callable[[bytes], None],
        send_reply: Callable[[bytes], None],
        call_later: CallLater,
    ) -> None:
        self._send_ack = send_ack
        self._send_reply = send_reply
        self._call_later = call_later
        self._field = RfField()
        self._commands = CommandSet(self._field)
        self._parser = FrameParser()
        self._asleep = True
        self._waking_zeros = 0
        self._timer: TimerHandle | None = None
        self._waiting_command: bytes | None = None
        self._last_reply = b""

    @property
    def cards(self) -> tuple[SimulatedCard, ...]:
        """The cards on the reader."""
        return self._field.cards

    @property
    def field_is_on(self) -> bool:
        """Whether the radio field is on."""
        return self._field.is_on

    def power_cycle(self) -> None:
        """Lose power and get it back: asleep in LowVbat, everything set to its default."""
        self._abort()
        self._field.switch(on=False)
        self._commands = CommandSet(self._field)
        self._parser.reset()
        self._asleep = True
        self._waking_zeros = 0
        self._last_reply = b""

    def insert(self, card: SimulatedCard) -> None:
        """Lay a card on the reader; a command that waits for one goes on."""
        self._field.insert(card)
        waiting = self._waiting_command
        if waiting is not None:
            self._abort()
            self._execute(waiting)

    def clear(self) -> None:
        """Take every card away."""
        self._field.clear()

    def receive(self, data: bytes) -> None:
        """Take bytes from the host."""
        if self._asleep:
            data = self._wake(data)
        for frame in self._parser.feed(data):
            match frame:
                case CommandFrame(payload):
                    self._abort()
                    self._send_ack(ACK_BYTES)
                    self._execute(payload)
                case Ack():
                    self._abort()
                case Nack():
                    if self._last_reply:
                        self._send_reply(self._last_reply)
                case ReplyFrame() | ApplicationError():
                    pass  # only the chip sends these

    def _wake(self, data: bytes) -> bytes:
        """Return what is left after the bytes that woke the chip; those are lost to it."""
        for position, byte in enumerate(data):
            self._waking_zeros = self._waking_zeros + 1 if byte == 0 else 0
            if byte == WAKING_BYTE or self._waking_zeros == WAKING_ZEROS:
                self._asleep = False
                self._waking_zeros = 0
                return data[position + 1 :]
        return b""

    def _execute(self, command: bytes) -> None:
        outcome = self._commands.execute(command)
        match outcome:
            case Refuse():
                self._reply_later(APPLICATION_ERROR_BYTES, 0.001)
            case Answer(payload, after_s):
                self._reply_later(encode_reply(payload), after_s)
            case WaitForCard(payload, give_up_after_s):
                self._waiting_command = command
                if give_up_after_s is not None:
                    self._reply_later(encode_reply(payload), give_up_after_s)
            case NoReply():
                pass
            case _:
                assert_never(outcome)

    def _reply_later(self, frame: bytes, after_s: float) -> None:
        self._timer = self._call_later(after_s, lambda: self._reply(frame))

    def _reply(self, frame: bytes) -> None:
        self._timer = None
        self._waiting_command = None
        self._last_reply = frame
        self._send_reply(frame)
        if self._commands.powered_down:
            self._commands.powered_down = False
            self._asleep = True

    def _abort(self) -> None:
        self._waiting_command = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
