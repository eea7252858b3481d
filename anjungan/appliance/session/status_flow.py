"""Finding a request again, and cancelling one's own."""

from dataclasses import replace
from typing import assert_never

from anjungan.appliance.session.effects import (
    CancelRequest,
    FindByCard,
    FindByCode,
    FindByToken,
)
from anjungan.appliance.session.events import (
    CardRefused,
    CardTapped,
    SearchFailed,
    SearchLimited,
    TicketChanged,
    TicketScanned,
    TicketsFound,
)
from anjungan.appliance.session.moves import (
    Outcome,
    begin,
    go_instead,
    go_to,
    in_form,
    refresh,
    renew_screens,
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
    LetterScreen,
    LettersScreen,
    LostVisitScreen,
    PageScreen,
    QuestionScreen,
    Screen,
    SearchedBy,
    SearchFailedScreen,
    Seeking,
    State,
    StatusScreen,
    StatusSearchScreen,
    TicketScreen,
    Visit,
)
from anjungan.appliance.session.surroundings import Surroundings
from anjungan.appliance.session.ticket import Ticket
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.tickets import parse_code

_BROWSING = (
    LettersScreen,
    LetterScreen,
    FamilyScreen,
    PageScreen,
    AppearanceScreen,
    HelpScreen,
    LostVisitScreen,
)
"""Where nobody looks for a request, so that a card held there is only kept."""


def search_typed(visit: Visit, screen: CodeEntryScreen, text: str, around: Surroundings) -> Outcome:
    """Search a typed code.

    One whose check character is wrong is a slip of the finger and never searched, so it is no
    guess either; only codes that could be one are counted and limited.
    """
    code = parse_code(text)
    if code is None:
        wrong = replace(screen, draft=text, wrong=True, not_found=False, wait_s=0)
        return stay(go_instead(visit, wrong))
    kept = replace(screen, draft=text, wrong=False, not_found=False, wait_s=0)
    return _seek(refresh(visit, kept), FindByCode(nonce=around.nonce, code=code))


def search_limited(visit: Visit, event: SearchLimited) -> Outcome:
    """Too many wrong tries; say how long to wait."""
    if _awaited(visit, event.nonce) is None or not isinstance(visit.screen, CodeEntryScreen):
        return stay(visit)
    limited = replace(visit.screen, wait_s=event.wait_s, wrong=False, not_found=False)
    return stay(go_instead(visit, limited))


def card_tapped(state: State, event: CardTapped, around: Surroundings) -> Outcome:
    """Remember the card for this visit; outside a form also show what was made with it."""
    visit = begin(state.step, around) if isinstance(state, Idle) else state
    held = replace(visit, card=event.link)
    screen = held.screen
    if isinstance(screen, QuestionScreen):
        return stay(refresh(held, replace(screen, card_problem=None)))
    if in_form(held):
        return stay(held)
    return find_by_card(held, event.link, around)


def find_by_card(visit: Visit, card: CardLink, around: Surroundings) -> Outcome:
    """Search what was made with a card."""
    return _seek(visit, FindByCard(nonce=around.nonce, card=card))


def _seek(visit: Visit, search: FindByCode | FindByToken | FindByCard) -> Outcome:
    match search:
        case FindByCode():
            by = SearchedBy.CODE
        case FindByToken():
            by = SearchedBy.SCAN
        case FindByCard():
            by = SearchedBy.CARD
        case _:
            assert_never(search)
    return stay(replace(visit, seeking=Seeking(search.nonce, by)), search)


def _awaited(visit: Visit, nonce: str) -> Seeking | None:
    """The search under way, when it is the one of this nonce."""
    seeking = visit.seeking
    return seeking if seeking is not None and seeking.nonce == nonce else None


def card_refused(state: State, event: CardRefused, around: Surroundings) -> Outcome:
    """Say why the card did not do, where somebody is looking for it."""
    if isinstance(state, Idle):
        return stay(replace(state, card_problem=event.problem, problem_since_s=around.now_s))
    match state.screen:
        case QuestionScreen() as screen:
            return stay(refresh(state, replace(screen, card_problem=event.problem)))
        case StatusSearchScreen():
            return stay(refresh(state, StatusSearchScreen(card_problem=event.problem)))
        case SearchFailedScreen():
            return stay(go_instead(state, StatusSearchScreen(card_problem=event.problem)))
        case HomeScreen():
            return stay(go_to(state, StatusSearchScreen(card_problem=event.problem)))
        case _:
            return stay(state)


def ticket_scanned(state: State, event: TicketScanned, around: Surroundings) -> Outcome:
    """Show the scanned ticket, also from the idle screen."""
    visit = begin(state.step, around) if isinstance(state, Idle) else state
    if in_form(visit):
        return stay(visit)
    return _seek(visit, FindByToken(nonce=around.nonce, token=event.token))


