"""pcscd with one contactless reader, behind the calls of PC/SC: for a machine without pcscd.

It answers as pcsc-lite 1.9.9 does: states with their counters, connections that end with their
card, contexts that end with their daemon.  Its calls block, and come from the driver's thread.
"""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from random import Random
from typing import Final

from anjungan.appliance.drivers.card_reader import pcsc_library as pcsc
from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.appliance.drivers.card_reader.pcsc_library import (
    ConnectedCard,
    PcscError,
    PcscLibrary,
    ReaderStatus,
)
from anjungan.appliance.drivers.link.byte_link import LinkLost
from anjungan.simulation.pn532.card import SimulatedCard, parse_card_spec

ACR122U: Final = "ACS ACR122U PICC Interface 00 00"
_PROTOCOL_T1: Final = 2
_SUCCESS: Final = b"\x90\x00"
_NO_SUCH_FUNCTION: Final = b"\x6a\x81"
_FAILED: Final = b"\x63\x00"
_MIFARE_1K: Final = bytes.fromhex("804F0CA0000003060300010000" + "0000")
_COUNT_MASK: Final = 0xFFFF


@dataclass(slots=True)
class PcscFaults:
    """Faults of library, daemon, reader and card.  Switches stay; counts end at zero."""

    installed: bool = True
    """The library is there."""
    denied: bool = False
    """polkit lets nobody in."""
    held: bool = False
    """Another program holds the reader alone."""
    hangs: bool = False
    """Commands to the card do not come back before the switch is off again."""
    mute: bool = False
    """Cards that come do not answer."""
    failing_reads: int = 0
    """The next readings of an identifier fail."""
    extra_delay_s: float = 0.0
    """Every command takes that much longer."""


@dataclass(slots=True)
class _Slot:
    """The reader and what lies on it."""

    card: SimulatedCard | None = None
    mute: bool = False
    powered: bool = False
    events: int = 0
    connections: dict[int, int] = field(default_factory=dict)
    """Handle to the event count at which it was made."""


