"""The ESC/POS receipt printer as a supervised device: kept open, watched, one job at a time."""

import asyncio
import logging
from collections.abc import Callable
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
from anjungan.appliance.drivers.link import ByteLink
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
        self._lost = asyncio.Event()
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
        segments = await asyncio.to_thread(encode, document, self._profile)
        async with self._lock:
            dialogue = self._dialogue
            if dialogue is None:
                return Disconnected()
            job = PrintJob(dialogue, self._profile, self._timings, self._pending)
            try:
                outcome = await job.print(self._with_prologue(segments), job_id)
            finally:
                self._note_rest(job)
            self._report_outcome(outcome)
            return outcome

    async def _serve(self) -> Missing | Fault:
        dialogue = Dialogue(self._link, self._profile, self._timings, self._pending.complete)
        await dialogue.start()
        self._lost.clear()
        self._dialogue = dialogue
        try:
            while not self._lost.is_set():
                async with self._lock:
                    await self._look(dialogue)
                try:
                    async with asyncio.timeout(self._timings.poll_interval_s):
                        await self._lost.wait()
                except TimeoutError:
                    continue
        finally:
            self._dialogue = None
        return Missing("lost while printing")

    async def _look(self, dialogue: Dialogue) -> None:
        if not self._profile.realtime_status:
            await dialogue.drain(0)
            self._report.set(READY_WITHOUT_STATUS)
            return
        self._report.set(device_state(await dialogue.status()))

    def _with_prologue(self, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
        prologue: list[Segment] = []
        if self._flush_first:
            prologue.append(flush_segment(self._profile))
        if self._separate_first:
            prologue.append(separate_segment(self._profile))
        return (*prologue, *segments)

    def _note_rest(self, job: PrintJob) -> None:
        """Remember what the next job must clear away: half a command, half a ticket."""
        if job.began:
            self._flush_first = self._separate_first = not job.all_sent

    def _report_outcome(self, outcome: PrintOutcome) -> None:
        match outcome:
            case Printed(near_end=near_end):
                if self._profile.realtime_status:
                    self._report.set(READY_NEAR_END if near_end else READY)
            case Disconnected() | Uncertain(reason="disconnected"):
                self._lost.set()
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
