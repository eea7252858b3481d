"""The A4 printer on a clock that moves by waiting, with answers that CUPS seldom gives."""

import asyncio

import pytest
from scripted_cups import JOB, PDF, SINCE, ScriptedCups, job_listing, listing, said

from anjungan.appliance.drivers.device import DeviceState, Fault, Missing, Ready
from anjungan.appliance.drivers.document_printer.cups_printer import CupsPrinter
from anjungan.appliance.drivers.document_printer.outcome import (
    DocumentOutcome,
    Printed,
    Refused,
    Stopped,
    Uncertain,
)
from anjungan.appliance.drivers.program import Finished, NotInstalled, TookTooLong

IDLE = said(listing())
TAKEN = said(f"request id is {JOB} (0 file(s))\n")
PRINTING = said(job_listing("job-printing", state=f"now printing {JOB}.  enabled {SINCE}"))
NO_PAPER = said(
    job_listing(
        "job-printing",
        state=f"now printing {JOB}.  enabled {SINCE}",
        alerts="media-empty-error",
    )
)
ENDED = said(job_listing(None))
DOWN = said("scheduler is not running\n")


def already(how: str) -> Finished:
    text = f"cancel: cancel-job failed: Job #7 is already {how} - can't cancel.\n"
    return said("", errors=text, exit_code=1)


def script(**answers: object) -> ScriptedCups:
    whole = {"lpstat": [IDLE], "lp": [TAKEN], "jobs": [ENDED], "cancel": [already("completed")]}
    return ScriptedCups(whole | answers)  # type: ignore[arg-type] # lists of what commands end in


async def test_a_document_goes_through_a_pipe_and_is_followed_to_its_end() -> None:
    cups = script(jobs=[PRINTING, PRINTING, ENDED])
    assert await cups.device().print_pdf(PDF, "Surat") == Printed()
    assert cups.documents == [PDF]
    assert cups.asked == [
        ("lpstat", "-r", "-l", "-a", "A4", "-p", "A4"),
        ("lp", "-d", "A4", "-t", "Surat", "-o", "media=A4", "-o", "job-sheets=none", "-"),
        *[("lpstat", "-r", "-l", "-W", "not-completed", "-o", "A4", "-p", "A4")] * 3,
        ("cancel", JOB),
        ("lpstat", "-r", "-l", "-a", "A4", "-p", "A4"),
    ]
    assert cups.waits_s == [1.0, 1.0]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"lpstat": [NotInstalled("lp")]}, Refused("no_cups")),
        ({"lpstat": [TookTooLong("lp")]}, Refused("cups_not_answering")),
        ({"lpstat": [DOWN]}, Refused("cups_not_running")),
        ({"lpstat": [said("scheduler is running\n", exit_code=1)]}, Refused("no_queue")),
        ({"lp": [said("", errors="lp: too large", exit_code=1)]}, Refused("not_taken")),
        ({"lp": [NotInstalled("lp")]}, Refused("not_taken")),
        ({"lp": [TookTooLong("lp")]}, Uncertain("cups_not_answering")),
        ({"lp": [said("")]}, Uncertain("cups_not_answering")),
        ({"cancel": [already("aborted")]}, Stopped("aborted")),
        ({"cancel": [already("canceled")]}, Stopped("cancelled")),
        ({"cancel": [said("")]}, Stopped("aborted")),
        ({"cancel": [said("", errors="Job #7 does not exist.", exit_code=1)]},
         Uncertain("end_not_told")),
        ({"cancel": [TookTooLong("lp")]}, Uncertain("end_not_told")),
        ({"jobs": [NO_PAPER], "cancel": [said("")]}, Stopped("paper_out")),
        ({"jobs": [NO_PAPER]}, Printed()),  # it came to its end in the very last moment
        ({"jobs": [NO_PAPER], "cancel": [TookTooLong("lp")]}, Uncertain("still_queued")),
        ({"jobs": [PRINTING], "cancel": [said("")]}, Stopped("too_slow")),
        ({"jobs": [DOWN]}, Uncertain("cups_not_answering")),
        ({"jobs": [TookTooLong("lp")]}, Uncertain("cups_not_answering")),
        ({"jobs": [said("scheduler is running\n", exit_code=1)]}, Uncertain("cups_not_answering")),
        ({"jobs": [DOWN, TookTooLong("lp"), ENDED]}, Printed()),  # CUPS was only started anew
    ],
)  # fmt: skip
async def test_how_a_document_can_end(answers: dict[str, object], outcome: DocumentOutcome) -> None:
    cups = script(**answers)
    assert await cups.device().print_pdf(PDF, "Surat") == outcome


async def test_documents_are_printed_one_after_another() -> None:
    cups = script(jobs=[PRINTING, PRINTING, ENDED])
    printer = cups.device()
    first, second = (printer.print_pdf(pdf, "Surat") for pdf in (PDF, PDF + b" again"))
    assert await asyncio.gather(first, second) == [Printed(), Printed()]
    assert cups.documents == [PDF, PDF + b" again"]
    assert [words[0] for words in cups.asked if words[0] != "lpstat"] == ["lp", "cancel"] * 2


async def test_patience_begins_anew_when_the_printer_goes_on() -> None:
    cups = script(jobs=[*[NO_PAPER] * 29, PRINTING, *[NO_PAPER] * 29, ENDED])
    assert await cups.device().print_pdf(PDF, "Surat") == Printed()
    assert cups.now_s == 59.0