def unknown_scanned(state: State, around: Surroundings) -> Outcome:
    """Say that this is not one of our tickets, without ever showing what it held."""
    visit = begin(state.step, around) if isinstance(state, Idle) else state
    if in_form(visit):
        return stay(visit)
    told = StatusSearchScreen(unknown_scan=True)
    if isinstance(visit.screen, StatusSearchScreen):
        return stay(refresh(visit, told))
    return stay(go_to(visit, told))


def tickets_found(visit: Visit, event: TicketsFound, around: Surroundings) -> Outcome:
    """Show what a search found; an answer nobody waits for any more is dropped."""
    seeking = _awaited(visit, event.nonce)
    if seeking is None:
        return stay(visit)
    found = replace(visit, seeking=None)
    if len(event.tickets) == 1:
        return stay(_show(found, StatusScreen(event.tickets[0])))
    if event.tickets:
        return stay(_show(found, CardTicketsScreen(event.tickets)))
    return stay(_nothing_found(found, seeking.by, around))


def search_failed(visit: Visit, event: SearchFailed) -> Outcome:
    """Say that it is not known, wherever it was searched: "not found" would be a claim."""
    if _awaited(visit, event.nonce) is None:
        return stay(visit)
    if isinstance(visit.screen, SearchFailedScreen):
        return stay(replace(visit, seeking=None))
    return stay(go_to(visit, SearchFailedScreen()))


def _show(visit: Visit, screen: Screen) -> Visit:
    if isinstance(visit.screen, StatusScreen | CardTicketsScreen | SearchFailedScreen):
        return go_instead(visit, screen)
    return go_to(visit, screen)


def _nothing_found(visit: Visit, by: SearchedBy, around: Surroundings) -> Visit:
    """Say it: silence would leave what is shown, perhaps another ticket, standing as the answer.

    Only a card may mean something else: it is kept for the request that is about to be made.
    """
    match by, visit.screen:
        case SearchedBy.CODE, CodeEntryScreen() as screen:
            return go_instead(visit, replace(screen, not_found=True))
        case SearchedBy.CARD, HomeScreen():
            return refresh(visit, HomeScreen(card_read_at_s=around.now_s))
        case SearchedBy.CARD, screen if isinstance(screen, _BROWSING):
            return visit
        case _, StatusSearchScreen():
            return refresh(visit, StatusSearchScreen(nothing_found=True))
        case _, SearchFailedScreen():
            return go_instead(visit, StatusSearchScreen(nothing_found=True))
        case _:
            return go_to(visit, StatusSearchScreen(nothing_found=True))


def open_ticket(visit: Visit, screen: CardTicketsScreen, index: int) -> Outcome:
    """Show one of the listed tickets."""
    if not 0 <= index < len(screen.tickets):
        return stay(visit)
    return stay(go_to(visit, StatusScreen(screen.tickets[index])))


def ask_to_cancel(visit: Visit, ticket: Ticket) -> Outcome:
    """Ask once more before cancelling."""
    return stay(go_to(visit, CancelScreen(ticket)) if ticket.may_cancel else visit)


def confirm_cancel(visit: Visit, ticket: Ticket) -> Outcome:
    """Queue the cancellation; the status screen follows it."""
    if not ticket.may_cancel:
        return stay(visit)
    asked = replace(ticket, cancel_asked=True)
    return stay(_back_to_status(visit, asked), CancelRequest(ticket))


def _back_to_status(visit: Visit, ticket: Ticket) -> Visit:
    trail = visit.trail
    if trail and isinstance(trail[-1], StatusScreen):
        trail = trail[:-1]
    return replace(go_instead(visit, StatusScreen(ticket)), trail=trail)


def ticket_changed(visit: Visit, event: TicketChanged) -> Outcome:
    """Bring a ticket up to date wherever the visit has it, without making a touch stale."""
    renewed = renew_screens(visit, lambda screen: _with_ticket(screen, event.ticket))
    match renewed.screen:
        case CancelScreen(ticket=ticket) if not ticket.may_cancel:
            # it went on meanwhile: the question whether to cancel it has no yes any more
            return stay(_back_to_status(renewed, ticket))
        case _:
            return stay(renewed)


def _with_ticket(screen: Screen, changed: Ticket) -> Screen:
    match screen:
        case TicketScreen(ticket=shown) if shown.request_id == changed.request_id:
            return replace(screen, ticket=changed)
        case StatusScreen(ticket=shown) if shown.request_id == changed.request_id:
            return StatusScreen(changed)
        case CancelScreen(ticket=shown) if shown.request_id == changed.request_id:
            return CancelScreen(changed)
        case CardTicketsScreen(tickets=tickets):
            return CardTicketsScreen(
                tuple(
                    changed if each.request_id == changed.request_id else each for each in tickets
                )
            )
        case _:
            return screen
