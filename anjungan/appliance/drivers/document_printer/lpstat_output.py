"""Reads what ``lpstat`` prints with ``-l`` in the C locale (CUPS 2.4, systemv/lpstat.c)."""

import re
from dataclasses import dataclass
from typing import Final

_QUEUE: Final = re.compile(r"^printer (\S+) (is idle|now printing|disabled since)\b")
_ACCEPTING: Final = re.compile(r"^(\S+) (not )?accepting requests since ")
_DEFAULT: Final = re.compile(r"^system default destination: ([^/\s]+)", re.MULTILINE)
_JOB: Final = re.compile(r"^(\S+-[0-9]+) {2,}")
_ALERTS: Final = "\tAlerts: "
_RUNNING: Final = "scheduler is running"


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """One queue: whether it prints and takes jobs, and its ``printer-state-reasons``."""

    name: str
    stopped: bool = False
    accepting: bool = True
    reasons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything one call of lpstat told.  ``jobs``: the unfinished ones, with their reasons."""

    running: bool
    queues: dict[str, QueueStatus]
    jobs: dict[str, frozenset[str]]


def read_listing(output: str) -> Listing:
    """Read the output of ``lpstat -r -l`` with any of ``-a``, ``-p`` and ``-o``."""
    accepting: dict[str, bool] = {}
    stopped: dict[str, bool] = {}
    jobs: dict[str, frozenset[str]] = {}
    queue_reasons: dict[str, frozenset[str]] = {}
    subject: tuple[dict[str, frozenset[str]], str] | None = None
    for line in output.splitlines():
        if line.startswith(_ALERTS) and subject is not None:
            told, name = subject
            told[name] = frozenset(line.removeprefix(_ALERTS).split()) - {"none"}
        elif queue := _QUEUE.match(line):
            stopped[queue[1]] = queue[2] == "disabled since"
            subject = (queue_reasons, queue[1])
        elif taking := _ACCEPTING.match(line):
            accepting[taking[1]] = taking[2] is None
        elif job := _JOB.match(line):
            jobs[job[1]] = frozenset()
            subject = (jobs, job[1])
    queues = {
        name: QueueStatus(
            name, is_stopped, accepting.get(name, True), queue_reasons.get(name, frozenset())
        )
        for name, is_stopped in stopped.items()
    }
    return Listing(_RUNNING in output.splitlines(), queues, jobs)


def read_default(output: str) -> str | None:
    """The default queue in the output of ``lpstat -d``, or None."""
    found = _DEFAULT.search(output)
    return found[1] if found else None
