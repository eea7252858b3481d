"""The ESC/POS receipt printer as a supervised device: kept open, watched, one job at a time."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import assert_never

from anjungan.appliance.drivers.device import (
    DeviceState,
    Fault,
    Missing,
    Pacing,
    Ready,
    StateListener,
    StateReport,
    keep_open,
)
from anjungan.appliance.drivers.link.byte_link import ByteLink, LinkLost, LinkTimeout
from anjungan.appliance.drivers.printer.dialogue import Dialogue, Timings
from anjungan.appliance.drivers.printer.document import Document
from anjungan.appliance.drivers.printer.encode import (
    Segment,
    encode,
    flush_segment,
    separate_segment,
)
from anjungan.appliance.drivers.printer.job import PrintJob
from anjungan.appliance.drivers.printer.outcome import (
    Disconnected,
    Printed,
    PrinterFault,
    PrintOutcome,
    Uncertain,
)
from anjungan.appliance.drivers.printer.pending import PendingJobs
from anjungan.appliance.drivers.printer.profile import PrinterProfile
from anjungan.appliance.drivers.printer.status import (
    CoverOpen,
    Idle,
    NearEnd,
    PaperOut,
    PrinterStatus,
    Silent,
)

log = logging.getLogger(__name__)

READY = Ready("ready")
READY_NEAR_END = Ready("paper near end")
READY_WITHOUT_STATUS = Ready("answers no status")


class EscposPrinter:
    """A printer on ``link``.  :meth:`run` keeps it open and watched; one job prints at a time.

    ``on_late_confirmation`` takes the job id of an :class:`Uncertain` job that the printer has
    confirmed after all, for example when paper was put in.

    A printer that stopped keeps the rest of a job and prints it when it can.  That is right as long
    as its owner is there; so :meth:`forget_pending` tells when others come.
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
    ) -> None:
        self._link = link
        self._profile = profile
        self._name = name
        self._report = StateReport(name, on_state)
        self._timings = timings or Timings()
        self._pacing = pacing
        self._lock = asyncio.Lock()
        self._pending = PendingJobs(on_late_confirmation)
        self._dialogue: Dialogue | None = None
        self._lost = False
        self._called = asyncio.Event()  # ends the pause between two looks
        self._owner = 0
        # Whose data the printer may hold; at first of the process that had the line before us.
        self._holds_of: int | None = 0
        self._separate_held = False
        # A command may have been cut off by the process that had the line before us.
        self._flush_first = True
        self._separate_first = False

    @property
    def name(self) -> str:
        """The name in the site settings."""
        return self._name

    @property
    def state(self) -> DeviceState:
        """The state told last."""
        return self._report.state

    async def run(self) -> None:
        """Open the line, watch the printer, and again for ever; ends only by being cancelled."""
        await keep_open(self._link, self._serve, report=self._report, pacing=self._pacing)

    async def print_document(self, document: Document, job_id: str) -> PrintOutcome:
        """Print ``document`` once and say what is known of it; bounded in time by its length.

        ``job_id`` names the job in a late confirmation.

        Raises:
            ValueError: the document is wider than the paper.
        """
        owner = self._owner
        segments = await asyncio.to_thread(encode, document, self._profile)
        async with self._lock:
            dialogue = self._dialogue
            if dialogue is None:
                return Disconnected()
            outcome = await self._cannot_clear(dialogue)
            if outcome is None:
                job = PrintJob(dialogue, self._profile, self._timings, self._pending)
                try:
                    outcome = await job.print(self._with_prologue(segments), job_id)
                finally:
                    self._note_rest(job, owner)
            if isinstance(outcome, Printed):
                self._holds_of = None  # all that came before it is on paper too
            self._report_outcome(outcome)
            return outcome

    def forget_pending(self) -> None:
        """What was asked for until now must not come out any more: its owner has gone.

        A job that is being printed is finished.  What the printer holds of one that was not
        confirmed is cleared before anything else is printed, as soon as the printer is there and
        answers, where its profile has a command for that; then its late confirmation does not come
        any more.
        """
        self._owner += 1
        self._called.set()

    async def _serve(self) -> Missing | Fault:
        dialogue = Dialogue(self._link, self._profile, self._timings, self._completed)
        await dialogue.start()
        self._lost = False
        self._dialogue = dialogue
        try:
            while not self._lost:
                self._called.clear()
                async with self._lock:
                    await self._clear_for_others(dialogue)
                    await self._look(dialogue)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._timings.poll_interval_s):
                        await self._called.wait()
        finally:
            self._dialogue = None
        return Missing("lost while printing")

    async def _look(self, dialogue: Dialogue) -> None:
        if not self._profile.realtime_status:
            await dialogue.drain(0)
            self._report.set(READY_WITHOUT_STATUS)
            return
        self._report.set(device_state(await dialogue.status()))

    def _completed(self, process_id: bytes) -> None:
        self._pending.complete(process_id)
        if not self._pending and not self._separate_first:
            self._holds_of = None

    async def _cannot_clear(self, dialogue: Dialogue) -> PrintOutcome | None:
        """Clear before a job, if need be; the outcome of the job when the line fails at that."""
        try:
            await self._clear_for_others(dialogue)
        except LinkLost:
            return Disconnected()
        except LinkTimeout:
            return PrinterFault("not_taking_bytes")
        return None

    async def _clear_for_others(self, dialogue: Dialogue) -> None:
        """Have the printer drop what it holds of somebody who has gone; not while it is silent."""
        if self._holds_of is None or self._holds_of == self._owner:
            return
        if self._profile.realtime_status:
            status = await dialogue.status()
            if isinstance(status, Silent) or self._holds_of is None:
                return
            # Before the clearing: nothing that is confirmed from here on was printed for certain.
            self._pending.forget()
            if self._profile.clearing == "dle_dc4":
                if not await dialogue.clear_buffers():
                    log.warning("the printer does not answer that it has dropped what it held")
            elif not isinstance(status, Idle | NearEnd):
                await dialogue.recover_cleared()
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
        """Remember what the next job must clear away: half a command, half a ticket."""
        if job.began:
            self._flush_first = self._separate_first = not job.all_sent
            self._holds_of, self._separate_held = owner, True

    def _report_outcome(self, outcome: PrintOutcome) -> None:
        match outcome:
            case Printed(near_end=near_end):
                if self._profile.realtime_status:
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
