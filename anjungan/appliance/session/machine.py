"""The session machine: (state, event, surroundings) to (state, effects). Pure."""

from dataclasses import replace
from typing import assert_never, get_args

import msgspec

from anjungan.appliance.session import form_flow, intents, status_flow, ticket_flow, timing
from anjungan.appliance.session.effects import PrintRequirementsSheet
from anjungan.appliance.session.events import (
    CardRefused,
    CardTapped,
    Event,
    Intended,
    PaperFinished,
    RequestNotStored,
    RequestStored,
    SearchFailed,
    SearchLimited,
    Stirred,
    Ticked,
    TicketChanged,
    TicketScanned,
    TicketsFound,
    UnknownScanned,
    VisitLost,
    VisitRecovered,
)
from anjungan.appliance.session.moves import (
    Outcome,
    begin,
    end,
    go_back,
    go_home,
    go_instead,
    go_to,
    has_ticket,
    in_form,
    refresh,
    stay,
)
from anjungan.appliance.session.states import (
    AppearanceScreen,
    CancelScreen,
    CardTicketsScreen,
    CodeEntryScreen,
    FamilyScreen,
    HelpScreen,
    HomeScreen,
    Idle,
    LeaveScreen,
    LetterScreen,
    LettersScreen,
    LostVisitScreen,
    NotAcceptingScreen,
    NotSavedScreen,
    PageScreen,
    QuestionScreen,
    ReviewScreen,
    SavingScreen,
    SearchFailedScreen,
    State,
    StatusScreen,
    StatusSearchScreen,
    TicketScreen,
    Visit,
)
from anjungan.appliance.session.surroundings import Surroundings
from anjungan.catalogue.page import Family


def advance(state: State, event: Event, around: Surroundings) -> Outcome:
    """The next state and the effects of ``event``; total over all states and events."""
    match event:
        case Intended():
            return _intended(state, event, around)
        case Stirred():
            return stay(timing.stirred(state, around) if isinstance(state, Visit) else state)
        case Ticked():
            after = timing.ticked(state, around)
            return stay(end(state) if after is None else after)
        case CardTapped():
            return status_flow.card_tapped(_awake(state, around), event, around)
        case CardRefused():
            return status_flow.card_refused(_awake(state, around), event, around)
        case TicketScanned():
            return status_flow.ticket_scanned(_awake(state, around), event, around)
        case UnknownScanned():
            return status_flow.unknown_scanned(_awake(state, around), around)
        case VisitRecovered():
            return ticket_flow.recovered(state, event, around)
        case VisitLost():
            return stay(begin(state.step, around, LostVisitScreen()))
        case _:
            return _answered(state, event, around)


def _answered(
    state: State,
    event: RequestStored
    | RequestNotStored
    | PaperFinished
    | TicketsFound
    | SearchLimited
    | SearchFailed
    | TicketChanged,
    around: Surroundings,
) -> Outcome:
    """Answers to effects; when the visit is over nobody waits for them any more."""
    if isinstance(state, Idle):
        return stay(state)
    match event:
        case RequestStored():
            return ticket_flow.request_stored(state, event, around)
        case RequestNotStored():
            return ticket_flow.request_not_stored(state, event, around)
        case PaperFinished():
            return ticket_flow.paper_finished(state, event)
        case TicketsFound():
            return status_flow.tickets_found(state, event, around)
        case SearchLimited():
            return status_flow.search_limited(state, event)
        case SearchFailed():
            return status_flow.search_failed(state, event)
        case TicketChanged():
            return status_flow.ticket_changed(state, event)
        case _:
            assert_never(event)


def _awake(state: State, around: Surroundings) -> State:
    return timing.stirred(state, around) if isinstance(state, Visit) else state


def _intended(state: State, event: Intended, around: Surroundings) -> Outcome:
    if isinstance(state, Idle):
        wakes = isinstance(event.intent, intents.Wake) and event.step == state.step
        return stay(begin(state.step, around) if wakes else state)
    awake = timing.stirred(state, around)
    if event.step != state.step:
        # pressed on a view that is no longer there: it only shows that somebody is here
        return stay(awake)
    if state.warned_at_s is not None:
        over = isinstance(event.intent, intents.EndVisit)
        return stay(end(state) if over else awake)
    return _pressed(awake, event.intent, around)


def _pressed(visit: Visit, intent: intents.Intent, around: Surroundings) -> Outcome:
    """An intent on the present step. What the present screen does not offer does nothing."""
    screen = visit.screen
    match intent:
        case intents.EndVisit():
            return stay(end(visit))
        case intents.GoBack():
            return _back(visit)
        case intents.GoHome():
            return _home(visit)
        case intents.OpenHelp():
            return _help(visit)
        case intents.OpenAppearance() if not isinstance(screen, SavingScreen | AppearanceScreen):
            return stay(go_to(visit, AppearanceScreen()))
        case intents.SetReadAloud(on=on) if around.devices.sound:
            look = msgspec.structs.replace(visit.look, read_aloud=on)
            return stay(replace(visit, look=look))
        case intents.SetLanguage() | intents.SetTextSize() | intents.SetHighContrast():
            return _set_look(visit, intent)
        case _:
            return _pressed_content(visit, intent, around)


