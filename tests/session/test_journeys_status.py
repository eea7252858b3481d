"""Finding a request again, cancelling it, and cards."""

import pytest
from forms import CARD, at_form, at_review
from journey import NIK, SITE, Journey, a_ticket, intents_in

from anjungan.appliance.session import effects as fx
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import states as st
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import (
    CardProblem,
    CardRefused,
    CardTapped,
    SearchLimited,
    TicketScanned,
    UnknownScanned,
)
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import new_token


def test_status_by_code_by_scan_and_by_card() -> None:
    ticket = a_ticket(receipted=True, status=RequestStatus.READY)
    typed = Journey().press(it.Wake()).press(it.OpenStatusSearch()).press(it.OpenCodeEntry())
    typed.type(ticket.code.lower())
    assert typed.search.code == ticket.code
    typed.found(ticket)
    scanned = Journey().happen(TicketScanned(ticket.token))
    assert scanned.search.token == ticket.token
    scanned.found(ticket)
    tapped = Journey().happen(CardTapped(CARD))
    assert tapped.search.card == CARD
    tapped.found(ticket)
    for journey in (typed, scanned, tapped):
        view = journey.view
        assert isinstance(view, vw.StatusView)
        assert view.chip.label == "Siap diambil"


def test_several_tickets_of_a_card_are_a_list() -> None:
    journey = Journey().happen(CardTapped(CARD)).found(a_ticket(), a_ticket())
    assert isinstance(journey.view, vw.ListView)
    journey.press(it.OpenTicket(index=1))
    assert isinstance(journey.view, vw.StatusView)


def test_a_search_nobody_waits_for_any_more_is_dropped() -> None:
    journey = Journey().happen(TicketScanned(new_token()))
    journey.press(it.OpenLetters())
    journey.found(a_ticket())
    assert isinstance(journey.state.screen, st.LettersScreen)


def test_a_nik_alone_opens_no_status() -> None:
    journey = at_form().type(NIK)
    assert not any(isinstance(each, fx.FindByCard | fx.FindByCode) for each in journey.asked)


def test_a_slip_of_the_finger_is_said_and_is_no_guess() -> None:
    journey = Journey().press(it.Wake()).press(it.OpenStatusSearch()).press(it.OpenCodeEntry())
    journey.type("AAAAAAAAA")
    assert "Periksa" in journey.view.error
    assert journey.asked == []


def test_guesses_are_limited() -> None:
    journey = Journey().press(it.Wake()).press(it.OpenStatusSearch()).press(it.OpenCodeEntry())
    journey.type(a_ticket().code)
    journey.happen(SearchLimited(journey.search.nonce, 120))
    assert "2 menit" in journey.view.error


@pytest.mark.parametrize(
    ("status", "receipted", "may"),
    [
        (RequestStatus.UNDER_REVIEW, True, True),
        (RequestStatus.INCOMPLETE, True, True),
        (RequestStatus.READY, True, False),
        (RequestStatus.CANCELLED, True, False),
    ],
)
def test_cancelling_ones_own_request(status: RequestStatus, receipted: bool, may: bool) -> None:
    ticket = a_ticket(status=status, receipted=receipted)
    journey = Journey().happen(TicketScanned(ticket.token)).found(ticket)
    assert (it.AskToCancel() in intents_in(journey.view)) is may
    if not may:
        return
    journey.press(it.AskToCancel()).press(it.ConfirmCancel())
    assert journey.asked[-1] == fx.CancelRequest(ticket)
    assert "Pembatalan" in journey.view.chip.label
    assert it.AskToCancel() not in intents_in(journey.view)


@pytest.mark.parametrize("language", list(it.Language))
@pytest.mark.parametrize("status", list(RequestStatus))
@pytest.mark.parametrize("receipted", [True, False])
@pytest.mark.parametrize("cancel_asked", [True, False])
@pytest.mark.parametrize("refused", [True, False])
def test_nobody_is_told_to_stay_away_and_to_come_at_once(
    status: RequestStatus,
    language: it.Language,
    *,
    receipted: bool,
    cancel_asked: bool,
    refused: bool,
) -> None:
    ticket = a_ticket(
        status=status, receipted=receipted, cancel_asked=cancel_asked, refused=refused
    )
    journey = Journey().press(it.Wake()).press(it.SetLanguage(language=language))
    journey.happen(TicketScanned(ticket.token)).found(ticket)
    shown = journey.everything_shown()
    stay_away = any(
        words in shown for words in ("Belum perlu", "Dereng prelu", "No need to come yet")
    )
    come = SITE.office_place in shown
    plain = receipted and not cancel_asked and not refused
    working_on_it = status in {RequestStatus.UNDER_REVIEW, RequestStatus.AWAITING_SIGNATURE}
    assert stay_away is (plain and working_on_it)
    assert come is (plain and status in {RequestStatus.INCOMPLETE, RequestStatus.READY})


@pytest.mark.parametrize("problem", list(CardProblem))
def test_a_card_that_cannot_be_used_is_explained_everywhere(problem: CardProblem) -> None:
    idle = Journey().happen(CardRefused(problem))
    assert idle.view.notice is not None
    idle.wait(7)
    assert idle.view.notice is None
    form = at_form().happen(CardRefused(problem))
    assert form.view.banner.tone is vw.Tone.WARN
    search = Journey().press(it.Wake()).press(it.OpenStatusSearch()).happen(CardRefused(problem))
    assert search.view.banner.tone is vw.Tone.WARN
    assert "NIK" not in search.view.banner.text  # a NIK opens no status
    home = Journey().press(it.Wake()).happen(CardRefused(problem))
    assert home.view.banner == search.view.banner


def test_a_card_in_the_form_is_kept_and_does_not_move_the_screen() -> None:
    journey = at_form()
    step = journey.state.step
    journey.happen(CardTapped(CARD))
    assert journey.state.step == step
    assert journey.state.card == CARD
    assert journey.view.banner.tone is vw.Tone.OK


def test_hostile_scans_are_told_and_forgotten() -> None:
    journey = Journey().happen(UnknownScanned())
    assert "bukan tiket" in journey.view.banner.strong
    inside = at_review()
    before = inside.state.screen
    inside.happen(UnknownScanned())
    assert inside.state.screen == before
