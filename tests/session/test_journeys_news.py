"""News that comes while something else is read."""

import pytest
from forms import CARD, SERVICE, at_review, submit
from journey import Journey, a_ticket, intents_in

from anjungan.appliance.session import effects as fx
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import (
    CardTapped,
    Intended,
    PaperFinished,
    PaperKind,
    PrintResult,
    RequestStored,
    TicketChanged,
    TicketScanned,
    TicketsFound,
    UnknownScanned,
)
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import new_token


@pytest.mark.parametrize("elsewhere", [it.OpenHelp(), it.OpenAppearance()])
class TestNewsWhileSomethingElseIsRead:
    """Printer and regency answer while help, or text and language, lies over the screen."""

    def test_the_ticket_behind_is_told_of_its_paper(self, elsewhere: it.Intent) -> None:
        journey = submit(at_review())
        journey.stored()
        journey.press(elsewhere).printed().press(it.GoBack())
        assert journey.view.print_note.tone is vw.Tone.OK
        assert it.PrintSheet() in intents_in(journey.view)

    def test_the_ticket_behind_is_told_of_its_receipt(self, elsewhere: it.Intent) -> None:
        journey = submit(at_review())
        ticket = journey.stored()
        journey.press(elsewhere)
        journey.happen(TicketChanged(a_ticket(request_id=ticket.request_id, receipted=True)))
        journey.press(it.GoBack())
        assert "petugas" in journey.view.state_line

    def test_home_from_there_does_not_drop_the_form_unasked(self, elsewhere: it.Intent) -> None:
        journey = at_review().press(elsewhere).press(it.GoHome())
        assert isinstance(journey.view, vw.NoticeView)
        assert "isian" in journey.view.title
        assert journey.state.form is not None

    def test_home_from_there_leaves_a_ticket_at_once(self, elsewhere: it.Intent) -> None:
        journey = submit(at_review())
        journey.stored()
        journey.press(elsewhere).press(it.GoHome())
        assert isinstance(journey.view, vw.HomeView)

    def test_a_card_or_a_scan_does_not_pull_away_from_the_form(self, elsewhere: it.Intent) -> None:
        journey = at_review().press(elsewhere)
        shown = journey.view
        journey.happen(CardTapped(CARD)).happen(TicketScanned(new_token()))
        journey.happen(UnknownScanned())
        assert not any(isinstance(each, fx.FindByCard | fx.FindByToken) for each in journey.asked)
        journey.happen(TicketsFound("no-such-search", (a_ticket(),)))
        assert journey.view == shown
        assert journey.state.card == CARD


def test_paper_of_an_earlier_ticket_is_not_told_on_a_later_one() -> None:
    journey = submit(at_review())
    earlier = journey.stored()
    journey.press(it.EndVisit())
    later = submit(at_review())
    later.stored()
    later.happen(PaperFinished(PaperKind.TICKET, PrintResult.PRINTED, earlier.request_id))
    later.happen(PaperFinished(PaperKind.SHEET, PrintResult.PRINTED, earlier.request_id))
    assert later.view.print_note.tone is vw.Tone.INFO
    later.printed(PrintResult.PAPER_OUT)
    assert later.view.trouble is not None


def test_a_list_of_needs_that_is_printed_while_the_form_is_open_is_told_there() -> None:
    journey = Journey().press(it.Wake()).press(it.OpenLetters())
    journey.press(it.OpenService(service=SERVICE)).press(it.PrintRequirements())
    journey.press(it.StartForm())
    journey.happen(PaperFinished(PaperKind.REQUIREMENTS, PrintResult.PRINTED, SERVICE))
    journey.press(it.GoBack())
    assert journey.view.printed is not None
    assert it.PrintRequirements() in intents_in(journey.view)
    journey.press(it.GoBack()).press(it.OpenService(service="keterangan-domisili"))
    journey.happen(PaperFinished(PaperKind.REQUIREMENTS, PrintResult.PRINTED, SERVICE))
    assert journey.view.printed is None


def test_what_was_stored_after_going_back_is_shown_all_the_same() -> None:
    journey = submit(at_review()).wait(31)
    nonce = journey.asked[-1].nonce
    journey.happen(Intended(journey.state.step, it.GoBack()))
    assert isinstance(journey.view, vw.ReviewView)
    journey.happen(RequestStored(nonce, a_ticket()))
    assert isinstance(journey.view, vw.TicketView)
    assert isinstance(journey.asked[-1], fx.PrintTicket)
    asked = len(journey.asked)
    journey.happen(RequestStored(nonce, a_ticket()))  # the second try is answered too
    assert len(journey.asked) == asked


def test_a_question_whether_to_cancel_ends_when_the_request_goes_on() -> None:
    ticket = a_ticket(receipted=True)
    journey = Journey().happen(TicketScanned(ticket.token)).found(ticket)
    journey.press(it.AskToCancel())
    ready = a_ticket(request_id=ticket.request_id, receipted=True, status=RequestStatus.READY)
    journey.happen(TicketChanged(ready))
    assert isinstance(journey.view, vw.StatusView)
    assert journey.view.chip.label == "Siap diambil"
    assert it.AskToCancel() not in intents_in(journey.view)
