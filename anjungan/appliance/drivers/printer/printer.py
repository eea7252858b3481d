"""The ESC/POS receipt printer as a supervised device: kept open, watched, one job at a time."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import assert_never

from anjungan.appliance.drivers.device import (
    Fault,
    Missing,
    Pacing,
    Ready,
    StateListener,
    keep_open,
    tell,
)
from anjungan.appliance.drivers.link.byte_link import ByteLink, LinkLost, LinkTimeout
from anjungan.appliance.drivers.printer.bitmap import Bitmap
from anjungan.appliance.drivers.printer.dialogue import Dialogue
from anjungan.appliance.drivers.printer.document import Document
from anjungan.appliance.drivers.printer.encode import (
    Segment,
    encode,
    flush_segment,
    separate_segment,
    warm_up,
)
from anjungan.appliance.drivers.printer.job import OpenPrinter, PrintJob
from anjungan.appliance.drivers.printer.outcome import (
    Disconnected,
    Printed,
    PrinterFault,
    PrintOutcome,
    Uncertain,
    refusal,
)
from anjungan.appliance.drivers.printer.pending import PendingJobs
from anjungan.appliance.drivers.printer.printer_profile import PrinterProfile
from anjungan.appliance.drivers.printer.questions import StatusQuestions
from anjungan.appliance.drivers.printer.status import (
    CoverOpen,
    Idle,
    NearEnd,
    PaperOut,
    PrinterStatus,
    Silent,
)
from anjungan.appliance.drivers.printer.timings import Timings
from anjungan.appliance.drivers.reported_device import ReportedDevice

log = logging.getLogger(__name__)

READY = Ready("ready")
READY_NEAR_END = Ready("paper near end")
READY_WITHOUT_STATUS = Ready("answers no status")


class EscposPrinter(ReportedDevice):
    """A printer on ``link``.  :meth:`run` keeps it open and watched; one job prints at a time.

    ``on_late_confirmation`` takes the job id of an :class:`Uncertain` job that the printer has
    confirmed after all, for example when paper was put in.  ``logo`` is what a document's
    :class:`Logo` stands for.

    A printer that stopped keeps the rest of a job and prints it when it can; what it was not sent
    yet follows then.  That is right as long as its owner is there; so :meth:`forget_pending` tells
    when others come.
    """

    kind = "printer"

    def __init__(
        self,
        link: ByteLink,
        profile: PrinterProfile,
        *,
        name: str,
        on_state: StateListener,
        on_late_confirmation: Callable[[str], None] | None = None,
        timings: Timings | None = None,
        pacing: Pacing | None = None,
        logo: Bitmap | None = None,
    ) -> None:
        super().__init__(name, on_state)
        self._link = link
        self._profile = profile
        self._timings = timings or Timings()
        self._pacing = pacing
        self._logo = logo
        self._on_late_confirmation = on_late_confirmation
        self._lock = asyncio.Lock()
        self._pending = PendingJobs(on_late_confirmation)
        self._open: OpenPrinter | None = None
        self._lost = False
        self._called = asyncio.Event()  # ends the pause between two looks
        self._owner = 0
        # Whose data the printer may hold; at first of the process that had the line before us.
        self._holds_of: int | None = 0
        self._stopped_job: PrintJob | None = None  # always of the owner in _holds_of
        self._separate_held = False
        self._flush_first = True
        self._separate_first = False
        self.fed_dot_rows = 0
        """How far the paper was sent since the start, in dots; part of it may not have moved."""

    @property
    def columns(self) -> int:
        """How many characters of the plain font fit on its paper: 32 on 58 mm, 48 on 80 mm."""
        return self._profile.columns

    async def run(self) -> None:
        """Open the line, watch the printer, and again for ever; ends only by being cancelled."""
        await asyncio.to_thread(warm_up, self._profile)
        await keep_open(self._link, self._serve, report=self._report, pacing=self._pacing)

    async def print_document(self, document: Document, job_id: str) -> PrintOutcome:
        """Print ``document`` once and say what is known of it; bounded in time by its length.

        ``job_id`` names the job in a late confirmation.

        Raises:
            ValueError: the document is wider than the paper.
        """
        owner = self._owner
        segments = await asyncio.to_thread(encode, document, self._profile, self._logo)
        async with self._lock:
            opened = self._open
            if opened is None:
                return Disconnected()
            outcome = await self._cannot_clear(opened)
            if outcome is None:
                job = PrintJob(opened, self._with_prologue(segments), job_id)
                try:
                    outcome = await job.print()
                finally:
                    self._note_rest(job, owner)
                    if job.began:
                        self.fed_dot_rows += sum(each.dot_rows for each in segments)
            if isinstance(outcome, Printed):
                self._holds_of = None  # all that came before it is on paper too
            self._report_outcome(outcome)
            return outcome

    def forget_pending(self) -> None:
        """What was asked for until now must not come out any more: its owner has gone.

        A job that is being printed is finished.  What the printer holds of one that was not
        confirmed is cleared before anything else is printed, as soon as the printer is there and
        answers, where its profile has a command for that; then its late confirmation does not come
        any more.  What it was not sent yet is never sent.
        """
        self._owner += 1
        self._called.set()

    async def _serve(self) -> Missing | Fault:
        dialogue = Dialogue(self._link, self._profile, self._timings, self._completed)
        questions = StatusQuestions(dialogue, self._profile)
        await dialogue.start()
        self._lost = False
        self._flush_first = True  # whoever had the line before may have been cut off
        self._open = OpenPrinter(dialogue, questions, self._profile, self._pending)
        try:
            while not self._lost:
                self._called.clear()
                async with self._lock:
                    await self._clear_for_others(self._open)
                    await self._look(self._open)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._timings.poll_interval_s):
                        await self._called.wait()
        finally:
            self._open = None
            self._stopped_job = None  # whether the printer was switched off meanwhile, nobody knows
        return Missing("lost while printing")

    async def _look(self, opened: OpenPrinter) -> None:
        if self._profile.status == "none":
            await opened.dialogue.drain(0)
            if self._flush_first:
                await self._flush(opened)
            self._report.set(READY_WITHOUT_STATUS)
            return
        status = await opened.questions.look()
        if self._flush_first and self._stopped_job is None and self._takes_flush(status):
            status = await self._flush(opened)
        self._report.set(device_state(status))
        if isinstance(status, Idle | NearEnd):
            await self._resume_stopped()
        elif self._stopped_job is not None:
            self._stopped_job.notice_stop()

    def _takes_flush(self, status: PrinterStatus) -> bool:
        """Whether a command that was cut off is to be completed now.

        Such a command swallows every question but DLE EOT, so a printer that is asked otherwise is
        silent until it has been completed.  Once is enough: switched off, it forgets the command.
        """
        if isinstance(status, Silent):
            return self._profile.status in {"automatic", "queued"}
        return isinstance(status, Idle | NearEnd)

    async def _flush(self, opened: OpenPrinter) -> PrinterStatus:
        """Complete a command that was cut off, before somebody waits for paper.

        The printer counts as ready once it has answered behind that: then the line is free.
        """
        await opened.dialogue.send(flush_segment(self._profile))
        self._flush_first = False
        return await opened.questions.status()

    async def _resume_stopped(self) -> None:
        """The printer goes on: send what its stopped job still lacks, and tell how that ended."""
        job, owner = self._stopped_job, self._holds_of
        if job is None or owner is None or owner != self._owner:
            self._stopped_job = None
            return
        outcome = await job.resume(lambda: self._owner == owner)
        self._note_rest(job, owner)
        self._report_outcome(outcome)
        if not isinstance(outcome, Printed):
            return
        self._holds_of = None
        if self._on_late_confirmation is not None:
            tell(self._name, self._on_late_confirmation, job.job_id)

    def _completed(self, process_id: bytes) -> None:
        self._pending.complete(process_id)
        if not self._pending and not self._separate_first:
            self._holds_of = None

    async def _cannot_clear(self, opened: OpenPrinter) -> PrintOutcome | None:
        """Clear before a job, if need be; the outcome of the job when that cannot be done."""
        try:
            await self._clear_for_others(opened, patiently=True)
            return await self._finish_stopped(opened)
        except LinkLost:
            return Disconnected()
        except LinkTimeout:
            return PrinterFault("not_taking_bytes")

    async def _finish_stopped(self, opened: OpenPrinter) -> PrintOutcome | None:
        """Let a stopped job come out before the next; what refuses both while it cannot."""
        while self._stopped_job is not None:
            refused = refusal(await opened.questions.status(patiently=True))
            if refused is not None:
                return refused
            await self._resume_stopped()
        return None

    async def _clear_for_others(self, opened: OpenPrinter, *, patiently: bool = False) -> None:
        """Have the printer drop what it holds of somebody who has gone; not while it is silent."""
        if self._holds_of is None or self._holds_of == self._owner:
            return
        self._stopped_job = None
        opened.dialogue.inbox.mark = None
        if self._profile.status != "none":
            status = await opened.questions.status(patiently=patiently)
            if isinstance(status, Silent) or self._holds_of is None:
                return
            # Before the clearing: nothing that is confirmed from here on was printed for certain.
            self._pending.forget()
            if self._profile.clearing == "dle_dc4":
                if not await opened.dialogue.clear_buffers():
                    log.warning("the printer does not answer that it has dropped what it held")
            elif not isinstance(status, Idle | NearEnd):
                await opened.dialogue.recover_cleared()
        self._holds_of = None
        self._separate_first = self._separate_first or self._separate_held

    def _with_prologue(self, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
        prologue: list[Segment] = []
        if self._flush_first:
            prologue.append(flush_segment(self._profile))
        if self._separate_first:
            prologue.append(separate_segment(self._profile))
        return (*prologue, *segments)

    def _note_rest(self, job: PrintJob, owner: int) -> None:
        """Remember what the next job must clear away, or what of this one can still follow."""
        if job.began:
            self._flush_first = self._separate_first = not job.all_sent
            self._holds_of, self._separate_held = owner, True
            self._stopped_job = job if job.can_resume else None

    def _report_outcome(self, outcome: PrintOutcome) -> None:
        match outcome:
            case Printed(near_end=near_end):
                if self._profile.status != "none":
                    self._report.set(READY_NEAR_END if near_end else READY)
            case Disconnected() | Uncertain(reason="disconnected"):
                self._lost = True
                self._called.set()
            case PaperOut() | CoverOpen() | Silent():
                self._report.set(device_state(outcome))
            case PrinterFault(code=code) | Uncertain(reason=code):
                if code != "not_confirmed":
                    self._report.set(fault_state(code))
            case _:
                assert_never(outcome)


def device_state(status: PrinterStatus) -> Ready | Fault:
    """Name a printer's status as the state of a device."""
    match status:
        case Idle():
            return READY
        case NearEnd():
            return READY_NEAR_END
        case stopped:
            return fault_state(stopped.code)


def fault_state(code: str) -> Fault:
    """Name what stops the printer as the state of a device."""
    match code:
        case "silent":
            return Fault(code, "no answer to a status question")
        case "not_taking_bytes":
            return Fault(code, "the device does not take bytes")
        case _:
            return Fault(code, "the printer's own report")
