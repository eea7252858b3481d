"""What a screen shows: one value a screen, with everything on it.

The agent sends whole views; the screens only draw them. Text being typed, pages of lists, search
and focus stay in the screens. Parts and ambient values are offered here too, so that whoever draws
views has one place to import from.
"""

import msgspec

from anjungan.appliance.session.ambient import Ambient, Countdown, LineBadge, Look
from anjungan.appliance.session.intents import (
    Intent,
)
from anjungan.appliance.session.view_parts import (
    Announcement,
    Banner,
    Block,
    Bullets,
    Button,
    Category,
    Chip,
    Choice,
    Fact,
    FactRows,
    Frame,
    Need,
    Node,
    NodeState,
    Paragraph,
    PrintNote,
    Rail,
    ReviewRow,
    Row,
    Search,
    Segment,
    SoundItem,
    Steps,
    Tile,
    Timetable,
    Toggle,
    Tone,
    Trouble,
    ViewPart,
)

__all__ = [
    "Ambient",
    "Announcement",
    "AppearanceView",
    "ArticleView",
    "Banner",
    "Block",
    "Bullets",
    "BusyView",
    "Button",
    "Category",
    "Chip",
    "Choice",
    "ChoiceView",
    "Countdown",
    "Fact",
    "FactRows",
    "Frame",
    "HomeView",
    "IdleView",
    "KeyboardView",
    "KeypadView",
    "LineBadge",
    "ListView",
    "Look",
    "Need",
    "Node",
    "NodeState",
    "NoticeView",
    "Paragraph",
    "PrintNote",
    "Rail",
    "RequirementsView",
    "ReviewRow",
    "ReviewView",
    "Row",
    "Search",
    "Segment",
    "SoundItem",
    "StatusView",
    "Steps",
    "StillThereView",
    "TicketView",
    "Tile",
    "Timetable",
    "Toggle",
    "Tone",
    "Trouble",
    "View",
    "ViewPart",
]


