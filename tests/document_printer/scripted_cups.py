"""CUPS as a script: what each command answers, and a clock that moves only by waiting."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from anjungan.appliance.drivers.device import DeviceState, Pacing
from anjungan.appliance.drivers.document_printer.cups_printer import CupsPrinter, CupsTimings
from anjungan.appliance.drivers.program import Finished, Outcome

MOST_WAITS = 1000
QUEUE = "A4"
JOB = "A4-7"
SINCE = "since Tue Nov 24 12:49:26 2026"
PDF = b"%PDF-1.4 a letter"


def listing(
    *, state: str = f"is idle.  enabled {SINCE}", alerts: str = "none", taking: str = "accepting"
) -> str:
    """What ``lpstat -r -l -a A4 -p A4`` prints."""
    return (
        "scheduler is running\n"
        f"A4 {taking} requests {SINCE}\n"
        f"printer A4 {state}\n"
        "\tForm mounted:\n\tContent types: any\n\tDescription: A4\n"
        f"\tAlerts: {alerts}\n"
        "\tLocation: \n\tConnection: direct\n"
    )


def job_listing(job_alerts: str | None, **queue: str) -> str:
    """What ``lpstat -r -l -W not-completed -o A4 -p A4`` prints; None: the job has ended."""
    head, _, rest = listing(**queue).partition("A4 accepting")
    _, _, printer = rest.partition("\n")
    job = (
        ""
        if job_alerts is None
        else f"{JOB}                     root              1024   Tue Nov 24 12:49:56 2026\n"
        f"\tStatus: something\n\tAlerts: {job_alerts}\n\tqueued for A4\n"
    )
    return head + job + printer


def said(output: str, *, errors: str = "", exit_code: int = 0) -> Finished:
    """A command that ended."""
    return Finished(exit_code, output.encode(), errors)


@dataclass
class ScriptedCups:
    """``answers`` are given in order by the command's first word; the last of each stays."""

    answers: dict[str, list[Outcome]]
    now_s: float = 0.0
    asked: list[tuple[str, ...]] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)
    states: list[DeviceState] = field(default_factory=list)
    on_wait: Callable[[], None] = lambda: None

    async def run(self, words: Sequence[str], stdin: bytes, *, limit_s: float) -> Outcome:
        assert limit_s > 0
        await asyncio.sleep(0)
        self.asked.append(tuple(words))
        if words[0] == "lp":
            self.documents.append(stdin)
        kind = "jobs" if "-o" in words and words[0] == "lpstat" else words[0]
        kind = "default" if words[-1] == "-d" else kind
        answers = self.answers[kind]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def sleep(self, delay_s: float) -> None:
        self.waits_s.append(delay_s)
        self.now_s += delay_s
        self.on_wait()
        assert len(self.waits_s) < MOST_WAITS, "it waits for ever"
        await asyncio.sleep(0)

    def device(self, queue: str = QUEUE, timings: CupsTimings | None = None) -> CupsPrinter:
        return CupsPrinter(
            queue,
            on_state=lambda name, state: self.states.append(state),
            pacing=Pacing(
                monotonic=lambda: self.now_s,
                sleep=self.sleep,
                random=random.Random(3),  # noqa: S311 - repeatable
            ),
            timings=timings,
            run_command=self.run,
        )
