"""Writing to a printer and reading from it over a byte line, each with a limit."""

import asyncio
from collections.abc import Callable
from typing import Literal, TypeVar

from anjungan.appliance.drivers.link.byte_link import ByteLink
from anjungan.appliance.drivers.printer.encode import Segment, barrier_request
from anjungan.appliance.drivers.printer.inbox import Inbox, QueueMark
from anjungan.appliance.drivers.printer.printer_profile import PrinterProfile
from anjungan.appliance.drivers.printer.timings import Timings

T = TypeVar("T")

ATTEMPTS = 3  # noise may eat an answer or add one
_CHUNK_BYTES = 512  # a write is cut off at a known place, and a full line is noticed early
_READ_BYTES = 256
_MAX_DRAIN_READS = 32  # a line that babbles without end must not hold us
_SLOWER_THAN_TOLD = 1.5  # cold heads and dark pictures print slower than the data sheet says
_MARK_QUESTIONS = 3
_MOST_HELD_S = 20.0  # what the buffer of a cheap printer takes is on paper by then
_AUTOMATIC_STATUS_OFF = b"\x1da\x00"
AUTOMATIC_STATUS_ON = b"\x1da\xff"
_CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4, function 8
_RECOVER_AND_CLEAR = b"\x10\x05\x02"  # DLE ENQ 2


