"""Questions and answers with a printer over a byte line, each with a limit.

Answers arrive in any order and at any time: a job's confirmation may come minutes late, after
paper was put in.  So everything that is read goes through one place, confirmations are handed on
by their id, and a question takes only an answer of its own kind.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar, assert_never

from anjungan.appliance.drivers.link.byte_link import ByteLink
from anjungan.appliance.drivers.printer.encode import Segment, barrier_request
from anjungan.appliance.drivers.printer.profile import PrinterProfile
from anjungan.appliance.drivers.printer.replies import (
    Automatic,
    BufferCleared,
    Noise,
    ProcessCompleted,
    Queued,
    Realtime,
    Reply,
    ReplyStream,
)
from anjungan.appliance.drivers.printer.status import (
    Idle,
    NearEnd,
    PrinterStatus,
    RealtimeStatus,
    Silent,
    Stopped,
    trouble_in_offline_cause,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

_CHUNK_BYTES = 512  # a write is cut off at a known place, and a full line is noticed early
_READ_BYTES = 256
_MAX_DRAIN_READS = 32  # a line that babbles without end must not hold us
_SLOWER_THAN_TOLD = 1.5  # cold heads and dark pictures print slower than the data sheet says
_ATTEMPTS = 3  # noise may eat an answer or add one
_NO_AUTOMATIC_STATUS = b"\x1da\x00"
_CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4, function 8
_RECOVER_AND_CLEAR = b"\x10\x05\x02"  # DLE ENQ 2


@dataclass(frozen=True, slots=True)
class Timings:
    """How long to wait for what.

    ``status_timeout_s`` and ``confirm_grace_s`` begin when the printer can be done with what it was
    sent, by its profile; ``settle_s`` is how long a line is quiet before it counts as quiet.
    """

    status_timeout_s: float = 0.5
    write_timeout_s: float = 10.0
    confirm_grace_s: float = 10.0
    check_interval_s: float = 1.0
    poll_interval_s: float = 3.0
    settle_s: float = 0.03


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
        self._on_completed = on_completed
        self._stream = ReplyStream()
        self._answers: list[Realtime | Queued] = []
        self._stray_bytes = 0
        self._suspect = False
        self._cleared = False
        self._busy_until_s = 0.0

    async def start(self) -> None:
        """Turn unasked status messages off, and drop what the line held."""
        await self._link.write(_NO_AUTOMATIC_STATUS, self._timings.write_timeout_s)
        await self.drain(self._timings.settle_s)

    async def status(self) -> PrinterStatus:
        """Ask DLE EOT 1 to 4 and name the state; :class:`Silent` when the first is unanswered."""
        printer = await self._ask_realtime(1)
        if printer is None:
            return Silent()
        return RealtimeStatus(
            printer=printer,
            offline_cause=await self._ask_realtime(2),
            error_cause=await self._ask_realtime(3),
            paper=await self._ask_realtime(4),
        ).summary()

    async def trouble(self) -> Stopped | None:
        """Ask during a job whether printing has stopped: the state that stopped it, or None."""
        cause = await self._ask_realtime(2)
        if cause is None:
            return Silent()
        if not trouble_in_offline_cause(cause):
            return None
        error = await self._ask_realtime(3)
        status = RealtimeStatus(offline_cause=cause, error_cause=error).summary()
        return None if isinstance(status, Idle | NearEnd) else status

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
        await self.drain(0)
        self._stray_bytes = 0
        await self.send(Segment(barrier_request(), 0))
        answer = await self._take(Queued, self._busy_s() + self._timings.status_timeout_s)
        if answer is None:
            return "unanswered"
        await self._read_until_quiet(self._timings.settle_s)
        return "passed" if self._stray_bytes == 0 and not self._answers else "noisy"

    async def clear_buffers(self) -> bool:
        """Ask DLE DC4 function 8; True when the printer says that it has dropped what it held.

        Nothing else may be sent before the answer.  What it was printing is broken off.
        """
        for _ in range(_ATTEMPTS):
            await self.drain(0)
            self._cleared = False
            self._expect_work(_CLEAR_BUFFERS, 0)
            await self._link.write(_CLEAR_BUFFERS, self._timings.write_timeout_s)
            answer_within_s = self._busy_s() + self._timings.status_timeout_s
            if await self._read_until(lambda: self._cleared or None, answer_within_s):
                self._busy_until_s = 0.0
                return True
        return False

    async def recover_cleared(self) -> None:
        """Send DLE ENQ 2, which has no answer: an error is left, and what was held is dropped."""
        self._expect_work(_RECOVER_AND_CLEAR, 0)
        await self._link.write(_RECOVER_AND_CLEAR, self._timings.write_timeout_s)

    async def listen(self, timeout_s: float) -> None:
        """Read for at most ``timeout_s``; confirmations are handed on as they come."""
        await self._read_once(timeout_s)

    async def drain(self, quiet_s: float) -> None:
        """Forget what nobody asked for: old answers must not be taken for new ones."""
        await self._read_until_quiet(quiet_s)
        self._answers.clear()

    def seconds_of_work(self) -> float:
        """How long the printer may still be busy with what it was sent, by its profile."""
        return self._busy_s()

    async def _ask_realtime(self, n: Literal[1, 2, 3, 4]) -> int | None:
        """Ask DLE EOT ``n``; None when no answer came, or none that stands alone.

        An answer does not say to which question it belongs.  So when more came than was asked for,
        or an answer was missed and may still come, the line must fall quiet before the next try.
        """
        for _ in range(_ATTEMPTS):
            await self.drain(self._timings.settle_s if self._suspect else 0)
            request = bytes((0x10, 0x04, n))
            self._expect_work(request, 0)
            await self._link.write(request, self._timings.write_timeout_s)
            answer = await self._take(Realtime, self._busy_s() + self._timings.status_timeout_s)
            self._suspect = answer is None or bool(self._answers)
            if not self._suspect:
                return answer
        return None

    async def _take(self, kind: type[Realtime | Queued], timeout_s: float) -> int | None:
        """Wait for the first answer of ``kind``; answers of the other kind are dropped."""

        def first() -> int | None:
            while self._answers:
                answer = self._answers.pop(0)
                if isinstance(answer, kind):
                    return answer.byte
                self._stray_bytes += 1
            return None

        return await self._read_until(first, timeout_s)

    async def _read_until(self, look: Callable[[], T | None], timeout_s: float) -> T | None:
        """Read until ``look`` has found what is waited for; None after ``timeout_s``."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        while (found := look()) is None:
            left_s = deadline_s - loop.time()
            if left_s <= 0:
                return None
            await self._read_once(left_s)
        return found

    async def _read_until_quiet(self, quiet_s: float) -> None:
        """Read until nothing comes for ``quiet_s``.

        An answer that has begun gets the time to arrive: it may be a job's confirmation.
        """
        for _ in range(_MAX_DRAIN_READS):
            partial = self._stream.has_partial
            if not await self._read_once(self._timings.settle_s if partial else quiet_s):
                break
        self._take_in(self._stream.abandon_partial())

    async def _read_once(self, timeout_s: float) -> bool:
        data = await self._link.read(_READ_BYTES, timeout_s)
        self._take_in(self._stream.feed(data))
        return bool(data)

    def _take_in(self, replies: tuple[Reply, ...]) -> None:
        for reply in replies:
            match reply:
                case ProcessCompleted(process_id=process_id):
                    self._on_completed(process_id)
                case Realtime() | Queued():
                    self._answers.append(reply)
                case Noise():
                    self._stray_bytes += 1
                case BufferCleared():
                    self._cleared = True
                case Automatic():
                    log.debug("an answer that nobody asked for: %s", type(reply).__name__)
                case _:
                    assert_never(reply)

    def _expect_work(self, data: bytes, dot_rows: int) -> None:
        """Note how much longer the printer is busy: bytes on the line, then paper to move."""
        now_s = asyncio.get_running_loop().time()
        work_s = len(data) / self._profile.bytes_per_s + dot_rows / self._profile.dots_per_s
        self._busy_until_s = max(self._busy_until_s, now_s) + work_s * _SLOWER_THAN_TOLD

    def _busy_s(self) -> float:
        return max(0.0, self._busy_until_s - asyncio.get_running_loop().time())