class PcscSimulator:
    """The simulated daemon and reader; ``open_library`` is what a driver is given.

    Its methods may be called from any thread.  ``present`` takes the text form of ``pn532.card``;
    of two cards the reader sees the one that came first.
    """

    def __init__(self, name: str = ACR122U, *, random: Random | None = None) -> None:
        self.name = name
        self.faults = PcscFaults()
        self.commands: list[bytes] = []
        """Every command that was sent, in order."""
        self.waits = 0
        """How often somebody began to wait for a change."""
        self.on_change: Callable[[], None] = lambda: None
        """Called at every change, on whatever thread made it; must not block."""
        self._random = random or secrets.SystemRandom()
        self._changed = threading.Condition()
        self._runs = False
        self._slot: _Slot | None = None
        self._cards: list[SimulatedCard] = []
        self._contexts: set[int] = set()
        self._last_number = 0

    def open_library(self) -> PcscLibrary:
        """Load the library.

        Raises:
            LinkLost: the fault ``installed`` is off.
        """
        if not self.faults.installed:
            raise LinkLost("libpcsclite is not installed")
        return self

    @property
    def is_running(self) -> bool:
        """Whether pcscd runs."""
        return self._runs

    @property
    def is_connected(self) -> bool:
        """Whether somebody speaks with the card now."""
        with self._changed:
            return self._slot is not None and bool(self._slot.connections)

    def start(self) -> None:
        """Start pcscd and plug the reader in."""
        self.start_service()
        self.plug()

    def stop(self) -> None:
        """Stop pcscd, and let hanging commands go."""
        self.stop_service()

    def start_service(self) -> None:
        """Start pcscd."""
        with self._changed:
            self._runs = True
            self._tell_change()

    def stop_service(self) -> None:
        """Stop pcscd: every context and connection ends."""
        with self._changed:
            self._runs = False
            self.faults.hangs = False
            self._contexts.clear()
            if self._slot is not None:
                self._slot.connections.clear()
                self._slot.powered = False
            self._tell_change()

    def plug(self) -> None:
        """Plug the reader in; it sees what lies on it.  No-op when plugged."""
        with self._changed:
            if self._slot is None:
                self._slot = _Slot()
                self._look()
            self._tell_change()

    def unplug(self) -> None:
        """Pull the reader's plug."""
        with self._changed:
            self._slot = None
            self._tell_change()

    def power_cycle(self) -> None:
        """Pull the plug and put it back: the reader's node is its power."""
        self.unplug()
        self.plug()

    def present(self, card_spec: str) -> None:
        """Lay a card on the reader.

        Raises:
            CardSpecError: the text is not understood.
        """
        card = SimulatedCard(parse_card_spec(card_spec), self._random)
        with self._changed:
            self._cards.append(card)
            self._look()

    def remove(self) -> None:
        """Take every card away."""
        with self._changed:
            self._cards.clear()
            self._look()

    def let_go(self) -> None:
        """End the fault ``hangs``."""
        with self._changed:
            self.faults.hangs = False
            self._tell_change()

    # -- the calls, on the driver's thread ---------------------------------------------------------

    def establish(self) -> int:
        """See ``PcscLibrary``."""
        with self._changed:
            if not self._runs:
                raise PcscError(pcsc.E_NO_SERVICE)
            if self.faults.denied:
                raise PcscError(pcsc.W_SECURITY_VIOLATION)
            self._contexts.add(self._number())
            return self._last_number

    def release(self, context: int) -> None:
        """See ``PcscLibrary``."""
        with self._changed:
            self._check(context)
            self._contexts.discard(context)

    def readers(self, context: int) -> Sequence[str]:
        """See ``PcscLibrary``."""
        with self._changed:
            self._check(context)
            return () if self._slot is None else (self.name,)

    def wait(
        self, context: int, known: Sequence[ReaderStatus], timeout_ms: int
    ) -> Sequence[ReaderStatus]:
        """See ``PcscLibrary``."""
        deadline_s = time.monotonic() + timeout_ms / 1000
        with self._changed:
            self._check(context)
            self.waits += 1
            readers = 0 if self._slot is None else 1
            there = (
                {pcsc.PLUG_NOTIFICATION}
                if self._slot is None
                else {pcsc.PLUG_NOTIFICATION, self.name}
            )
            if not there.issuperset(reader.name for reader in known):
                raise PcscError(pcsc.E_UNKNOWN_READER)
            while True:
                now = [self._status(reader, readers) for reader in known]
                if any(status.flags & pcsc.STATE_CHANGED for status in now):
                    return now
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    raise PcscError(pcsc.E_TIMEOUT)
                self._changed.wait(left_s)
                if context not in self._contexts:
                    raise PcscError(pcsc.E_SERVICE_STOPPED)

    def connect(self, context: int, reader: str) -> ConnectedCard:
        """See ``PcscLibrary``."""
        with self._changed:
            self._check(context)
            slot = self._slot
            if slot is None or reader != self.name:
                raise PcscError(pcsc.E_UNKNOWN_READER)
            if self.faults.held:
                raise PcscError(pcsc.E_SHARING_VIOLATION)
            if slot.card is None:
                raise PcscError(pcsc.E_NO_SMARTCARD)
            if slot.mute:
                raise PcscError(pcsc.W_UNPOWERED_CARD)
            if not slot.powered:
                slot.powered = True
                slot.card.power_up()
                slot.card.activations += 1
            handle = self._number()
            slot.connections[handle] = slot.events
            self._tell_change()
            return ConnectedCard(handle, _PROTOCOL_T1)

    def transmit(self, connected: ConnectedCard, command: bytes) -> bytes:
        """See ``PcscLibrary``."""
        time.sleep(self.faults.extra_delay_s)
        with self._changed:
            self._changed.wait_for(lambda: not self.faults.hangs)
            _, card = self._connected(connected)
            self.commands.append(command)
            answer = self._answer(card, command)
            if card.activations == card.spec.pulled_after_activations:
                self._cards.remove(card)
                self._look()
            return answer

    def disconnect(self, connected: ConnectedCard, *, unpower: bool) -> None:
        """See ``PcscLibrary``."""
        with self._changed:
            slot, _ = self._connected(connected)
            del slot.connections[connected.handle]
            if unpower:
                slot.powered = False
            self._tell_change()

    def states(self) -> Sequence[ReaderStatus]:
        """Every reader as it is now, for a stand-in of the daemon."""
        with self._changed:
            return () if self._slot is None else (self._status(ReaderStatus(self.name), 1),)

    # -- what is behind them -----------------------------------------------------------------------

    def _tell_change(self) -> None:
        self._changed.notify_all()
        self.on_change()

    def _number(self) -> int:
        self._last_number += 1
        return self._last_number

    def _check(self, context: int) -> None:
        if not self._runs:
            raise PcscError(pcsc.E_NO_SERVICE)
        if context not in self._contexts:
            raise PcscError(pcsc.E_INVALID_HANDLE)

    def _look(self) -> None:
        """The reader's own poll: the first card that lies there, or none."""
        slot = self._slot
        first = self._cards[0] if self._cards else None
        if slot is None or slot.card is first:
            return
        if slot.card is not None and first is not None:
            slot.events += 1  # one went, another came
        slot.card, slot.powered, slot.mute = first, False, self.faults.mute
        slot.events += 1
        self._tell_change()

    def _status(self, known: ReaderStatus, readers_at_start: int) -> ReaderStatus:
        if known.name == pcsc.PLUG_NOTIFICATION:
            readers = 0 if self._slot is None else 1
            changed = pcsc.STATE_CHANGED if readers != readers_at_start else 0
            return ReaderStatus(known.name, changed | readers << pcsc.EVENTS_SHIFT)
        slot = self._slot
        if slot is None or known.name != self.name:
            return ReaderStatus(
                known.name, pcsc.STATE_CHANGED | pcsc.STATE_UNKNOWN | pcsc.STATE_UNAVAILABLE
            )
        flags = pcsc.STATE_EMPTY if slot.card is None else pcsc.STATE_PRESENT
        if slot.mute and slot.card is not None:
            flags |= pcsc.STATE_MUTE
        if slot.connections:
            flags |= pcsc.STATE_IN_USE
        flags |= (slot.events & _COUNT_MASK) << pcsc.EVENTS_SHIFT
        changed = 0 if flags == known.flags else pcsc.STATE_CHANGED
        atr = b"" if slot.card is None or slot.mute else atr_of(slot.card)
        return ReaderStatus(known.name, flags | changed, atr)

    def _connected(self, connected: ConnectedCard) -> tuple[_Slot, SimulatedCard]:
        slot = self._slot
        if slot is None:
            raise PcscError(pcsc.E_READER_UNAVAILABLE)
        if connected.handle not in slot.connections:
            raise PcscError(pcsc.E_INVALID_HANDLE)
        if slot.card is None or slot.connections[connected.handle] != slot.events:
            raise PcscError(pcsc.W_REMOVED_CARD)
        return slot, slot.card

    def _answer(self, card: SimulatedCard, command: bytes) -> bytes:
        match command[:3].hex():
            case "ffca00" if self.faults.failing_reads > 0:
                self.faults.failing_reads -= 1
                return _FAILED
            case "ffca00":
                return card.identifier + _SUCCESS
            case "ffca01" if card.spec.ats is not None:
                return bytes((len(card.spec.ats) + 1,)) + card.spec.ats + _SUCCESS
            case "ff0052":
                return _SUCCESS
            case _:
                return _NO_SUCH_FUNCTION


def atr_of(card: SimulatedCard) -> bytes:
    """The ATR that a reader makes up for a contactless card (PC/SC part 3, 3.1.3.2.3)."""
    if card.spec.technology is CardTechnology.ISO14443B:
        historical = card.atqb[5:12] + b"\x00"
    elif card.spec.ats is not None:
        historical = _historical_bytes(card.spec.ats)
    else:
        historical = _MIFARE_1K
    body = bytes((0x80 | len(historical), 0x80, 0x01)) + historical
    return b"\x3b" + body + bytes((reduce(xor, body),))


def _historical_bytes(ats: bytes) -> bytes:
    """What follows T0 and the interface bytes that it announces (ISO/IEC 14443-4, 5.2)."""
    interface_bytes = (ats[0] >> 4 & 0x07).bit_count()
    return ats[1 + interface_bytes :]
