"""What a screen does not offer does nothing, whatever the screens process sends."""

import pytest
from gallery import GALLERY
from journey import intents_in

from anjungan.appliance.session import events as ev
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import states as st
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.tickets import new_token

EVERYWHERE = (it.EndVisit, it.GoBack, it.GoHome, it.OpenHelp, it.OpenAppearance, it.KeepVisit)
INTENTS: tuple[it.Intent, ...] = (
    it.Wake(),
    it.KeepVisit(),
    it.OpenLetters(),
    it.OpenService(service="no-such-service"),
    it.OpenFamily(family="no-such-family"),
    it.OpenPage(page="no-such-page"),
    it.StartForm(),
    it.EnterText(text="x" * 2000),
    it.ChooseOption(option="no-such-option"),
    it.GoNext(),
    it.SkipQuestion(),
    it.ChangeAnswer(question="no-such-question"),
    it.SubmitRequest(nonce="no-such-nonce"),
    it.PrintAgain(),
    it.PrintSheet(),
    it.PrintRequirements(),
    it.OpenStatusSearch(),
    it.OpenCodeEntry(),
    it.OpenTicket(index=99),
    it.AskToCancel(),
    it.ConfirmCancel(),
    it.SetLanguage(language=it.Language.ENGLISH),
    it.SetTextSize(text_size=it.TextSize.LARGEST),
    it.SetHighContrast(on=True),
)


@pytest.mark.parametrize("name", list(GALLERY))
def test_an_intent_that_is_not_offered_moves_nothing(name: str) -> None:
    for intent in INTENTS:
        journey = GALLERY[name]()
        offered = intents_in(journey.view)
        takes_text = isinstance(intent, it.EnterText) and hasattr(journey.view, "min_length")
        if intent in offered or takes_text:
            continue
        before, asked = journey.state, list(journey.asked)
        journey.happen(ev.Intended(before.step, intent))
        assert type(journey.view) is not None
        if isinstance(before, st.Visit) and before.warned_at_s is None:
            assert journey.state.screen == before.screen, intent
            assert journey.asked == asked, intent


@pytest.mark.parametrize("name", list(GALLERY))
@pytest.mark.parametrize(
    "event",
    [
        ev.CardTapped(CardLink("cd" * 32)),
        ev.CardRefused(ev.CardProblem.TWO_CARDS),
        ev.TicketScanned(new_token()),
        ev.UnknownScanned(),
        ev.TicketsFound("no-such-search", ()),
        ev.SearchLimited("no-such-search", 60),
        ev.SearchFailed("no-such-search"),
        ev.PaperFinished(ev.PaperKind.SHEET, ev.PrintResult.PRINTED, "no-such-request"),
        ev.PaperFinished(ev.PaperKind.REQUIREMENTS, ev.PrintResult.PAPER_OUT, "no-such-service"),
        ev.Ticked(),
        ev.Stirred(),
    ],
    ids=lambda event: type(event).__name__,
)
def test_everything_from_outside_leaves_a_screen_that_can_be_shown(
    name: str, event: ev.Event
) -> None:
    journey = GALLERY[name]()
    form = journey.state.form if isinstance(journey.state, st.Visit) else None
    journey.happen(event)
    assert journey.everything_shown()
    if form is not None:
        assert journey.state.form == form