class Dialogue:
    """One open line to a printer.  Not for two tasks at once: the driver holds a lock.

    ``on_completed`` takes the id of every confirmed job, whenever it comes.
    """

    def __init__(
        self,
        link: ByteLink,
        profile: PrinterProfile,
        timings: Timings,
        on_completed: Callable[[bytes], None],
    ) -> None:
        self._link = link
        self._profile = profile
        self._timings = timings
        self._busy_until_s = 0.0
        self._unproven_work_s = 0.0
        self._unanswered_barriers = 0
        self.inbox = Inbox(on_completed, profile.check_question)

    @property
    def timings(self) -> Timings:
        """How long this line is waited for."""
        return self._timings

    async def start(self) -> None:
        """Turn unasked status messages off, and drop what the line held.

        One whose status they are is asked for them later; models that answer neither way are sent
        nothing, because some take GS a for their flow control.
        """
        if self._profile.status == "realtime":
            await self.ask(_AUTOMATIC_STATUS_OFF)
        await self.drain(self._timings.settle_s)

    async def ask(self, command: bytes) -> None:
        """Write a short command that moves no paper.

        Raises:
            LinkTimeout: the printer stopped taking bytes.
            LinkLost: the line went away.
        """
        self._expect_work(command, 0)
        await self._link.write(command, self._timings.write_timeout_s)

    async def check_behind(self) -> None:
        """Ask DLE EOT without waiting; the inbox looks at the answer when it comes."""
        self.inbox.checks_due += 1
        await self.ask(bytes((0x10, 0x04, self._profile.check_question)))

    async def send(self, segment: Segment) -> None:
        """Write a segment in chunks of at most 512 bytes.

        Raises:
            LinkTimeout: the printer stopped taking bytes.
            LinkLost: the line went away.
        """
        for at in range(0, len(segment.data), _CHUNK_BYTES):
            chunk = segment.data[at : at + _CHUNK_BYTES]
            self._expect_work(chunk, 0)
            await self._link.write(chunk, self._timings.write_timeout_s)
        self._expect_work(b"", segment.dot_rows)

    async def barrier(self) -> Literal["passed", "unanswered", "noisy"]:
        """Ask GS r: ``passed`` when everything sent before has been worked through.

        The answer has few fixed bits, so on a line with noise it proves nothing.
        """
        await self.glance()
        self.inbox.forget()
        await self.ask(barrier_request())
        answered = await self.read_until(lambda: self.inbox.queued or None, self.answer_within_s())
        if answered is None:
            self._unanswered_barriers += 1
            return "unanswered"
        await self.read_until_quiet(self._timings.settle_s)
        alone = len(self.inbox.queued) == 1 + self._unanswered_barriers
        self._unanswered_barriers = 0
        is_quiet = not self.inbox.stray_bytes and not self.inbox.realtime
        if not (alone and is_quiet):
            return "noisy"
        self.note_all_done()
        return "passed"

    async def mark_queue(self) -> QueueMark:
        """Ask GS r behind what a stopped printer holds: its answers prove that it kept that."""
        mark = QueueMark(_MARK_QUESTIONS + self._unanswered_barriers)
        self._unanswered_barriers = 0
        await self.glance()
        self.inbox.mark = mark
        await self.ask(barrier_request() * _MARK_QUESTIONS)
        return mark

    async def clear_buffers(self) -> bool:
        """Ask DLE DC4 function 8; True when the printer says that it has dropped what it held.

        Nothing else may be sent before the answer.  What it was printing is broken off.
        """
        for _ in range(ATTEMPTS):
            await self.drain(0)
            self.inbox.cleared = False
            await self.ask(_CLEAR_BUFFERS)
            if await self.read_until(lambda: self.inbox.cleared or None, self.answer_within_s()):
                self._busy_until_s = 0.0
                self._unanswered_barriers = 0
                self.note_all_done()
                return True
        return False

    async def recover_cleared(self) -> None:
        """Send DLE ENQ 2, which has no answer: an error is left, and what was held is dropped."""
        await self.ask(_RECOVER_AND_CLEAR)

    async def listen(self, timeout_s: float) -> None:
        """Read once for at most ``timeout_s``; confirmations are handed on as they come."""
        self._receive(await self._link.read(_READ_BYTES, timeout_s))

    async def glance(self) -> None:
        """Take what has arrived, without waiting for more."""
        await self.listen(0)

    async def settle_checks(self) -> None:
        """Wait for the answers to a job's checks; those that do not come are given up."""
        if self.inbox.checks_due:
            await self.read_until(
                lambda: self.inbox.checks_due == 0 or None, self.answer_within_s()
            )
            self.inbox.checks_due = 0
        self.inbox.alarm = False

    async def drain(self, quiet_s: float) -> None:
        """Forget what nobody asked for: old answers must not be taken for new ones."""
        await self.settle_checks()
        await self.read_until_quiet(quiet_s)
        self.inbox.forget()

    async def read_until(self, look: Callable[[], T | None], timeout_s: float) -> T | None:
        """Read until ``look`` has found what is waited for; None after ``timeout_s``."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        while (found := look()) is None:
            left_s = deadline_s - loop.time()
            if left_s <= 0:
                return None
            await self.listen(left_s)
        return found

    async def read_until_quiet(self, quiet_s: float) -> None:
        """Read until nothing comes for ``quiet_s``.

        An answer that has begun gets the time to arrive: it may be a job's confirmation.
        """
        for _ in range(_MAX_DRAIN_READS):
            wait_s = self._timings.settle_s if self.inbox.has_partial else quiet_s
            data = await self._link.read(_READ_BYTES, wait_s)
            self._receive(data)
            if not data:
                break
        self.inbox.give_up_partial()

    def answer_within_s(self) -> float:
        """How long an answer may take that waits behind all the printer still has to do."""
        return self.seconds_of_work() + self._timings.status_timeout_s

    def seconds_of_work(self) -> float:
        """How long the printer may still be busy with what it was sent, by its profile."""
        return max(0.0, self._busy_until_s - asyncio.get_running_loop().time())

    def held_work_s(self) -> float:
        """How long a printer that has been stopped may work on what it was sent before.

        Its clock stood still meanwhile; so this counts everything since it last proved that nothing
        was left, though not more than a printer can hold.
        """
        return min(self._unproven_work_s, _MOST_HELD_S)

    def note_all_done(self) -> None:
        """The printer has answered behind all that it was sent."""
        self._unproven_work_s = 0.0

    def expect_late_answers(self, count: int) -> None:
        """So many GS r are unanswered: the next :meth:`barrier` must not take theirs for its own.

        They may also be lost, which costs one more barrier.
        """
        self._unanswered_barriers += count

    def _receive(self, data: bytes) -> None:
        self.inbox.receive(data)

    def _expect_work(self, data: bytes, dot_rows: int) -> None:
        """Note how much longer the printer is busy: bytes on the line, then paper to move."""
        now_s = asyncio.get_running_loop().time()
        work_s = len(data) / self._profile.bytes_per_s + dot_rows / self._profile.dots_per_s
        self._busy_until_s = max(self._busy_until_s, now_s) + work_s * _SLOWER_THAN_TOLD
        self._unproven_work_s += work_s * _SLOWER_THAN_TOLD
