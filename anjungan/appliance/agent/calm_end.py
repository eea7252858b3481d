"""What is said when a bug has ended a visit: the truth about what was typed, and nothing more."""

from anjungan.appliance.session.events import (
    Event,
    RequestNotStored,
    RequestStored,
    VisitLost,
    VisitRecovered,
)
from anjungan.appliance.session.moves import ticket_of
from anjungan.appliance.session.states import SavingScreen, State, Visit
from anjungan.appliance.session.ticket import Ticket


def last_words(
    before: State, after: State, event: Event | None
) -> VisitRecovered | VisitLost | None:
    """The ticket when one was stored, "belum tersimpan" when something was typed, else nothing.

    ``before`` and ``after`` are the states around the event that failed; nothing is said yet of a
    request that is still on its way into the database (see ``awaited_nonce``).
    """
    ticket = _ticket(before) or _ticket(after)
    if ticket is None and isinstance(event, RequestStored) and _form_nonce(before) == event.nonce:
        ticket = event.ticket
    if ticket is not None:
        return VisitRecovered(ticket)
    if awaited_nonce(before, after, event) is not None:
        return None
    typed = _form_nonce(before) is not None or _form_nonce(after) is not None
    return VisitLost() if typed else None


def awaited_nonce(before: State, after: State, event: Event | None) -> str | None:
    """The nonce of the request whose storing is still to be answered, if any."""
    answered = event.nonce if isinstance(event, RequestStored | RequestNotStored) else None
    for state in (after, before):
        match state:
            case Visit(screen=SavingScreen(nonce=nonce)) if nonce != answered:
                return nonce
            case _:
                pass
    return None


def _ticket(state: State) -> Ticket | None:
    return ticket_of(state) if isinstance(state, Visit) else None


def _form_nonce(state: State) -> str | None:
    return state.form.nonce if isinstance(state, Visit) and state.form is not None else None
