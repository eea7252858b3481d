"""The states of a visit as frozen values. No state holds more than its screen needs."""

import enum
from dataclasses import dataclass

from anjungan.appliance.session.events import CardProblem, PrintResult, StoreProblem
from anjungan.appliance.session.form import Form
from anjungan.appliance.session.surroundings import DeviceFacts
from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.session.views import Look
from anjungan.catalogue.answers import Refused
from anjungan.protocol.card_link import CardLink


@dataclass(frozen=True, slots=True)
class HomeScreen:
    """The tiles. ``card_read_at_s``: when a card was held here with which nothing was asked for."""

    card_read_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class LettersScreen:
    """All letters by category, with search."""


@dataclass(frozen=True, slots=True)
class LetterScreen:
    """One letter: needs, cost, time. ``printing``: the list of needs is on its way to paper."""

    service: str
    printing: bool = False
    result: PrintResult | None = None


@dataclass(frozen=True, slots=True)
class NotAcceptingScreen:
    """No request can be taken now; told before anything is typed."""


@dataclass(frozen=True, slots=True)
class FamilyScreen:
    """The pages of one family."""

    family: str


@dataclass(frozen=True, slots=True)
class PageScreen:
    """One readable page."""

    page: str


@dataclass(frozen=True, slots=True)
class AppearanceScreen:
    """Text size, language, contrast."""


@dataclass(frozen=True, slots=True)
class HelpScreen:
    """How to go on from the screen below; ``topic`` names it."""

    topic: str


@dataclass(frozen=True, slots=True)
class QuestionScreen:
    """One question. ``typing_other``: the resident's own words for a choice are being typed.

    ``draft`` is what the field begins with, ``marked`` the option chosen but not yet taken.
    """

    question: str
    draft: str = ""
    marked: str | None = None
    typing_other: bool = False
    refused: Refused | None = None
    card_problem: CardProblem | None = None

    def __repr__(self) -> str:
        return f"QuestionScreen({self.question!r}, …)"


@dataclass(frozen=True, slots=True)
class ReviewScreen:
    """All answers before sending."""


@dataclass(frozen=True, slots=True)
class LeaveScreen:
    """Shall the unfinished form be dropped?"""


@dataclass(frozen=True, slots=True)
class SavingScreen:
    """The request is being stored; ``late`` when the store has not answered in good time."""

    nonce: str
    since_s: float
    late: bool = False


@dataclass(frozen=True, slots=True)
class NotSavedScreen:
    """Nothing was stored; the form is kept so that it can be tried again."""

    problem: StoreProblem


@dataclass(frozen=True, slots=True)
class TicketScreen:
    """The stored request and what became of its paper; None: the job is on its way."""

    ticket: Ticket
    ticket_paper: PrintResult | None = None
    may_have_printed: bool = False
    sheet_printing: bool = False
    sheet_paper: PrintResult | None = None
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class StatusSearchScreen:
    """Scan, type or tap to find a request."""

    nothing_found: bool = False
    unknown_scan: bool = False
    card_problem: CardProblem | None = None


@dataclass(frozen=True, slots=True)
class CodeEntryScreen:
    """The code of a ticket is typed."""

    draft: str = ""
    wrong: bool = False
    not_found: bool = False
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class SearchFailedScreen:
    """A search could not be made; going back returns to where it was begun."""


@dataclass(frozen=True, slots=True)
class CardTicketsScreen:
    """The tickets made with a card, newest first."""

    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class StatusScreen:
    """Where one request stands."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class CancelScreen:
    """Shall this request be cancelled?"""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class LostVisitScreen:
    """The kiosk restarted in the middle of somebody's visit; nothing was stored."""


Screen = (
    HomeScreen
    | LettersScreen
    | LetterScreen
    | NotAcceptingScreen
    | FamilyScreen
    | PageScreen
    | AppearanceScreen
    | HelpScreen
    | QuestionScreen
    | ReviewScreen
    | LeaveScreen
    | SavingScreen
    | NotSavedScreen
    | TicketScreen
    | StatusSearchScreen
    | CodeEntryScreen
    | SearchFailedScreen
    | CardTicketsScreen
    | StatusScreen
    | CancelScreen
    | LostVisitScreen
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Nobody is here. ``card_problem`` is shown for a moment after a card that failed."""

    step: int = 0
    card_problem: CardProblem | None = None
    problem_since_s: float = 0.0


class SearchedBy(enum.Enum):
    """What a request is looked for with."""

    CODE = "code"
    SCAN = "scan"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Seeking:
    """The search that is under way, by the nonce its answer carries."""

    nonce: str
    by: SearchedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody is here. ``trail`` holds the screens that going back returns to.

    ``began_with`` is what could be used when it began, to tell what was lost since.
    ``warned_at_s`` is set while the countdown runs. ``seeking`` is the search for tickets
    that is under way: the answer to any other, perhaps somebody else's before, shows
    nothing here.
    """

    step: int
    look: Look
    screen: Screen
    active_at_s: float
    trail: tuple[Screen, ...] = ()
    warned_at_s: float | None = None
    card: CardLink | None = None
    form: Form | None = None
    seeking: Seeking | None = None
    began_with: DeviceFacts | None = None

    def __repr__(self) -> str:
        return f"Visit(step={self.step}, screen={type(self.screen).__name__}, …)"


State = Idle | Visit
