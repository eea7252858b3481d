"""The A4 printer with the real scheduler, ``lp``, ``lpstat`` and ``cancel`` of Debian."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from private_cups import Desk, PrivateCups, private_cups

from anjungan.appliance.drivers.device import DeviceState, Fault, Missing, Pacing, Ready
from anjungan.appliance.drivers.document_printer.cups_printer import CupsPrinter, CupsTimings
from anjungan.appliance.drivers.document_printer.outcome import (
    DocumentOutcome,
    Printed,
    Refused,
    Stopped,
    Uncertain,
)

LIMIT_S = 30.0
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n" + bytes(range(256)) * 400
TITLE = "Surat keterangan"
QUICK = CupsTimings(
    idle_poll_s=0.05,
    trouble_poll_s=0.05,
    follow_every_s=0.02,
    patience_s=0.3,
    document_limit_s=20.0,
)
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def cups() -> Iterator[PrivateCups]:
    with private_cups() as cups:
        cups.start()
        yield cups


@pytest.fixture
def desk(cups: PrivateCups, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("CUPS_SERVER", str(cups.socket))
    return cups.add(f"Printer-{next(_numbers)}")


def device(queue: str, timings: CupsTimings = QUICK) -> CupsPrinter:
    return CupsPrinter(queue, on_state=lambda *_: None, timings=timings)


async def printing(printer: CupsPrinter) -> DocumentOutcome:
    async with asyncio.timeout(LIMIT_S):
        return await printer.print_pdf(PDF, TITLE)


async def until_started(desk: Desk) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not desk.has_started:  # noqa: ASYNC110 - another process tells it by a file
            await asyncio.sleep(0.01)


class Watched:
    """A running device and the states it tells."""

    def __init__(self, queue: str) -> None:
        self._told: asyncio.Queue[DeviceState] = asyncio.Queue()
        self.printer = CupsPrinter(
            queue,
            name="a4",
            on_state=lambda name, state: self._told.put_nowait(state),
            pacing=Pacing(),
            timings=QUICK,
        )

    async def next_state(self) -> DeviceState:
        async with asyncio.timeout(LIMIT_S):
            return await self._told.get()


@asynccontextmanager
async def running(queue: str) -> AsyncIterator[Watched]:
    watched = Watched(queue)
    task = asyncio.create_task(watched.printer.run())
    try:
        yield watched
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_state_follows_what_happens_to_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with private_cups() as own:
        monkeypatch.setenv("CUPS_SERVER", str(own.socket))
        async with running("A4") as watched:
            assert await watched.next_state() == Missing("CUPS does not run")
            await asyncio.to_thread(own.start)
            assert await watched.next_state() == Missing("no such queue")
            await asyncio.to_thread(own.add, "A4")
            assert await watched.next_state() == Ready("A4")
            own.do("cupsdisable", "A4")
            assert await watched.next_state() == Fault("queue_stopped", "the queue is disabled")
            own.do("cupsenable", "A4")
            assert await watched.next_state() == Ready("A4")
            own.do("cupsreject", "A4")
            refuses = Fault("queue_refuses", "the queue does not accept jobs")
            assert await watched.next_state() == refuses
            own.do("cupsaccept", "A4")
            assert await watched.next_state() == Ready("A4")
            own.do("lpadmin", "-x", "A4")
            assert await watched.next_state() == Missing("no such queue")
            await asyncio.to_thread(own.stop)
            assert await watched.next_state() == Missing("CUPS does not run")


async def test_without_a_name_the_default_queue_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with private_cups() as own:
        monkeypatch.setenv("CUPS_SERVER", str(own.socket))
        await asyncio.to_thread(own.start)
        desk = own.add("Kantor")
        assert await printing(device("")) == Refused("no_queue")
        own.do("lpadmin", "-d", "Kantor")
        printer = device("")
        assert await printing(printer) == Printed()
        assert desk.printed == PDF
        assert printer.state == Ready("Kantor")


async def test_a_document_is_printed_whole_and_leaves_nothing_in_the_spool(
    cups: PrivateCups, desk: Desk
) -> None:
    printer = device(desk.queue)
    assert await printing(printer) == Printed()
    assert desk.printed == PDF
    assert desk.told("title") == TITLE
    assert desk.told("copies") == "1"
    assert "media=A4" in desk.told("options").split()
    assert cups.kept_documents() == []
    assert printer.state == Ready(desk.queue)


async def test_what_will_be_used_up_soon_is_told_and_printed_with(desk: Desk) -> None:
    desk.switch("low")
    printer = device(desk.queue)
    assert await printing(printer) == Printed()
    assert printer.state == Ready(f"{desk.queue}, ink low")
    assert await printing(printer) == Printed()


async def test_a_document_that_waits_too_long_for_paper_never_comes_out_later(
    cups: PrivateCups, desk: Desk
) -> None:
    desk.switch("no-paper")
    printer = device(desk.queue)
    assert await printing(printer) == Stopped("paper_out")
    assert cups.unfinished(desk.queue) == ""
    assert printer.state == Fault("paper_out", "media-empty-error")
    desk.switch("no-paper", on=False)
    assert desk.printed is None
    # What it said at its last document keeps nobody from trying.
    assert await printing(printer) == Printed()
    assert desk.printed == PDF
    assert printer.state == Ready(desk.queue)


async def test_no_page_that_names_the_job_goes_before_the_document(
    cups: PrivateCups, desk: Desk
) -> None:
    cups.do("lpadmin", "-p", desk.queue, "-o", "job-sheets-default=standard,standard")
    assert await printing(device(desk.queue)) == Printed()
    assert desk.printed == PDF


async def test_paper_put_in_in_time_prints_the_document(desk: Desk) -> None:
    desk.switch("no-paper")
    patient = CupsTimings(follow_every_s=0.02, patience_s=LIMIT_S)
    document = asyncio.create_task(printing(device(desk.queue, patient)))
    await until_started(desk)
    desk.switch("no-paper", on=False)
    assert await document == Printed()


async def test_a_printer_that_fails(cups: PrivateCups, desk: Desk) -> None:
    desk.switch("fails")
    assert await printing(device(desk.queue)) == Stopped("aborted")
    assert cups.unfinished(desk.queue) == ""


async def test_a_backend_that_stops_its_queue(cups: PrivateCups, desk: Desk) -> None:
    desk.switch("stops")
    printer = device(desk.queue)
    assert await printing(printer) == Stopped("queue_stopped")
    assert cups.unfinished(desk.queue) == ""
    assert printer.state == Fault("queue_stopped", "the queue is disabled")
    desk.switch("stops", on=False)
    cups.do("cupsenable", desk.queue)
    assert desk.printed is None


async def test_somebody_cancels_the_document(cups: PrivateCups, desk: Desk) -> None:
    desk.switch("slow")
    document = asyncio.create_task(printing(device(desk.queue)))
    await until_started(desk)
    cups.do("cancel", "-a", desk.queue)
    assert await document == Stopped("cancelled")


async def test_a_queue_that_holds_every_document(cups: PrivateCups, desk: Desk) -> None:
    cups.do("lpadmin", "-p", desk.queue, "-o", "job-hold-until-default=indefinite")
    assert await printing(device(desk.queue)) == Stopped("held")
    assert cups.unfinished(desk.queue) == ""


async def test_a_document_without_end_is_given_up(cups: PrivateCups, desk: Desk) -> None:
    desk.switch("slow")
    impatient = CupsTimings(follow_every_s=0.02, document_limit_s=0.3)
    assert await printing(device(desk.queue, impatient)) == Stopped("too_slow")
    assert cups.unfinished(desk.queue) == ""


async def test_a_queue_that_is_not_there_stopped_or_refusing_takes_nothing(
    cups: PrivateCups, desk: Desk
) -> None:
    assert await printing(device("Nobody")) == Refused("no_queue")
    cups.do("cupsreject", desk.queue)
    assert await printing(device(desk.queue)) == Refused("queue_refuses")
    cups.do("cupsaccept", desk.queue)
    cups.do("cupsdisable", desk.queue)
    assert await printing(device(desk.queue)) == Refused("queue_stopped")
    assert cups.unfinished(desk.queue) == ""


async def test_a_scheduler_that_dies_leaves_the_document_uncertain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with private_cups() as own:
        monkeypatch.setenv("CUPS_SERVER", str(own.socket))
        await asyncio.to_thread(own.start)
        desk = own.add("A4")
        desk.switch("slow")
        printer = device("A4", CupsTimings(follow_every_s=0.02, document_limit_s=1.0))
        document = asyncio.create_task(printing(printer))
        await until_started(desk)
        own.kill()
        assert await document == Uncertain("cups_not_answering")
        assert printer.state == Missing("CUPS does not run")
        desk.switch("slow", on=False)  # its backend outlived it
