"""Printing at 9600 baud: gaps on the line, the first line, and how long a ticket is.

The real driver on a real pseudo-terminal; behind it ``bench.slow_printer``, which takes a byte
whenever the line is free and always has room. A gap is a moment in which the line waits for the
driver, between the reset that opens a ticket and its cut; questions about the printer's state are
on the same line, and so are their answers. The first line counts when its last byte has arrived.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from anjungan.appliance.drivers.device import DeviceState, Ready
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.printer.document import Document
from anjungan.appliance.drivers.printer.encode import encode
from anjungan.appliance.drivers.printer.printer import EscposPrinter
from anjungan.appliance.drivers.printer.profile import (
    BASIC_58,
    CLONE_58,
    EPSON_58,
    PrinterProfile,
)
from anjungan.appliance.paper.ticket import TicketContent, ticket_document
from bench.figures import Limit, Row
from bench.quiet import wait_until_quiet
from bench.scratch import scratch

GAP: Final = Limit(name="printing, longest gap on the line", unit="ms", limit=5.0)
FIRST_LINE: Final = Limit(name="printing, first line", unit="ms", limit=150.0)
FIRST_JOB: Final = Limit(name="printing, first line after the start", unit="ms", limit=150.0)
GOALS: Final = (GAP, FIRST_LINE, FIRST_JOB)
BAUD: Final = 9600
JOBS: Final = 4
"""For each profile; the first is the first after the line was opened."""
PROFILES: Final = (EPSON_58, CLONE_58, replace(BASIC_58, cutter=True))
"""One of each way to confirm a job; a cut marks the end of each ticket."""
_WITHIN_S: Final = 60.0
_NS_PER_MS: Final = 1e6


@dataclass(frozen=True, slots=True)
class _Printed:
    """One job as the printer saw it."""

    first_line_ms: float
    longest_gap_ms: float
    gaps: int


def measure() -> Sequence[Row]:
    """Three rows; the note of the first tells the bytes of a ticket."""
    quiet = wait_until_quiet()
    by_profile = {profile.name: asyncio.run(_run(profile)) for profile in PROFILES}
    jobs = [job for jobs in by_profile.values() for job in jobs]
    later = {name: max(job.first_line_ms for job in jobs[1:]) for name, jobs in by_profile.items()}
    first = {name: jobs[0].first_line_ms for name, jobs in by_profile.items()}
    gaps = {name: max(job.longest_gap_ms for job in jobs) for name, jobs in by_profile.items()}
    busy = "" if quiet else "; the machine was not quiet"
    return (
        GAP.measured(
            [max(gaps.values())],
            f"{_each(gaps)}; {sum(job.gaps for job in jobs)} gaps in {len(jobs)} tickets; "
            f"{_ticket_bytes()}{busy}",
        ),
        FIRST_LINE.measured([max(later.values())], _each(later) + busy),
        FIRST_JOB.measured([max(first.values())], _each(first) + busy),
    )


def _each(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {figure:.1f}" for name, figure in figures.items())


def _ticket_bytes() -> str:
    def length(profile: PrinterProfile) -> int:
        return sum(len(segment.data) for segment in encode(ticket(), profile))

    with_image = replace(EPSON_58, native_qr=False)
    small_bands = with_image.at_baud(BAUD)
    return (
        f"a ticket has {length(EPSON_58)} bytes with a native QR code, {length(with_image)} with "
        f"an image of it, {length(small_bands)} at {BAUD} baud"
    )


def ticket() -> Document:
    """A ticket of the usual length; nobody's."""
    return ticket_document(
        TicketContent(
            village_name="Minggirsari",
            kind="Desa",
            district="Kanigoro",
            service_title="Surat Keterangan Usaha",
            printed_at=datetime(2026, 11, 24, 2, 41, tzinfo=UTC),
            clock_sure=True,
            code="7KQM2XHRT",
            queue_number="241126-003",
            qr_text="https://anjungan.blitarkab.go.id/t/4nTq0m2eWv7hUuPpGk3sXA",
            expected="Perkiraan 1 hari kerja setelah diterima petugas",
            bring=("Fotokopi KTP", "Fotokopi Kartu Keluarga", "Surat pengantar RT/RW"),
            where="Balai Desa",
            hours="Senin-Jumat 08.00-15.00",
        )
    )


async def _run(profile: PrinterProfile) -> list[_Printed]:
    document = ticket()
    jobs = []
    with scratch() as folder:
        path = folder / "printer"
        with _slow_printer(path) as slow:
            async with _driver(path, profile.at_baud(BAUD)) as printer:
                for number in range(JOBS):
                    await asyncio.to_thread(_report, slow)
                    began_ns = time.monotonic_ns()
                    async with asyncio.timeout(_WITHIN_S):
                        await printer.print_document(document, f"job-{number}")
                    jobs.append(_printed(await asyncio.to_thread(_report, slow), began_ns))
    return jobs


def _printed(report: dict[str, Any], began_ns: int) -> _Printed:
    gaps_ms = [gap_ns / _NS_PER_MS for gap_ns in report["gaps_ns"]]
    return _Printed(
        first_line_ms=(report["first_line_ns"] - began_ns) / _NS_PER_MS,
        longest_gap_ms=max(gaps_ms, default=0.0),
        gaps=len(gaps_ms),
    )


@asynccontextmanager
async def _driver(path: Path, profile: PrinterProfile) -> AsyncIterator[EscposPrinter]:
    ready = asyncio.Event()

    def on_state(_name: str, state: DeviceState) -> None:
        if isinstance(state, Ready):
            ready.set()

    link = SerialLink(str(path), BAUD)
    printer = EscposPrinter(link, profile, name="printer", on_state=on_state)
    running = asyncio.create_task(printer.run())
    try:
        async with asyncio.timeout(_WITHIN_S):
            await ready.wait()
        yield printer
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _slow_printer(path: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.slow_printer", "--path", str(path)]
    process = subprocess.Popen(
        [*command, "--baud", str(BAUD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _report(slow: "subprocess.Popen[str]") -> dict[str, Any]:
    assert slow.stdin is not None
    assert slow.stdout is not None
    slow.stdin.write("\n")
    slow.stdin.flush()
    report: dict[str, Any] = json.loads(slow.stdout.readline())
    return report
