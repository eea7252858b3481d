"""What a resident can mean by a touch or a button press.

A view carries the intents of everything that can be pressed on it; the screens send back the one
that was pressed, together with the step the view belonged to. Text is typed in the screens and
sent once, as ``EnterText``.
"""

import enum
from typing import Annotated

import msgspec


class Language(enum.Enum):
    """The languages of the product; Indonesian first."""

    INDONESIAN = "id"
    JAVANESE = "jv"
    ENGLISH = "en"


class TextSize(enum.Enum):
    """The three text steps of the look: 1.0, 1.15 and 1.30."""

    NORMAL = "normal"
    LARGE = "large"
    LARGEST = "largest"


class _Intent(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of all intents."""


class Wake(_Intent, frozen=True):
    """Begin a visit."""


class KeepVisit(_Intent, frozen=True):
    """Still here: stop the countdown, or only restart the idle time."""


class EndVisit(_Intent, frozen=True):
    """Finish: wipe everything and go to the idle screen."""


class GoBack(_Intent, frozen=True):
    """One step back; what was typed is kept."""


class GoHome(_Intent, frozen=True):
    """To the home screen; the unfinished form is dropped."""


class OpenHelp(_Intent, frozen=True):
    """Explain the present screen."""


class OpenAppearance(_Intent, frozen=True):
    """Text size, language and contrast."""


class OpenLetters(_Intent, frozen=True):
    """The list of letters."""


class OpenService(_Intent, frozen=True):
    """One letter: what it needs, costs and takes."""

    service: str


class OpenFamily(_Intent, frozen=True):
    """A family of readable pages: regency, health or education."""

    family: str


class OpenPage(_Intent, frozen=True):
    """One readable page."""

    page: str


class StartForm(_Intent, frozen=True):
    """Begin to fill the form of the open letter."""


class EnterText(_Intent, frozen=True):
    """What was typed for the present question (NIK, phone, code, text, date, number)."""

    text: Annotated[str, msgspec.Meta(max_length=2000)]

    def __repr__(self) -> str:
        return "EnterText(…)"


class ChooseOption(_Intent, frozen=True):
    """Mark one option of the present question."""

    option: str

    def __repr__(self) -> str:
        return "ChooseOption(…)"


class GoNext(_Intent, frozen=True):
    """On, with the marked option."""


class SkipQuestion(_Intent, frozen=True):
    """On without an answer, where the question allows it."""


class ChangeAnswer(_Intent, frozen=True):
    """From the review back to one question."""

    question: str


class SubmitRequest(_Intent, frozen=True):
    """Send the request. The visit's nonce makes two taps one request."""

    nonce: str


class PrintAgain(_Intent, frozen=True):
    """Print the ticket once more; a copy when the first may have come out."""


class PrintSheet(_Intent, frozen=True):
    """Print the request sheet for the village officer."""


class PrintRequirements(_Intent, frozen=True):
    """Print what to bring for the open letter."""


class OpenStatusSearch(_Intent, frozen=True):
    """How to find a request: scan, type or tap."""


class OpenCodeEntry(_Intent, frozen=True):
    """Type the code of a ticket."""


class OpenTicket(_Intent, frozen=True):
    """Show one of the tickets found with a card, by its place in the list."""

    index: int


class AskToCancel(_Intent, frozen=True):
    """Ask whether the shown request shall be cancelled."""


class ConfirmCancel(_Intent, frozen=True):
    """Cancel the shown request."""


class SetLanguage(_Intent, frozen=True):
    """Speak another language for this visit."""

    language: Language


class SetTextSize(_Intent, frozen=True):
    """Larger or smaller text for this visit."""

    text_size: TextSize


class SetHighContrast(_Intent, frozen=True):
    """Black on white with thick lines, for this visit."""

    on: bool


class SetReadAloud(_Intent, frozen=True):
    """Read the screens aloud, or no longer, for this visit."""

    on: bool


Intent = (
    Wake
    | KeepVisit
    | EndVisit
    | GoBack
    | GoHome
    | OpenHelp
    | OpenAppearance
    | OpenLetters
    | OpenService
    | OpenFamily
    | OpenPage
    | StartForm
    | EnterText
    | ChooseOption
    | GoNext
    | SkipQuestion
    | ChangeAnswer
    | SubmitRequest
    | PrintAgain
    | PrintSheet
    | PrintRequirements
    | OpenStatusSearch
    | OpenCodeEntry
    | OpenTicket
    | AskToCancel
    | ConfirmCancel
    | SetLanguage
    | SetTextSize
    | SetHighContrast
    | SetReadAloud
)
