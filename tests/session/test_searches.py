"""An answer counts only for the search it belongs to, and a failure is no answer."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from forms import CARD
from gallery import GALLERY
from journey import Journey, a_ticket, words

from anjungan.appliance.session import intents as it
from anjungan.appliance.session import states as st
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import (
    CardProblem,
    CardRefused,
    CardTapped,
    Intended,
    SearchFailed,
    SearchLimited,
    TicketScanned,
    TicketsFound,
)
from anjungan.appliance.session.moves import in_form
from anjungan.protocol.tickets import new_token

EVERY_SEARCH = pytest.mark.parametrize(
    "search",
    [
        lambda journey: journey.happen(TicketScanned(new_token())),
        lambda journey: journey.happen(CardTapped(CARD)),
        lambda journey: (
            journey.press(it.Wake())
            .press(it.OpenStatusSearch())
            .press(it.OpenCodeEntry())
            .type(a_ticket().code)
        ),
    ],
    ids=["scan", "card", "code"],
)


@EVERY_SEARCH
def test_a_late_answer_never_shows_the_next_person_somebody_elses_ticket(
    search: Callable[[Journey], Journey],
) -> None:
    theirs, ours = a_ticket("keterangan-usaha"), a_ticket("keterangan-domisili")
    journey = search(Journey())
    before = journey.search.nonce
    journey.happen(Intended(journey.state.step, it.EndVisit()))
    assert isinstance(journey.state, st.Idle)
    search(journey)
    waiting = journey.state
    for late in (
        TicketsFound(before, (theirs,)),
        TicketsFound(before, ()),
        SearchLimited(before, 9),
        SearchFailed(before),
    ):
        journey.happen(late)
        assert journey.state == waiting
    journey.found(ours)
    assert journey.state.screen == st.StatusScreen(ours)
    journey.happen(TicketsFound(before, (theirs,)))
    assert journey.state.screen == st.StatusScreen(ours)


def test_the_answer_to_an_earlier_search_of_the_same_visit_is_dropped() -> None:
    first, second = a_ticket(), a_ticket()
    journey = Journey().happen(TicketScanned(first.token))
    earlier = journey.search.nonce
    journey.happen(TicketScanned(second.token))
    journey.happen(TicketsFound(earlier, (first,)))
    assert isinstance(journey.state.screen, st.HomeScreen)
    journey.found(second)
    assert journey.state.screen == st.StatusScreen(second)


@EVERY_SEARCH
def test_a_search_that_could_not_be_made_is_no_answer(
    search: Callable[[Journey], Journey],
) -> None:
    journey = search(Journey())
    begun_at = journey.state.screen
    journey.happen(SearchFailed(journey.search.nonce))
    view = journey.view
    assert isinstance(view, vw.NoticeView)
    happened, safe, todo = (fact.value for fact in view.lines)
    assert "belum dapat mencari" in happened
    assert "tetap aman" in safe
    assert "petugas" in todo
    assert "Tidak ada" not in journey.everything_shown()
    journey.press(it.GoBack())
    assert journey.state.screen == begun_at


def test_after_a_failure_every_search_can_be_made_again() -> None:
    def failed() -> Journey:
        journey = Journey().happen(TicketScanned(new_token()))
        return journey.happen(SearchFailed(journey.search.nonce))

    ticket = a_ticket()
    found = failed().happen(TicketScanned(ticket.token)).found(ticket)
    assert found.state.screen == st.StatusScreen(ticket)
    found.press(it.GoBack())
    assert isinstance(found.state.screen, st.HomeScreen)
    again = failed().happen(CardTapped(CARD))
    before = again.state.step
    again.happen(SearchFailed(again.search.nonce))
    assert again.state.step == before
    assert again.state.seeking is None
    nothing = failed().happen(CardTapped(CARD)).found()
    assert nothing.state.screen == st.StatusSearchScreen(nothing_found=True)
    refused = failed().happen(CardRefused(CardProblem.PULLED_EARLY))
    assert refused.state.screen == st.StatusSearchScreen(card_problem=CardProblem.PULLED_EARLY)


def test_a_second_scan_that_finds_nothing_is_not_answered_by_the_ticket_before() -> None:
    ticket = a_ticket()
    looking = Journey().happen(TicketScanned(ticket.token)).found(ticket)
    looking.happen(TicketScanned(new_token())).found()
    assert looking.state.screen == st.StatusSearchScreen(nothing_found=True)
    looking.press(it.GoBack())
    assert looking.state.screen == st.StatusScreen(ticket)


NOT_IN_A_FORM = [
    name
    for name, lead in GALLERY.items()
    if isinstance(lead().state, st.Idle) or not in_form(lead().state)
]


@pytest.mark.parametrize("language", list(it.Language))
@pytest.mark.parametrize("name", NOT_IN_A_FORM)
@pytest.mark.parametrize("card_first", [False, True])
def test_a_ticket_of_another_village_is_answered_wherever_it_is_scanned(
    name: str, language: it.Language, *, card_first: bool
) -> None:
    journey = GALLERY[name]()
    if isinstance(journey.state, st.Visit):
        if card_first:
            journey.happen(CardTapped(CARD)).found()
        journey.state = replace(
            journey.state, look=msgspec.structs.replace(journey.state.look, language=language)
        )
    else:
        language = it.Language.INDONESIAN
    journey.happen(TicketScanned(new_token())).found()
    assert words().say("search.nothing", language.value) in journey.everything_shown()


@pytest.mark.parametrize("language", list(it.Language))
@pytest.mark.parametrize("awake", [False, True])
def test_a_card_with_which_nothing_was_asked_for_is_acknowledged_and_kept(
    language: it.Language, *, awake: bool
) -> None:
    journey = Journey()
    if awake:
        journey.press(it.Wake())
    step = journey.state.step + (not awake)
    journey.happen(CardTapped(CARD)).found()
    look = msgspec.structs.replace(journey.state.look, language=language)
    journey.state = replace(journey.state, look=look)
    banner = journey.view.banner
    assert banner.strong == words().say("card.read", language.value)
    assert banner.text == words().say("card.nothing_yet", language.value)
    assert journey.state.step == step  # a touch on a tile goes on
    assert journey.state.card == CARD
    journey.wait(7)
    assert journey.view.banner is None
    journey.press(it.SetLanguage(language=it.Language.INDONESIAN))  # in its place again
    journey.happen(CardTapped(CARD)).found()
    assert journey.view.banner is not None
    journey.press(it.OpenLetters()).press(it.GoHome())
    assert journey.view.banner is None


def test_who_reads_larger_text_is_told_for_longer() -> None:
    journey = Journey().happen(CardTapped(CARD)).found()
    look = msgspec.structs.replace(journey.state.look, text_size=it.TextSize.LARGE)
    journey.state = replace(journey.state, look=look)
    assert journey.wait(7).view.banner is not None
    assert journey.wait(6).view.banner is None


def test_a_card_that_finds_nothing_says_nothing_of_the_code_that_is_being_typed() -> None:
    journey = Journey().press(it.Wake()).press(it.OpenStatusSearch()).press(it.OpenCodeEntry())
    journey.happen(CardTapped(CARD)).found()
    assert journey.state.screen == st.StatusSearchScreen(nothing_found=True)
    journey.press(it.GoBack())
    assert journey.state.screen == st.CodeEntryScreen()


def test_a_card_held_while_reading_is_kept_and_moves_nothing() -> None:
    journey = Journey().press(it.Wake()).press(it.OpenLetters())
    before = journey.state
    journey.happen(CardTapped(CARD)).found()
    assert journey.state == replace(before, card=CARD)
