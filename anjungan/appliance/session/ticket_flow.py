"""After the commit: the ticket on the screen, its paper, the sheet for the officer."""

from dataclasses import replace

from anjungan.appliance.session import timing
from anjungan.appliance.session.effects import PrintRequestSheet, PrintTicket
from anjungan.appliance.session.events import (
    PaperFinished,
    PaperKind,
    PrintResult,
    RequestNotStored,
    RequestStored,
    VisitRecovered,
)
from anjungan.appliance.session.form import sealed_answers
from anjungan.appliance.session.form_flow import service_of
from anjungan.appliance.session.moves import (
    Outcome,
    begin,
    go_instead,
    has_ticket,
    refresh,
    renew_screens,
    start_over_at,
    stay,
)
from anjungan.appliance.session.states import (
    LetterScreen,
    NotSavedScreen,
    SavingScreen,
    Screen,
    State,
    TicketScreen,
    Visit,
)
from anjungan.appliance.session.surroundings import Surroundings


def request_stored(visit: Visit, event: RequestStored, around: Surroundings) -> Outcome:
    """Show the ticket and print it, whatever the resident did while it was being stored.

    An answer to another visit's request is not shown here.
    """
    if visit.form is None or visit.form.nonce != event.nonce or has_ticket(visit):
        return stay(visit)
    shown = start_over_at(visit, TicketScreen(event.ticket))
    shown = replace(shown, active_at_s=around.now_s, warned_at_s=None)
    return stay(shown, PrintTicket(ticket=event.ticket, copy=False))


def request_not_stored(visit: Visit, event: RequestNotStored, around: Surroundings) -> Outcome:
    """Say that nothing was stored; the form stays, so that it can be tried again."""
    screen = visit.screen
    if not isinstance(screen, SavingScreen) or screen.nonce != event.nonce:
        return stay(visit)
    told = go_instead(visit, NotSavedScreen(event.problem))
    return stay(replace(told, active_at_s=around.now_s, warned_at_s=None))


def paper_finished(visit: Visit, event: PaperFinished) -> Outcome:
    """Say what became of a print job, where its screen is shown or waits to be gone back to."""
    return stay(renew_screens(visit, lambda screen: _after_paper(screen, event)))


def _after_paper(screen: Screen, event: PaperFinished) -> Screen:
    match screen, event.kind:
        case TicketScreen(), PaperKind.TICKET if screen.ticket.request_id == event.subject:
            printed = event.result is PrintResult.PRINTED or event.result.is_uncertain
            may_have = screen.may_have_printed or printed
            return replace(screen, ticket_paper=event.result, may_have_printed=may_have)
        case TicketScreen(), PaperKind.SHEET if screen.ticket.request_id == event.subject:
            return replace(screen, sheet_paper=event.result, sheet_printing=False)
        case LetterScreen(), PaperKind.REQUIREMENTS if screen.service == event.subject:
            return replace(screen, result=event.result, printing=False)
        case _:
            return screen


def print_again(visit: Visit, screen: TicketScreen, around: Surroundings) -> Outcome:
    """Print the ticket once more; a copy when an earlier one may have come out."""
    if screen.ticket_paper is None or not around.printer_ready:
        return stay(visit)
    waiting = refresh(visit, replace(screen, ticket_paper=None))
    return stay(waiting, PrintTicket(ticket=screen.ticket, copy=screen.may_have_printed))


def print_sheet(visit: Visit, screen: TicketScreen, around: Surroundings) -> Outcome:
    """Print the request sheet from the answers that are still in memory."""
    found = service_of(visit, around)
    busy = screen.ticket_paper is None or screen.sheet_printing or not around.printer_ready
    if found is None or busy or screen.sheet_paper is PrintResult.PRINTED:
        return stay(visit)
    answers = sealed_answers(*found)
    waiting = refresh(visit, replace(screen, sheet_printing=True, sheet_paper=None))
    return stay(waiting, PrintRequestSheet(ticket=screen.ticket, answers=answers))


def recovered(state: State, event: VisitRecovered, around: Surroundings) -> Outcome:
    """After a restart: show the ticket of the visit that was cut off, without printing."""
    shown = TicketScreen(
        event.ticket, ticket_paper=PrintResult.UNCERTAIN, may_have_printed=True, recovered=True
    )
    visit = begin(state.step, around, shown)
    if event.for_s is not None:
        visit = timing.ending_in(visit, event.for_s, around)
    return stay(visit)
