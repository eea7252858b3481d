"""The PN532 as a card reader: polls for type A and type B, and tells taps."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from anjungan.appliance.drivers.card_reader.card import (
    CardEvent,
    CardListener,
    CardTechnology,
    Target,
)
from anjungan.appliance.drivers.card_reader.pn532_chip import (
    FIRST_ACK_TIMEOUT_S,
    GET_FIRMWARE_VERSION,
    LIST_TYPE_A,
    LIST_TYPE_B,
    RF_FIELD_OFF,
    RF_NO_COMMAND_RETRIES,
    RF_PASSIVE_RETRIES,
    RF_TIMINGS,
    SAM_NORMAL_MODE,
    SET_PARAMETERS_NO_RATS,
    CommandFailure,
    LineCounters,
    Pn532Chip,
    Reply,
)
from anjungan.appliance.drivers.card_reader.pn532_target import Malformed, parse_targets
from anjungan.appliance.drivers.card_reader.tap import DEBOUNCE_S, TapTracker
from anjungan.appliance.drivers.device import (
    Fault,
    Missing,
    Pacing,
    Ready,
    StateListener,
    keep_open,
    tell,
)
from anjungan.appliance.drivers.limited_log import LimitedLog
from anjungan.appliance.drivers.link.byte_link import ByteLink, LinkTimeout
from anjungan.appliance.drivers.reported_device import ReportedDevice

log = logging.getLogger(__name__)

POLL_INTERVAL_S = 0.2
LEAST_PAUSE_S = 0.03  # also when polls are slow: the field must rest so that cards reset
SECOND_LOOKS = 2
FIELD_RESET_S = 0.006  # ISO/IEC 14443-3: a card has lost its power after 5 ms without field
POLL_TIMEOUT_S = 1.0
FAILURES_BEFORE_REOPEN = 3
_TECHNOLOGIES = (CardTechnology.ISO14443A, CardTechnology.ISO14443B)
_IC_PN532 = 0x32
_FIRMWARE_REPLY_LENGTH = 5
_CONFIGURATION = (
    SET_PARAMETERS_NO_RATS,
    RF_TIMINGS,
    RF_NO_COMMAND_RETRIES,
    RF_PASSIVE_RETRIES,
    RF_FIELD_OFF,
)


class Pn532Reader(ReportedDevice):
    """A supervised PN532 on a serial line; see ``drivers.device.Device``.

    Each poll looks for type A, then for type B, tells a tap, and switches the field off.  A poll
    that fails is followed by an abort, the wake-up and the whole configuration, so that a chip that
    was reset in between works again; after three failures in a row the line is opened anew.

    Both listeners are called on the event loop; one that raises is logged and does no harm.
    """

    kind = "card_reader"

    def __init__(
        self,
        link: ByteLink,
        *,
        on_card: CardListener,
        on_state: StateListener,
        name: str = "card_reader",
        poll_interval_s: float = POLL_INTERVAL_S,
        debounce_s: float = DEBOUNCE_S,
        pacing: Pacing | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(name, on_state)
        self._link = link
        self._on_card = on_card
        self._poll_interval_s = poll_interval_s
        self._tracker = TapTracker(debounce_s)
        self._pacing = pacing
        self._monotonic = monotonic
        self._sleep = sleep
        self._malformed = LimitedLog(log, logging.WARNING)
        self.counters = LineCounters()

    async def run(self) -> None:
        """See ``Device``."""
        await keep_open(self._link, self._serve, report=self._report, pacing=self._pacing)

    async def _serve(self) -> Missing | Fault:
        chip = Pn532Chip(self._link, self.counters, self._monotonic)
        try:
            return await self._serve_chip(chip)
        finally:
            self._tell(self._tracker.forget())

    async def _serve_chip(self, chip: Pn532Chip) -> Fault:
        ack_timeout_s = FIRST_ACK_TIMEOUT_S
        failures = 0
        while failures < FAILURES_BEFORE_REOPEN:
            started = await self._start(chip, ack_timeout_s)
            match started:
                case Ready():
                    self._report.set(started)
                    polls = await self._poll_until_failure(chip)
                    failures = 1 if polls else failures + 1
                case Fault():
                    return started
                case CommandFailure():
                    ack_timeout_s = FIRST_ACK_TIMEOUT_S / FAILURES_BEFORE_REOPEN
                    failures += 1
        return Fault("not_answering", "the reader does not answer")

    async def _start(self, chip: Pn532Chip, ack_timeout_s: float) -> Ready | Fault | CommandFailure:
        """Wake and configure the chip; the SAM command must come first after power-on."""
        try:
            await chip.abort()
            await chip.wake()
        except LinkTimeout:
            return CommandFailure.NOT_TAKING_BYTES
        sam = await chip.command(
            SAM_NORMAL_MODE, ack_timeout_s=ack_timeout_s, reply_timeout_s=POLL_TIMEOUT_S
        )
        if isinstance(sam, CommandFailure):
            return sam
        firmware = await chip.command(GET_FIRMWARE_VERSION)
        if isinstance(firmware, CommandFailure):
            return firmware
        for command in _CONFIGURATION:
            configured = await chip.command(command)
            if isinstance(configured, CommandFailure):
                return configured
        return _identify(firmware)

    async def _poll_until_failure(self, chip: Pn532Chip) -> int:
        """Poll for ever; return the number of good polls once one fails."""
        polls = 0
        while True:
            started_s = self._monotonic()
            if not await self._poll(chip):
                return polls
            polls += 1
            rest_s = started_s + self._poll_interval_s - self._monotonic()
            await self._sleep(max(LEAST_PAUSE_S, rest_s))

    async def _poll(self, chip: Pn532Chip) -> bool:
        """Look once, tell what it means, and return whether the chip answered.

        A frame of its own: a variable of the loop would hold a card's identifier until the next
        card comes.
        """
        seen = await self._look(chip, _TECHNOLOGIES)
        if isinstance(seen, CommandFailure | Malformed):
            return False
        again: tuple[Target, ...] | None = None
        if self._tracker.second_look(seen):
            looked = await self._look_again(chip, seen[0].technology)
            if isinstance(looked, CommandFailure | Malformed):
                return False
            again = looked
        self._tell(self._tracker.observe(seen, again, self._monotonic()))
        return isinstance(await chip.command(RF_FIELD_OFF), Reply)

    async def _look(
        self, chip: Pn532Chip, technologies: tuple[CardTechnology, ...]
    ) -> tuple[Target, ...] | CommandFailure | Malformed:
        """Return every card in the field, and leave the field on."""
        seen: tuple[Target, ...] = ()
        for technology in technologies:
            poll = LIST_TYPE_A if technology is CardTechnology.ISO14443A else LIST_TYPE_B
            reply = await chip.command(poll, reply_timeout_s=POLL_TIMEOUT_S)
            if not isinstance(reply, Reply):
                return reply
            targets = parse_targets(technology, reply.payload)
            if isinstance(targets, Malformed):
                self._malformed.tell(f"card reader {self._name}: {targets.problem}")
                return targets
            seen += targets
        return seen

    async def _look_again(
        self, chip: Pn532Chip, technology: CardTechnology
    ) -> tuple[Target, ...] | CommandFailure | Malformed:
        """Activate the card anew after it lost its power; one miss may be a card still settling."""
        seen: tuple[Target, ...] | CommandFailure | Malformed = ()
        for _ in range(SECOND_LOOKS):
            off = await chip.command(RF_FIELD_OFF)
            if not isinstance(off, Reply):
                return off
            await self._sleep(FIELD_RESET_S)
            seen = await self._look(chip, (technology,))
            if seen:
                break
        return seen

    def _tell(self, events: list[CardEvent]) -> None:
        for event in events:
            tell(self._name, self._on_card, event)


def _identify(firmware: Reply) -> Ready | Fault:
    """Read GetFirmwareVersion (UM0701-02, 7.2.2): IC, version, revision, support bits."""
    payload = firmware.payload
    if len(payload) != _FIRMWARE_REPLY_LENGTH or payload[1] != _IC_PN532:
        return Fault("wrong_device", "the device is not a PN532")
    return Ready(f"PN532 {payload[2]}.{payload[3]}")
