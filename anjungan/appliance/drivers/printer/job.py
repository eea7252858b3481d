"""One document on its way to paper: the three stages of a confirmed print.

A write that succeeded proves nothing: 8 kB vanish into kernel and printer buffers in no time.  So a
job is checked before, during and after, and called printed only when the printer says so:

1. before: its state is asked; with any cause against it nothing is sent and the cause is returned;
2. during: chunks of at most 512 bytes with a write limit, and questions behind them;
3. after: GS ( H with an id made from the job, or else GS r (answered in print order) and its state
   once more.  Whatever fails after the first byte is :class:`Uncertain`; nothing is sent twice.

When paper ends in the middle, a printer keeps what it has and prints it once paper is in.  A mark
behind that (GS ( H or GS r) is answered when it has, and only then: one that was switched off has
lost both.  So an answered mark is the safe point from which :meth:`PrintJob.resume` sends the rest.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout
from anjungan.appliance.drivers.printer.dialogue import Dialogue
from anjungan.appliance.drivers.printer.encode import Segment, process_id_request
from anjungan.appliance.drivers.printer.inbox import QueueMark
from anjungan.appliance.drivers.printer.outcome import (
    Disconnected,
    Printed,
    PrinterFault,
    PrintOutcome,
    Uncertain,
    refusal,
)
from anjungan.appliance.drivers.printer.pending import PendingJobs, WaitingJob
from anjungan.appliance.drivers.printer.printer_profile import PrinterProfile
from anjungan.appliance.drivers.printer.questions import StatusQuestions
from anjungan.appliance.drivers.printer.sending import Sending
from anjungan.appliance.drivers.printer.status import (
    CoverOpen,
    CutterJam,
    Feeding,
    HeadHot,
    Idle,
    NearEnd,
    Offline,
    PaperOut,
    Stopped,
    Stuck,
)


@dataclass(frozen=True, slots=True)
class OpenPrinter:
    """One open line to one printer, and what is known of it."""

    dialogue: Dialogue
    questions: StatusQuestions
    profile: PrinterProfile
    pending: PendingJobs


Mark = WaitingJob | QueueMark
_KEEPS_ITS_DATA: Final = PaperOut | CoverOpen | CutterJam | Stuck | HeadHot | Feeding | Offline


class PrintJob:
    """One document for one open line.

    ``began`` and ``all_sent`` tell how much of it may be with the printer; ``can_resume`` that the
    rest can follow once the printer goes on.
    """

    def __init__(self, printer: OpenPrinter, segments: tuple[Segment, ...], job_id: str) -> None:
        self._dialogue = printer.dialogue
        self._questions = printer.questions
        self._profile = printer.profile
        self._pending = printer.pending
        self._sending = Sending(printer.dialogue, printer.questions, printer.profile, segments)
        self._mark: Mark | None = None
        self.job_id = job_id
        self.began = False

    @property
    def all_sent(self) -> bool:
        """Whether the printer was sent everything."""
        return self._sending.all_sent

    @property
    def can_resume(self) -> bool:
        """Whether it stopped in a way that :meth:`resume` may carry on from."""
        return self._mark is not None

    async def print(self) -> PrintOutcome:
        """Go through the three stages; a line that fails ends in the fitting outcome."""
        try:
            refused = await self._before()
            if refused is not None:
                return refused
            self.began = True
            return await self._send_and_confirm()
        except LinkLost:
            return Uncertain("disconnected") if self.began else Disconnected()
        except LinkTimeout:
            if self.began:
                return Uncertain("not_taking_bytes")
            return PrinterFault("not_taking_bytes")

    async def resume(self, is_wanted: Callable[[], bool]) -> PrintOutcome:
        """The printer goes on: wait for the mark, then send and confirm the rest.

        Nothing more is sent once ``is_wanted`` says that the owner has gone.
        """
        try:
            return await self._resume(is_wanted)
        except LinkLost:
            self._mark = None
            return Uncertain("disconnected")
        except LinkTimeout:
            self._mark = None
            return Uncertain("not_taking_bytes")

    def notice_stop(self) -> None:
        """The printer has not moved since it stopped: an answer in print order cannot be one."""
        mark = self._mark
        if isinstance(mark, QueueMark) and self._dialogue.inbox.mark is mark:
            mark.doubtful = mark.doubtful or mark.was_answered

    async def _before(self) -> PrintOutcome | None:
        if self._profile.status == "none":
            return None
        return refusal(await self._questions.status(patiently=True))

    async def _send_and_confirm(self) -> PrintOutcome:
        stopped = await self._sending.go_on()
        if stopped is not None:
            await self._set_mark(stopped)
            return Uncertain(stopped.code)
        if self._profile.process_id:
            return await self._confirm_by_id()
        if self._profile.queued_status and self._profile.status != "none":
            return await self._confirm_by_barrier()
        stopped = await self._watch()
        return Uncertain("not_confirmed" if stopped is None else stopped.code)

    async def _watch(self) -> Stopped | None:
        """Stay with a printer that confirms nothing for as long as it may be busy."""
        loop = asyncio.get_running_loop()
        done_at_s = loop.time() + self._dialogue.seconds_of_work()
        while (left_s := done_at_s - loop.time()) > 0:
            await self._dialogue.listen(min(left_s, self._dialogue.timings.check_interval_s))
            stopped = await self._stopped()
            if stopped is not None:
                return stopped
        return await self._stopped()

    async def _resume(self, is_wanted: Callable[[], bool]) -> PrintOutcome:
        mark = self._mark
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + self._confirm_within_s()
        while mark is None or not mark.reached:
            stopped = await self._stopped()
            if stopped is not None:
                return Uncertain(stopped.code)
            if mark is None or mark.doubtful or loop.time() >= deadline_s or not is_wanted():
                self._drop_mark()
                return Uncertain("not_confirmed")
            if not mark.reached:
                await self._dialogue.listen(self._dialogue.timings.check_interval_s)
        self._drop_mark()
        if self.all_sent:
            return await self._state_at_the_end()
        if not is_wanted():
            return Uncertain("not_confirmed")
        return await self._send_and_confirm()

    async def _set_mark(self, stopped: Stopped) -> None:
        """Ask to be told when what the printer holds is on paper."""
        if not isinstance(stopped, _KEEPS_ITS_DATA):
            return
        if self._profile.process_id:
            waiting = self._pending.add(self.job_id, tells=False)
            await self._dialogue.ask(process_id_request(waiting.process_id))
            self._mark = waiting
        elif self._profile.queued_status and self._profile.status in {"realtime", "automatic"}:
            self._mark = await self._dialogue.mark_queue()

    def _drop_mark(self) -> None:
        if self._mark is self._dialogue.inbox.mark:
            self._dialogue.inbox.mark = None
        self._mark = None

    async def _stopped(self) -> Stopped | None:
        if self._profile.status == "none":
            return None
        return await self._questions.trouble()

    def _confirm_within_s(self) -> float:
        return self._dialogue.seconds_of_work() + self._dialogue.timings.confirm_grace_s

    async def _confirm_by_id(self) -> PrintOutcome:
        loop = asyncio.get_running_loop()
        check_interval_s = self._dialogue.timings.check_interval_s
        waiting = self._pending.add(self.job_id)
        with waiting:
            await self._dialogue.send(Segment(process_id_request(waiting.process_id), 0))
            deadline_s = loop.time() + self._confirm_within_s()
            check_at_s = loop.time() + check_interval_s
            while not waiting.reached:
                now_s = loop.time()
                if now_s >= deadline_s:
                    return Uncertain("not_confirmed")
                if now_s >= check_at_s or self._questions.sees_trouble():
                    check_at_s = now_s + check_interval_s
                    stopped = await self._stopped()
                    if stopped is not None and not waiting.reached:
                        return Uncertain(stopped.code)
                    continue
                await self._dialogue.listen(min(check_at_s, deadline_s) - now_s)
        return Printed(near_end=await self._near_end())

    async def _confirm_by_barrier(self) -> PrintOutcome:
        """Ask GS r until it is answered on a quiet line, then look at the printer once more."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + self._confirm_within_s()
        while await self._dialogue.barrier() != "passed":
            stopped = await self._stopped()
            if stopped is not None:
                await self._set_mark(stopped)
                return Uncertain(stopped.code)
            if loop.time() >= deadline_s:
                return Uncertain("not_confirmed")
        return await self._state_at_the_end()

    async def _state_at_the_end(self) -> PrintOutcome:
        match await self._questions.status():
            case Idle():
                return Printed()
            case NearEnd():
                return Printed(near_end=True)
            case stopped_at_the_end:
                return Uncertain(stopped_at_the_end.code)

    async def _near_end(self) -> bool:
        """Look at the paper after a confirmed job; whatever fails now, the job stays printed."""
        if self._profile.status == "none":
            return False
        try:
            return isinstance(await self._questions.status(), NearEnd)
        except (LinkLost, LinkTimeout):
            return False
