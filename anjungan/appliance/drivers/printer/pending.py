"""Which jobs still wait for their confirmation, by the four characters sent with GS ( H.

A printer that ran out of paper answers when paper has been put in, perhaps after other jobs were
asked for.  So an answer is matched by its id, never by its time.
"""

import hashlib
import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

from anjungan.appliance.drivers.device import tell
from anjungan.appliance.drivers.limited_log import LimitedLog

log = logging.getLogger(__name__)

_ALPHABET = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MAX_PENDING = 16  # older ones are forgotten: nobody waits for them any more


class WaitingJob:
    """One job between its last byte and its confirmation; a context while someone waits for it."""

    def __init__(self, job_id: str, process_id: bytes, *, tells: bool) -> None:
        self.job_id = job_id
        self.process_id = process_id
        self.tells = tells
        self.reached = False
        self.awaited = False
        self.doubtful = False  # an id of ours is no accident

    def __enter__(self) -> Self:
        self.awaited = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.awaited = False


class PendingJobs:
    """The jobs whose confirmation has not come.  ``on_late`` takes those nobody waits for."""

    def __init__(self, on_late: Callable[[str], None] | None) -> None:
        self._on_late = on_late
        self._jobs: dict[bytes, WaitingJob] = {}
        self._unasked = LimitedLog(log, logging.INFO)

    def add(self, job_id: str, *, tells: bool = True) -> WaitingJob:
        """Give ``job_id`` a process id that no waiting job has.

        One that does not ``tell`` marks a place in the job's middle, and confirms nothing.
        """
        attempt = 0
        while (process_id := _process_id(job_id, attempt)) in self._jobs:
            attempt += 1
        job = WaitingJob(job_id, process_id, tells=tells)
        self._jobs[process_id] = job
        if len(self._jobs) > _MAX_PENDING:
            del self._jobs[next(iter(self._jobs))]
        return job

    def __len__(self) -> int:
        return len(self._jobs)

    def forget(self) -> None:
        """Wait for none of them any more: the printer is made to drop their data."""
        self._jobs.clear()

    def complete(self, process_id: bytes) -> None:
        """Take a confirmation; an id that was never given, or twice, is only noted."""
        job = self._jobs.pop(process_id, None)
        if job is None:
            self._unasked.tell("the printer confirmed a job that nobody waits for")
            return
        job.reached = True
        if job.awaited or not job.tells or self._on_late is None:
            return
        tell("printer", self._on_late, job.job_id)


def _process_id(job_id: str, attempt: int) -> bytes:
    digest = hashlib.blake2b(f"{attempt}:{job_id}".encode(), digest_size=4).digest()
    return bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in digest)