async def test_what_the_printer_said_before_the_document_is_no_reason_to_stop_it() -> None:
    old = said(listing(alerts="media-empty-error"))
    cups = script(lpstat=[old, IDLE], jobs=[*[NO_PAPER] * 100, ENDED])
    assert await cups.device().print_pdf(PDF, "Surat") == Printed()
    assert cups.now_s == 100.0


async def test_what_it_says_again_after_it_took_it_back_is_a_reason() -> None:
    old = said(listing(alerts="media-empty-error"))
    cups = script(lpstat=[old, IDLE], jobs=[PRINTING, NO_PAPER], cancel=[said("")])
    assert await cups.device().print_pdf(PDF, "Surat") == Stopped("paper_out")
    assert cups.now_s == 31.0


async def test_an_old_complaint_that_never_ends_is_told_at_the_limit() -> None:
    old = said(listing(alerts="media-empty-error"))
    cups = script(lpstat=[old], jobs=[NO_PAPER], cancel=[said("")])
    assert await cups.device().print_pdf(PDF, "Surat") == Stopped("paper_out")
    assert cups.now_s == 180.0


@pytest.mark.parametrize("title", ["", "-o media", "Surat Siti 3505990101010001", "a" * 61, "né"])
async def test_a_title_that_could_tell_whose_letter_it_is_is_refused(title: str) -> None:
    cups = script()
    with pytest.raises(ValueError, match="the title") as refused:
        await cups.device().print_pdf(PDF, title)
    assert title == "" or title not in str(refused.value)
    assert cups.asked == []


async def test_what_is_no_pdf_is_refused() -> None:
    cups = script()
    with pytest.raises(ValueError, match="no PDF"):
        await cups.device().print_pdf(b"<html>", "Surat")
    assert cups.asked == []


@pytest.mark.parametrize("name", ["-h", "A4,B", "two words", "a/b", "#1", "x" * 128, "\x00", "-"])
async def test_a_name_that_is_no_queue_reaches_no_command(name: str) -> None:
    cups = script()
    assert await cups.device(name).print_pdf(PDF, "Surat") == Refused("no_queue")
    assert cups.asked == []


@pytest.mark.parametrize(
    ("default", "outcome"),
    [
        (said("scheduler is running\nsystem default destination: A4\n"), Printed()),
        (said("scheduler is running\nsystem default destination: A4/draft\n"), Printed()),
        (said("scheduler is running\nno system default destination\n"), Refused("no_queue")),
        (DOWN, Refused("cups_not_running")),
        (NotInstalled("lp"), Refused("no_cups")),
    ],
)
async def test_without_a_name_the_default_queue_is_looked_up(
    default: object, outcome: DocumentOutcome
) -> None:
    cups = script(default=[default])
    assert await cups.device("").print_pdf(PDF, "Surat") == outcome


async def ran_for(cups: ScriptedCups, waits: int, printer: CupsPrinter) -> None:
    """Let the device run until it has waited so often."""
    running = asyncio.create_task(printer.run())

    def stop() -> None:
        if len(cups.waits_s) == waits:
            running.cancel()

    cups.on_wait = stop
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(10):
            await running


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (NotInstalled("lp"), Missing("CUPS is not installed")),
        (TookTooLong("lp"), Fault("cups_not_answering", "lpstat did not answer in time")),
        (said(listing(alerts="toner-low-report media-low")), Ready("A4, paper low, ink low")),
        (said(listing(alerts="door-open-report")), Fault("cover_open", "door-open-report")),
        (said(listing(state=f"disabled {SINCE} -\n\treason unknown", alerts="paused")),
         Fault("queue_stopped", "the queue is disabled")),
        (said(listing(state=f"disabled {SINCE} -\n\tout", alerts="paused media-jam-warning")),
         Fault("paper_jam", "media-jam-warning paused")),
        (said(listing(taking="not accepting")),
         Fault("queue_refuses", "the queue does not accept jobs")),
        (said(listing(state=f"now printing A4-1.  enabled {SINCE}")), Ready("A4")),
    ],
)  # fmt: skip
async def test_states(answer: object, state: DeviceState) -> None:
    cups = script(lpstat=[answer])
    printer = cups.device()
    await ran_for(cups, 3, printer)
    assert cups.states == [state]  # told once
    assert printer.state == state
    assert (printer.name, printer.kind) == ("document_printer", "document_printer")


async def test_an_idle_printer_is_asked_rarely_and_a_missing_one_more_often() -> None:
    cups = script()
    await ran_for(cups, 50, cups.device())
    assert all(30.0 <= wait_s <= 45.0 for wait_s in cups.waits_s)
    assert len(set(cups.waits_s)) > 1
    cups = script(lpstat=[DOWN])
    await ran_for(cups, 50, cups.device())
    assert all(10.0 <= wait_s <= 15.0 for wait_s in cups.waits_s)


async def test_a_bug_ends_no_device(caplog: pytest.LogCaptureFixture) -> None:
    cups = ScriptedCups({})
    await ran_for(cups, 2, cups.device())
    assert cups.states == [Fault("internal_error", "KeyError")]
    assert "a session of device document_printer failed: KeyError" in caplog.text
