"""The A4 printer as a device: its state while nothing is printed, and one document at a time.

CUPS keeps a printed document in its spool for a day unless ``PreserveJobFiles No`` stands in
``cupsd.conf``; a kiosk's letters hold personal data, so its set-up must say so.  The history of
jobs, which tells how one ended, is needed and holds nothing but the title.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Final, assert_never

from anjungan.appliance.drivers.device import (
    DeviceState,
    Fault,
    Missing,
    Pacing,
    Ready,
    StateListener,
    bug_found,
)
from anjungan.appliance.drivers.document_printer.cups_queue import (
    CupsQueue,
    JobEnd,
    NotSubmitted,
    Progress,
    Submitted,
    Unavailable,
)
from anjungan.appliance.drivers.document_printer.lpstat_output import QueueStatus
from anjungan.appliance.drivers.document_printer.outcome import (
    DocumentOutcome,
    Printed,
    RefusalCode,
    Refused,
    StopCode,
    Stopped,
    Uncertain,
)
from anjungan.appliance.drivers.document_printer.printer_reasons import soon_of, trouble_of
from anjungan.appliance.drivers.program import RunCommand, run_command
from anjungan.appliance.drivers.reported_device import ReportedDevice

_PDF_BEGINS: Final = b"%PDF-"
_TITLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}")
_LONG_NUMBER: Final = re.compile(r"[0-9]{9}")  # a NIK or a telephone number


@dataclass(frozen=True, slots=True, kw_only=True)
class CupsTimings:
    """How often CUPS is asked, and how long a document may take."""

    idle_poll_s: float = 30.0
    trouble_poll_s: float = 10.0
    follow_every_s: float = 1.0
    patience_s: float = 30.0
    """How long a document waits for paper, for a closed cover, for a queue to be enabled."""
    document_limit_s: float = 180.0


class CupsPrinter(ReportedDevice):
    """A supervised A4 printer; see ``drivers.device.Device``.

    A fault told by the printer is what it said at its last document: CUPS speaks to a printer only
    while it prints.  So a document is tried whatever the printer said before, and refused only for
    what CUPS itself knows now.
    """

    kind = "document_printer"

    def __init__(
        self,
        queue: str,
        *,
        name: str = "document_printer",
        on_state: StateListener,
        pacing: Pacing | None = None,
        timings: CupsTimings | None = None,
        run_command: RunCommand = run_command,
    ) -> None:
        super().__init__(name, on_state)
        self._queue = CupsQueue(queue, run_command)
        self._pacing = pacing or Pacing()
        self._timings = timings or CupsTimings()
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """See ``Device``."""
        while True:
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 - the supervisor: a bug in one driver must not end the others
                self._report.set(bug_found(self._name, error))
            ready = isinstance(self._report.state, Ready)
            timings = self._timings
            poll_s = timings.idle_poll_s if ready else timings.trouble_poll_s
            await self._pacing.sleep(poll_s * self._pacing.random.uniform(1.0, 1.5))

    async def print_pdf(self, pdf: bytes, title: str) -> DocumentOutcome:
        """Print one document and follow it until CUPS tells its end, or a limit passes.

        A document that waits longer than ``patience_s`` for somebody at the printer is taken out of
        the queue, so that a letter never comes out when its owner has gone.  A caller that is
        cancelled leaves the document to CUPS.

        Args:
            pdf: the whole file.
            title: what CUPS lists the job as, in the clear: the kind of letter, never whose.

        Raises:
            ValueError: ``pdf`` is no PDF, or ``title`` is not a short plain one without long
                numbers; its text is not repeated.
        """
        if not pdf.startswith(_PDF_BEGINS):
            raise ValueError("the document is no PDF")
        if not _TITLE.fullmatch(title) or _LONG_NUMBER.search(title):
            raise ValueError("the title is too long, not plain, or holds a long number")
        async with self._one_at_a_time:
            outcome = await self._print(pdf, title)
            await self._look()
        return outcome

    async def _look(self) -> None:
        self._report.set(_state_of(await self._queue.status()))

    async def _print(self, pdf: bytes, title: str) -> DocumentOutcome:
        before = await self._queue.status()
        if isinstance(before, Unavailable):
            return Refused(_refusal_of(before))
        if before.stopped:
            return Refused("queue_stopped")
        if not before.accepting:
            return Refused("queue_refuses")
        submitted = await self._queue.submit(before, pdf, title)
        match submitted:
            case Submitted(job):
                return await self._follow(before, job)
            case NotSubmitted.NOT_TAKEN:
                return Refused("not_taken")
            case NotSubmitted.UNKNOWN:
                return Uncertain("cups_not_answering")
            case _:
                assert_never(submitted)

    async def _follow(self, before: QueueStatus, job: str) -> DocumentOutcome:
        monotonic, timings = self._pacing.monotonic, self._timings
        began_s = monotonic()
        waits_since_s: float | None = None
        old_reasons = before.reasons  # told at an earlier document, and perhaps no longer true
        waits_for: StopCode | None = None
        while True:
            progress = await self._queue.progress(before, job)
            now_s = monotonic()
            if isinstance(progress, Progress):
                if progress.job_reasons is None:
                    return await self._end_of(job)
                old_reasons &= progress.queue.reasons
                waits_for = _waiting_of(progress, old_reasons)
                if waits_for is None:
                    waits_since_s = None
                elif waits_since_s is None:
                    waits_since_s = now_s
                elif now_s - waits_since_s >= timings.patience_s:
                    return await self._end_of(job, waits_for)
            if now_s - began_s >= timings.document_limit_s:
                if isinstance(progress, Unavailable):
                    return Uncertain("cups_not_answering")
                trouble = trouble_of(progress.queue.reasons)
                return await self._end_of(job, waits_for or trouble or "too_slow")
            await self._pacing.sleep(timings.follow_every_s)

    async def _end_of(self, job: str, given_up: StopCode | None = None) -> DocumentOutcome:
        """How ``job`` ended; with ``given_up`` it is taken out of the queue for that reason."""
        end = await self._queue.end_of(job)
        match end:
            case JobEnd.COMPLETED:
                return Printed()
            case JobEnd.CANCELLED:
                return Stopped("cancelled")
            case JobEnd.ABORTED:
                return Stopped("aborted")
            case JobEnd.REMOVED_NOW:
                return Stopped(given_up or "aborted")
            case JobEnd.UNKNOWN:
                return Uncertain("still_queued" if given_up else "end_not_told")
            case _:
                assert_never(end)


def _waiting_of(progress: Progress, old_reasons: frozenset[str]) -> StopCode | None:
    """What the document waits for, when it needs somebody at the printer."""
    if progress.queue.stopped:
        return "queue_stopped"
    if any(reason.startswith("job-hold-until") for reason in progress.job_reasons or ()):
        return "held"
    return trouble_of(progress.queue.reasons - old_reasons)


def _refusal_of(unavailable: Unavailable) -> RefusalCode:
    match unavailable:
        case Unavailable.NO_CUPS:
            return "no_cups"
        case Unavailable.NOT_RUNNING:
            return "cups_not_running"
        case Unavailable.NOT_ANSWERING:
            return "cups_not_answering"
        case Unavailable.NO_QUEUE:
            return "no_queue"
        case _:
            assert_never(unavailable)


def _state_of(status: QueueStatus | Unavailable) -> DeviceState:
    match status:
        case Unavailable.NO_CUPS:
            return Missing("CUPS is not installed")
        case Unavailable.NOT_RUNNING:
            return Missing("CUPS does not run")
        case Unavailable.NO_QUEUE:
            return Missing("no such queue")
        case Unavailable.NOT_ANSWERING:
            return Fault("cups_not_answering", "lpstat did not answer in time")
        case QueueStatus(reasons=reasons) if trouble := trouble_of(reasons):
            return Fault(trouble, " ".join(sorted(reasons)))
        case QueueStatus(stopped=True):
            return Fault("queue_stopped", "the queue is disabled")
        case QueueStatus(accepting=False):
            return Fault("queue_refuses", "the queue does not accept jobs")
        case QueueStatus(name=name, reasons=reasons):
            soon = soon_of(reasons)
            return Ready(f"{name}, {soon}" if soon else name)
        case _:
            assert_never(status)
