"""After the submit: stored or not, printed or not, receipted."""

from dataclasses import replace

import pytest
from forms import at_review, submit
from journey import NIK, Journey, a_ticket, intents_in

from anjungan.appliance.session import effects as fx
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import states as st
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import (
    PrintResult,
    RequestNotStored,
    RequestStored,
    StoreProblem,
    TicketChanged,
)
from anjungan.appliance.session.surroundings import PrinterCondition


@pytest.mark.parametrize("problem", list(StoreProblem))
def test_nothing_stored_is_said_so_and_the_form_is_kept(problem: StoreProblem) -> None:
    journey = submit(at_review())
    nonce = journey.asked[-1].nonce
    journey.happen(RequestNotStored(nonce, problem))
    view = journey.view
    assert isinstance(view, vw.NoticeView)
    assert view.tone is vw.Tone.ERROR
    assert "tersimpan" in view.title
    assert journey.state.form is not None
    if problem is StoreProblem.FAILED:
        journey.press(it.SubmitRequest(nonce=nonce))
        assert isinstance(journey.asked[-1], fx.StoreRequest)


def test_a_store_that_does_not_answer_claims_nothing_and_is_believed_late() -> None:
    journey = submit(at_review())
    journey.wait(31)
    assert isinstance(journey.view, vw.NoticeView)
    journey.stored()
    assert isinstance(journey.view, vw.TicketView)


def test_an_answer_to_another_visits_request_is_not_shown() -> None:
    journey = submit(at_review())
    journey.happen(RequestStored("another nonce", a_ticket()))
    assert isinstance(journey.view, vw.BusyView)
    idle = Journey()
    idle.happen(RequestStored("any", a_ticket()))
    assert isinstance(idle.state, st.Idle)


@pytest.mark.parametrize(
    "result",
    [PrintResult.PAPER_OUT, PrintResult.COVER_OPEN, PrintResult.FAULT, PrintResult.MISSING],
)
def test_a_failed_print_says_what_is_safe_and_is_no_copy_the_next_time(
    result: PrintResult,
) -> None:
    journey = submit(at_review())
    journey.stored()
    journey.devices = replace(journey.devices, printer=PrinterCondition(result.value))
    journey.printed(result)
    view = journey.view
    assert view.trouble is not None
    assert "tersimpan" in view.trouble.safe
    assert view.print_note.tone is vw.Tone.WARN
    assert view.code
    journey.devices = replace(journey.devices, printer=PrinterCondition.READY)
    journey.press(it.PrintAgain())
    assert journey.asked[-1].copy is False


@pytest.mark.parametrize(
    ("condition", "words"),
    [(PrinterCondition.PAPER_OUT, "Kertas tiket habis"), (PrinterCondition.READY, "siap lagi")],
)
def test_when_the_trouble_is_over_the_screen_says_so(
    condition: PrinterCondition, words: str
) -> None:
    journey = submit(at_review())
    journey.stored()
    journey.printed(PrintResult.PAPER_OUT)
    journey.devices = replace(journey.devices, printer=condition)
    assert words in journey.view.trouble.title
    assert "belum" in journey.view.trouble.what
    # the line below the code says the same, so that it needs not be shown a second time
    assert journey.view.print_note.text == journey.view.trouble.title
    assert (it.PrintAgain() in intents_in(journey.view)) is (condition is PrinterCondition.READY)


@pytest.mark.parametrize(
    ("result", "condition", "why"),
    [
        (PrintResult.PAPER_ENDED, PrinterCondition.PAPER_OUT, "Kertas habis saat mencetak."),
        (PrintResult.COVER_OPENED, PrinterCondition.COVER_OPEN, "Tutup pencetak terbuka saat"),
        (PrintResult.UNCERTAIN, PrinterCondition.FAULT, "Belum pasti tercetak."),
    ],
)
def test_what_stopped_a_print_in_the_middle_is_said_until_it_is_mended(
    result: PrintResult, condition: PrinterCondition, why: str
) -> None:
    journey = submit(at_review())
    journey.stored()
    journey.devices = replace(journey.devices, printer=condition)
    journey.printed(result)
    assert why in journey.view.print_note.text
    assert "Kodenya di layar" in journey.view.print_note.text
    journey.devices = replace(journey.devices, printer=PrinterCondition.READY)
    assert journey.view.print_note.text == "Belum pasti tercetak. Kodenya di layar."
    assert it.PrintAgain() in intents_in(journey.view)


@pytest.mark.parametrize(
    "result", [PrintResult.PAPER_ENDED, PrintResult.COVER_OPENED, PrintResult.UNCERTAIN]
)
def test_an_uncertain_print_is_never_called_printed_and_again_is_a_copy(
    result: PrintResult,
) -> None:
    journey = submit(at_review())
    journey.stored()
    journey.printed(result)
    assert "dicetak." not in journey.view.print_note.text
    journey.press(it.PrintAgain())
    assert journey.asked[-1].copy is True
    assert sum(isinstance(each, fx.PrintTicket) for each in journey.asked) == 2


def test_the_sheet_is_printed_from_memory_once() -> None:
    journey = submit(at_review())
    ticket = journey.stored()
    journey.printed().press(it.PrintSheet())
    effect = journey.asked[-1]
    assert isinstance(effect, fx.PrintRequestSheet)
    assert effect.ticket == ticket
    assert NIK in {each.value for each in effect.answers.items}


def test_the_ticket_follows_its_receipt_without_making_a_touch_stale() -> None:
    journey = Journey(connected=False)
    journey.press(it.Wake())
    journey = submit(at_review())
    journey.connected = False
    ticket = journey.stored()
    assert journey.view.banner is not None
    step = journey.state.step
    journey.happen(TicketChanged(a_ticket(request_id=ticket.request_id, receipted=True)))
    assert journey.state.step == step
    assert "petugas" in journey.view.state_line