class _View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Base of all views."""


class IdleView(_View, frozen=True):
    """Nobody is here: invitation, clock, announcements. The whole screen is one target."""

    brand: str
    regency: str
    village_kind: str
    village: str
    invitation: tuple[str, str]
    welcome: str
    ok_hint: str
    announcements: tuple[Announcement, ...]
    page_word: str
    press: Intent
    notice: Banner | None = None


class HomeView(_View, frozen=True):
    """Tiles and the choice of language; the header shows the village (title, subtitle).

    For a moment a ``banner`` stands where the languages do, so that no tile moves under a finger.
    """

    frame: Frame
    tiles: tuple[Tile, ...]
    language_label: str
    languages: tuple[Segment, ...]
    banner: Banner | None = None


class ListView(_View, frozen=True):
    """Rows in pages, optionally with categories and a search field.

    ``more_categories`` is what the button is called that shows further categories.
    """

    frame: Frame
    rows: tuple[Row, ...]
    page_word: str
    previous_label: str
    next_label: str
    categories: tuple[Category, ...] = ()
    more_categories: str = ""
    search: Search | None = None
    heading: str = ""
    banner: Banner | None = None
    buttons: tuple[Button, ...] = ()


class RequirementsView(_View, frozen=True):
    """One letter: needs at the left; cost, time and place at the right.

    ``banner`` says how one gets it, ``printed`` what became of the list of needs on paper.
    """

    frame: Frame
    heading: str
    needs: tuple[Need, ...]
    facts: tuple[Fact, ...]
    page_word: str
    previous_label: str
    next_label: str
    banner: Banner | None
    primary: Button
    secondary: Button | None
    printed: Banner | None = None


class KeypadView(_View, frozen=True):
    """Digits in groups on the big keypad (NIK, phone, date, time, number).

    ``progress[n]`` is the line below the field after n digits. ``primary.press`` is None as long
    as fewer than ``min_length`` digits are typed; the screens then send EnterText.
    ``separators`` stand between the groups; ``placeholders`` has one character a digit.
    """

    frame: Frame
    question: str
    hint: str
    groups: tuple[int, ...]
    separator: str
    placeholders: str
    min_length: int
    max_length: int
    progress: tuple[str, ...]
    clear_label: str
    delete_label: str
    next_label: str
    incomplete_reason: str
    value: str = ""
    error: str = ""
    banner: Banner | None = None
    skip: Button | None = None

    def __repr__(self) -> str:
        return f"KeypadView(question={self.question!r}, …)"


class KeyboardView(_View, frozen=True):
    """Text on the A to Z keyboard. ``alphabet`` restricts the keys (ticket codes)."""

    frame: Frame
    question: str
    hint: str
    max_length: int
    min_length: int
    space_label: str
    delete_label: str
    letters_label: str
    digits_label: str
    next_label: str
    incomplete_reason: str
    alphabet: str = ""
    groups: tuple[int, ...] = ()
    multiline: bool = False
    value: str = ""
    error: str = ""
    skip: Button | None = None

    def __repr__(self) -> str:
        return f"KeyboardView(question={self.question!r}, …)"


class ChoiceView(_View, frozen=True):
    """Options to choose one from, in pages when many; then ``primary``."""

    frame: Frame
    question: str
    hint: str
    options: tuple[Choice, ...]
    primary: Button
    page_word: str
    previous_label: str
    next_label: str
    search: Search | None = None
    skip: Button | None = None

    def __repr__(self) -> str:
        return f"ChoiceView(question={self.question!r}, …)"


class ReviewView(_View, frozen=True):
    """All answers, masked where private, and the button that sends them."""

    frame: Frame
    rows: tuple[ReviewRow, ...]
    banner: Banner
    primary: Button
    secondary: Button
    page_word: str
    previous_label: str
    next_label: str

    def __repr__(self) -> str:
        return f"ReviewView({len(self.rows)} rows)"


class BusyView(_View, frozen=True):
    """A short wait, said in words."""

    frame: Frame
    title: str
    text: str


class TicketView(_View, frozen=True):
    """The stored request: code, queue number, QR, when and where, what to bring."""

    frame: Frame
    thanks: str
    state_line: str
    code_label: str
    code: str
    queue_label: str
    queue_number: str
    qr_text: str
    qr_caption: str
    facts: tuple[Fact, ...]
    print_note: PrintNote
    buttons: tuple[Button, ...]
    page_word: str
    previous_label: str
    next_label: str
    banner: Banner | None = None
    trouble: Trouble | None = None

    def __repr__(self) -> str:
        return "TicketView(…)"


class StatusView(_View, frozen=True):
    """Where one request stands: the state word first, then the timeline, then what to do."""

    frame: Frame
    heading: str
    subline: str
    chip: Chip
    nodes: tuple[Node, ...]
    banner: Banner
    buttons: tuple[Button, ...]
    page_word: str
    previous_label: str
    next_label: str
    note_label: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return "StatusView(…)"


class ArticleView(_View, frozen=True):
    """A readable page with its year and, until the regency confirms it, the word "contoh"."""

    frame: Frame
    blocks: tuple[Block, ...]
    year_line: str
    page_word: str
    previous_label: str
    next_label: str
    example_chip: Chip | None = None


class NoticeView(_View, frozen=True):
    """A fault, a question or an explanation: what happened, what is safe, what to do."""

    frame: Frame
    tone: Tone
    icon: str
    title: str
    lines: tuple[Fact, ...]
    buttons: tuple[Button, ...]


class AppearanceView(_View, frozen=True):
    """Text size, language, contrast and reading aloud; they last until the end of the visit.

    Where there is sound, its switch takes the place of ``primary``; the rail leads back.
    """

    frame: Frame
    size_label: str
    sizes: tuple[Segment, ...]
    language_label: str
    languages: tuple[Segment, ...]
    contrast: Toggle
    reading: Toggle | None
    primary: Button | None


class StillThereView(_View, frozen=True):
    """The countdown; its seconds come with the ambient channel."""

    frame: Frame
    question: str
    text: str
    safe: str
    seconds_word: str
    primary: Button
    secondary: Button


VisitView = (
    HomeView
    | ListView
    | RequirementsView
    | KeypadView
    | KeyboardView
    | ChoiceView
    | ReviewView
    | BusyView
    | TicketView
    | StatusView
    | ArticleView
    | NoticeView
    | AppearanceView
    | StillThereView
)
"""What is shown while somebody is here."""

View = IdleView | VisitView
