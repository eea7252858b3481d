"""What the session asks the agent to do, in the imperative. Each is answered by an event."""

from dataclasses import dataclass

from anjungan.appliance.session.ticket import Ticket
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.sealing import Answers
from anjungan.protocol.tickets import TicketCode, TicketToken


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRequest:
    """Seal the answers and store the request; RequestStored or RequestNotStored answers."""

    nonce: str
    service: str
    form_version: int
    answers: Answers
    card: CardLink | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintTicket:
    """Print the ticket; ``copy`` when an earlier one may have come out. PaperFinished answers."""

    ticket: Ticket
    copy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRequestSheet:
    """Print the sheet for the officer from memory. PaperFinished answers."""

    ticket: Ticket
    answers: Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRequirementsSheet:
    """Print what to bring for a letter. PaperFinished answers."""

    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindByCode:
    """Search a typed code; TicketsFound, SearchLimited or SearchFailed answers, with its nonce."""

    nonce: str
    code: TicketCode


@dataclass(frozen=True, slots=True, kw_only=True)
class FindByToken:
    """Search a scanned ticket; TicketsFound or SearchFailed answers, with its nonce."""

    nonce: str
    token: TicketToken


@dataclass(frozen=True, slots=True, kw_only=True)
class FindByCard:
    """Search what was made with a card; TicketsFound or SearchFailed answers, with its nonce."""

    nonce: str
    card: CardLink


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Queue the resident's cancellation; TicketChanged answers."""

    ticket: Ticket


Effect = (
    StoreRequest
    | PrintTicket
    | PrintRequestSheet
    | PrintRequirementsSheet
    | FindByCode
    | FindByToken
    | FindByCard
    | CancelRequest
)