def _pressed_content(visit: Visit, intent: intents.Intent, around: Surroundings) -> Outcome:
    match visit.screen:
        case (
            HomeScreen()
            | LettersScreen()
            | FamilyScreen()
            | LetterScreen()
            | CardTicketsScreen()
            | StatusSearchScreen()
        ):
            return _browsed(visit, intent, around)
        case QuestionScreen() as screen:
            return _answering(visit, screen, intent, around)
        case ReviewScreen():
            return _reviewing(visit, intent, around)
        case NotSavedScreen():
            if isinstance(intent, intents.SubmitRequest):
                return form_flow.submit(visit, intent.nonce, around)
            return stay(visit)
        case TicketScreen() as screen:
            match intent:
                case intents.PrintAgain():
                    return ticket_flow.print_again(visit, screen, around)
                case intents.PrintSheet():
                    return ticket_flow.print_sheet(visit, screen, around)
                case _:
                    return stay(visit)
        case CodeEntryScreen() as screen:
            if isinstance(intent, intents.EnterText):
                return status_flow.search_typed(visit, screen, intent.text, around)
            return stay(visit)
        case StatusScreen(ticket=ticket):
            match intent:
                case intents.AskToCancel():
                    return status_flow.ask_to_cancel(visit, ticket)
                case intents.OpenStatusSearch():
                    return stay(go_instead(visit, StatusSearchScreen()))
                case _:
                    return stay(visit)
        case CancelScreen(ticket=ticket):
            if isinstance(intent, intents.ConfirmCancel):
                return status_flow.confirm_cancel(visit, ticket)
            return stay(visit)
        case (
            PageScreen()
            | NotAcceptingScreen()
            | AppearanceScreen()
            | HelpScreen()
            | LeaveScreen()
            | SavingScreen()
            | SearchFailedScreen()
            | LostVisitScreen()
        ):
            return stay(visit)
        case _ as unreachable:
            assert_never(unreachable)


def _browsed(visit: Visit, intent: intents.Intent, around: Surroundings) -> Outcome:
    """From list to page; only what the present screen offers leads anywhere."""
    catalogue = around.catalogue
    match visit.screen, intent:
        case HomeScreen() | CardTicketsScreen(), intents.OpenLetters():
            return stay(go_to(visit, LettersScreen()))
        case HomeScreen(), intents.OpenFamily(family=family) if family in get_args(Family):
            return stay(go_to(visit, FamilyScreen(family)))
        case HomeScreen(), intents.OpenStatusSearch():
            return _open_status(visit, around)
        case LettersScreen(), intents.OpenService(service=service) if catalogue.service(service):
            return stay(go_to(visit, LetterScreen(service)))
        case FamilyScreen(), intents.OpenPage(page=page) if catalogue.page(page):
            return stay(go_to(visit, PageScreen(page)))
        case StatusSearchScreen(), intents.OpenCodeEntry():
            return stay(go_to(visit, CodeEntryScreen()))
        case CardTicketsScreen() as screen, intents.OpenTicket(index=index):
            return status_flow.open_ticket(visit, screen, index)
        case LetterScreen(service=service), intents.StartForm():
            return form_flow.start_form(visit, service, around)
        case LetterScreen(printing=False) as letter, intents.PrintRequirements() if (
            around.printer_ready
        ):
            waiting = refresh(visit, replace(letter, printing=True, result=None))
            return stay(waiting, PrintRequirementsSheet(service=letter.service))
        case _:
            return stay(visit)


def _open_status(visit: Visit, around: Surroundings) -> Outcome:
    shown = go_to(visit, StatusSearchScreen())
    if visit.card is None:
        return stay(shown)
    return status_flow.find_by_card(shown, visit.card, around)


def _answering(
    visit: Visit, screen: QuestionScreen, intent: intents.Intent, around: Surroundings
) -> Outcome:
    match intent:
        case intents.EnterText(text=text):
            return form_flow.take_typed(visit, screen, text, around)
        case intents.ChooseOption(option=option):
            return form_flow.mark_option(visit, screen, option, around)
        case intents.GoNext():
            return form_flow.take_marked(visit, screen, around)
        case intents.SkipQuestion():
            return form_flow.skip(visit, screen, around)
        case _:
            return stay(visit)


def _reviewing(visit: Visit, intent: intents.Intent, around: Surroundings) -> Outcome:
    match intent:
        case intents.ChangeAnswer(question=question):
            return form_flow.change_answer(visit, question, around)
        case intents.SubmitRequest(nonce=nonce):
            return form_flow.submit(visit, nonce, around)
        case _:
            return stay(visit)


def _back(visit: Visit) -> Outcome:
    match visit.screen:
        case HomeScreen():
            return stay(end(visit))
        case SavingScreen(late=False) | TicketScreen():
            return stay(visit)
        case _:
            return stay(go_back(visit))


def _home(visit: Visit) -> Outcome:
    match visit.screen:
        case SavingScreen(late=False):
            return stay(visit)
        case LeaveScreen() | SavingScreen():
            return stay(go_home(visit))
        case _ if in_form(visit) and not has_ticket(visit) and visit.form and visit.form.answers:
            # also from help or text and language: what was typed is not lost by a slip
            return stay(go_to(visit, LeaveScreen()))
        case _:
            return stay(go_home(visit))


def _help(visit: Visit) -> Outcome:
    if isinstance(visit.screen, HelpScreen | SavingScreen):
        return stay(visit)
    return stay(go_to(visit, HelpScreen(type(visit.screen).__name__)))


def _set_look(
    visit: Visit, intent: intents.SetLanguage | intents.SetTextSize | intents.SetHighContrast
) -> Outcome:
    if not isinstance(visit.screen, AppearanceScreen | HomeScreen):
        return stay(visit)
    match intent:
        case intents.SetLanguage(language=language):
            look = msgspec.structs.replace(visit.look, language=language)
        case intents.SetTextSize(text_size=text_size):
            look = msgspec.structs.replace(visit.look, text_size=text_size)
        case intents.SetHighContrast(on=on):
            look = msgspec.structs.replace(visit.look, high_contrast=on)
    return stay(replace(visit, look=look))
