"""One attempt at printing one document: the three stages of a confirmed print.

A write that succeeded proves nothing: 8 kB vanish into kernel and printer buffers in no time.  So a
job is checked before, during and after, and called printed only when the printer says so:

1. before: DLE EOT 1 to 4; with any cause against it nothing is sent and the cause is returned;
2. during: chunks of at most 512 bytes with a write limit, DLE EOT 2 about every kilobyte;
3. after: GS ( H with an id made from the job, or else GS r (answered in print order) and DLE EOT
   once more.  Whatever fails after the first byte is :class:`Uncertain`; nothing is sent twice.
"""

import asyncio
from typing import assert_never

from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout
from anjungan.appliance.drivers.printer.dialogue import Dialogue, Timings
from anjungan.appliance.drivers.printer.encode import Segment, process_id_request
from anjungan.appliance.drivers.printer.outcome import (
    Disconnected,
    Printed,
    PrinterFault,
    PrintOutcome,
    Uncertain,
    UncertainReason,
)
from anjungan.appliance.drivers.printer.pending import PendingJobs
from anjungan.appliance.drivers.printer.profile import PrinterProfile
from anjungan.appliance.drivers.printer.status import (
    Broken,
    CoverOpen,
    CutterJam,
    HeadHot,
    Idle,
    NearEnd,
    Offline,
    PaperOut,
    Silent,
)

_CHECK_EVERY_BYTES = 1024


class PrintJob:
    """One attempt at one document on an open line."""

    def __init__(
        self,
        dialogue: Dialogue,
        profile: PrinterProfile,
        timings: Timings,
        pending: PendingJobs,
    ) -> None:
        self._dialogue = dialogue
        self._profile = profile
        self._timings = timings
        self._pending = pending
        self.began = False
        self.all_sent = False

    async def print(self, segments: tuple[Segment, ...], job_id: str) -> PrintOutcome:
        """Go through the three stages; a line that fails ends in the fitting outcome."""
        try:
            refusal = await self._before()
            if refusal is not None:
                return refusal
            self.began = True
            stopped = await self._send(segments)
            if stopped is not None:
                return Uncertain(stopped)
            self.all_sent = True
            return await self._confirm(job_id)
        except LinkLost:
            return Uncertain("disconnected") if self.began else Disconnected()
        except LinkTimeout:
            if self.began:
                return Uncertain("not_taking_bytes")
            return PrinterFault("not_taking_bytes")

    async def _before(self) -> PrintOutcome | None:
        if not self._profile.realtime_status:
            return None
        match await self._dialogue.status():
            case Idle() | NearEnd():
                return None
            case PaperOut() | CoverOpen() | Silent() as refusal:
                return refusal
            case CutterJam() | HeadHot() | Broken() | Offline() as fault:
                return PrinterFault(fault.code)
            case unreachable:
                assert_never(unreachable)

    async def _send(self, segments: tuple[Segment, ...]) -> UncertainReason | None:
        unchecked_bytes = 0
        for segment in segments:
            await self._dialogue.send(segment)
            unchecked_bytes += len(segment.data)
            if unchecked_bytes >= _CHECK_EVERY_BYTES:
                unchecked_bytes = 0
                stopped = await self._stopped()
                if stopped is not None:
                    return stopped
        return None

    async def _stopped(self) -> UncertainReason | None:
        if not self._profile.realtime_status:
            return None
        trouble = await self._dialogue.trouble()
        return None if trouble is None else trouble.code

    async def _confirm(self, job_id: str) -> PrintOutcome:
        if self._profile.process_id:
            return await self._confirm_by_id(job_id)
        if self._profile.queued_status and self._profile.realtime_status:
            return await self._confirm_by_barrier()
        return Uncertain(await self._stopped() or "not_confirmed")

    async def _confirm_by_id(self, job_id: str) -> PrintOutcome:
        loop = asyncio.get_running_loop()
        waiting = self._pending.add(job_id)
        with waiting:
            await self._dialogue.send(Segment(process_id_request(waiting.process_id), 0))
            deadline_s = (
                loop.time() + self._dialogue.seconds_of_work() + self._timings.confirm_grace_s
            )
            check_at_s = loop.time() + self._timings.check_interval_s
            while not waiting.completed:
                now_s = loop.time()
                if now_s >= deadline_s:
                    return Uncertain("not_confirmed")
                if now_s >= check_at_s:
                    check_at_s = now_s + self._timings.check_interval_s
                    stopped = await self._stopped()
                    if stopped is not None and not waiting.completed:
                        return Uncertain(stopped)
                    continue
                await self._dialogue.listen(min(check_at_s, deadline_s) - now_s)
        return Printed(near_end=await self._near_end())

    async def _confirm_by_barrier(self) -> PrintOutcome:
        """Ask GS r until it is answered on a quiet line, then look at the printer once more."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + self._dialogue.seconds_of_work() + self._timings.confirm_grace_s
        while await self._dialogue.barrier() != "passed":
            stopped = await self._stopped()
            if stopped is not None:
                return Uncertain(stopped)
            if loop.time() >= deadline_s:
                return Uncertain("not_confirmed")
        match await self._dialogue.status():
            case Idle():
                return Printed()
            case NearEnd():
                return Printed(near_end=True)
            case stopped_at_the_end:
                return Uncertain(stopped_at_the_end.code)

    async def _near_end(self) -> bool:
        """Look at the paper after a confirmed job; whatever fails now, the job stays printed."""
        if not self._profile.realtime_status:
            return False
        try:
            return isinstance(await self._dialogue.status(), NearEnd)
        except (LinkLost, LinkTimeout):
            return False
