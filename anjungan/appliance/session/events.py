"""What can happen to a visit, in the past tense."""

import enum
from dataclasses import dataclass

from anjungan.appliance.session.intents import Intent
from anjungan.appliance.session.ticket import Ticket
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.tickets import TicketToken


@dataclass(frozen=True, slots=True)
class Intended:
    """The resident pressed something on the view of ``step``."""

    step: int
    intent: Intent


@dataclass(frozen=True, slots=True)
class Stirred:
    """Somebody touched the screen or moved a button without pressing anything."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed; comes about once a second."""


@dataclass(frozen=True, slots=True)
class CardTapped:
    """A card that may be linked was held to the reader."""

    link: CardLink

    def __repr__(self) -> str:
        return "CardTapped(…)"


class CardProblem(enum.Enum):
    """Why a card could not be used."""

    PULLED_EARLY = "pulled_early"
    TAP_AGAIN = "tap_again"
    """The reader tells a card once a tap, and this one has not been met before."""
    TWO_CARDS = "two_cards"
    NOT_LINKABLE = "not_linkable"


@dataclass(frozen=True, slots=True)
class CardRefused:
    """A card was seen that cannot be used."""

    problem: CardProblem


@dataclass(frozen=True, slots=True)
class TicketScanned:
    """The QR of a ticket was scanned."""

    token: TicketToken

    def __repr__(self) -> str:
        return "TicketScanned(…)"


@dataclass(frozen=True, slots=True)
class UnknownScanned:
    """Something that is not a ticket of ours was scanned; its content is dropped."""


@dataclass(frozen=True, slots=True)
class RequestStored:
    """The commit is on disk: now, and only now, the request is "tersimpan"."""

    nonce: str
    ticket: Ticket


class StoreProblem(enum.Enum):
    """Why nothing was stored."""

    FULL = "full"
    FAILED = "failed"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class RequestNotStored:
    """Nothing was stored, and the resident is told so."""

    nonce: str
    problem: StoreProblem


class PaperKind(enum.Enum):
    """What was to be printed."""

    TICKET = "ticket"
    SHEET = "sheet"
    REQUIREMENTS = "requirements"


class PrintResult(enum.Enum):
    """What the printer itself confirmed.

    PAPER_ENDED and COVER_OPENED: that stopped it in the middle. UNCERTAIN: anything else did, or
    it did not say. In all three some or all of it may have come out.
    """

    PRINTED = "printed"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    FAULT = "fault"
    MISSING = "missing"
    PAPER_ENDED = "paper_ended"
    COVER_OPENED = "cover_opened"
    UNCERTAIN = "uncertain"

    @property
    def is_uncertain(self) -> bool:
        """Whether nobody knows how much of it is on paper."""
        return self in {self.PAPER_ENDED, self.COVER_OPENED, self.UNCERTAIN}


@dataclass(frozen=True, slots=True)
class PaperFinished:
    """A print job ended; ``subject`` is the request, or the service, whose paper it was."""

    kind: PaperKind
    result: PrintResult
    subject: str


@dataclass(frozen=True, slots=True)
class TicketsFound:
    """The answer to the search of that nonce; empty when there is none."""

    nonce: str
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class SearchLimited:
    """Too many wrong codes were typed; searching by code rests for ``wait_s``."""

    nonce: str
    wait_s: int


@dataclass(frozen=True, slots=True)
class SearchFailed:
    """The search could not be made: whether there is a ticket is not known."""

    nonce: str


@dataclass(frozen=True, slots=True)
class TicketChanged:
    """A ticket got a receipt, a refusal or a new status."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class VisitRecovered:
    """The agent died after the commit of a visit; its ticket is shown again.

    ``for_s``: how long, countdown included, until somebody touches it; None: as usual.
    """

    ticket: Ticket
    for_s: float | None = None


@dataclass(frozen=True, slots=True)
class VisitLost:
    """The agent died before the commit of a visit; nothing was stored."""


Event = (
    Intended
    | Stirred
    | Ticked
    | CardTapped
    | CardRefused
    | TicketScanned
    | UnknownScanned
    | RequestStored
    | RequestNotStored
    | PaperFinished
    | TicketsFound
    | SearchLimited
    | SearchFailed
    | TicketChanged
    | VisitRecovered
    | VisitLost
)
