"""One CUPS queue, asked and told through ``lp``, ``lpstat`` and ``cancel``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, assert_never

from anjungan.appliance.drivers.document_printer.lpstat_output import (
    QueueStatus,
    read_default,
    read_listing,
)
from anjungan.appliance.drivers.program import (
    Finished,
    NotInstalled,
    RunCommand,
    TookTooLong,
)

ASK_LIMIT_S: Final = 5.0
SUBMIT_LIMIT_S: Final = 30.0
# what CUPS allows in a name, and nothing a command could take for an option or for two names
_QUEUE_NAME: Final = re.compile(r"[^\s/#,?'\"\\\x00-\x1f\x7f-][^\s/#,?'\"\\\x00-\x1f\x7f]{0,126}")
_REQUEST_ID: Final = re.compile(r"^request id is (\S+-[0-9]+) ", re.MULTILINE)
_ALREADY: Final = re.compile(r" is already (completed|canceled|aborted) ")


class Unavailable(Enum):
    """Why there is no queue to ask."""

    NO_CUPS = "no_cups"
    NOT_RUNNING = "cups_not_running"
    NOT_ANSWERING = "cups_not_answering"
    NO_QUEUE = "no_queue"


@dataclass(frozen=True, slots=True)
class Submitted:
    """CUPS has the document; ``job`` is its request id, ``<queue>-<number>``."""

    job: str


class NotSubmitted(Enum):
    """CUPS did not take the document, or it is unknown whether it did."""

    NOT_TAKEN = "not_taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Progress:
    """The queue while a job is followed; ``job_reasons`` is None when the job has ended."""

    queue: QueueStatus
    job_reasons: frozenset[str] | None


class JobEnd(Enum):
    """How a job ended."""

    COMPLETED = "completed"
    CANCELLED = "canceled"
    ABORTED = "aborted"
    REMOVED_NOW = "removed now"
    UNKNOWN = "unknown"


class CupsQueue:
    """``name`` empty: the default of this machine, looked up each time."""

    def __init__(self, name: str, run_command: RunCommand) -> None:
        self._name = name
        self._run = run_command

    async def status(self) -> QueueStatus | Unavailable:
        """How the queue stands."""
        name = await self._resolved()
        if isinstance(name, Unavailable):
            return name
        told = await self._ask(("lpstat", "-r", "-l", "-a", name, "-p", name))
        if isinstance(told, Unavailable):
            return told
        listing = read_listing(_text(told.output))
        if not listing.running:
            return Unavailable.NOT_RUNNING
        return listing.queues.get(name, Unavailable.NO_QUEUE)

    async def submit(self, queue: QueueStatus, pdf: bytes, title: str) -> Submitted | NotSubmitted:
        """Hand the document to CUPS through a pipe: one copy on A4, without a banner page."""
        words = ("lp", "-d", queue.name, "-t", title, "-o", "media=A4", "-o", "job-sheets=none")
        end = await self._run((*words, "-"), pdf, limit_s=SUBMIT_LIMIT_S)
        match end:
            case Finished(code=0, output=output) if found := _REQUEST_ID.search(_text(output)):
                return Submitted(found[1])
            case Finished(code=0) | TookTooLong():
                return NotSubmitted.UNKNOWN
            case Finished() | NotInstalled():
                return NotSubmitted.NOT_TAKEN
            case _:
                assert_never(end)

    async def progress(self, queue: QueueStatus, job: str) -> Progress | Unavailable:
        """Where ``job`` stands."""
        name = queue.name
        words = ("lpstat", "-r", "-l", "-W", "not-completed", "-o", name, "-p", name)
        told = await self._ask(words)
        if isinstance(told, Unavailable):
            return told
        listing = read_listing(_text(told.output))
        if not listing.running:
            return Unavailable.NOT_RUNNING
        now = listing.queues.get(name)
        if now is None or told.code != 0:
            return Unavailable.NO_QUEUE
        return Progress(now, listing.jobs.get(job))

    async def end_of(self, job: str) -> JobEnd:
        """Take ``job`` out of the queue, or learn how it has ended.

        ``lpstat`` cannot tell a printed job from a cancelled one before CUPS 2.4.8 (OpenPrinting
        pull request 830), but the refusal to cancel an ended job says which of them it is.
        """
        end = await self._run(("cancel", job), b"", limit_s=ASK_LIMIT_S)
        match end:
            case Finished(code=0):
                return JobEnd.REMOVED_NOW
            case Finished(errors=errors) if found := _ALREADY.search(errors):
                return JobEnd(found[1])
            case Finished() | NotInstalled() | TookTooLong():
                return JobEnd.UNKNOWN
            case _:
                assert_never(end)

    async def _resolved(self) -> str | Unavailable:
        if self._name:
            return self._name if _QUEUE_NAME.fullmatch(self._name) else Unavailable.NO_QUEUE
        told = await self._ask(("lpstat", "-r", "-d"))
        if isinstance(told, Unavailable):
            return told
        if not read_listing(_text(told.output)).running:
            return Unavailable.NOT_RUNNING
        return read_default(_text(told.output)) or Unavailable.NO_QUEUE

    async def _ask(self, words: Sequence[str]) -> Finished | Unavailable:
        end = await self._run(words, b"", limit_s=ASK_LIMIT_S)
        match end:
            case Finished():
                return end
            case NotInstalled():
                return Unavailable.NO_CUPS
            case TookTooLong():
                return Unavailable.NOT_ANSWERING
            case _:
                assert_never(end)


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace")
