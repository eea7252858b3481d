"""What a screen shows, as values with final strings.

The agent sends whole views; the screens only draw them. Everything that can be pressed carries
the intent it means; an intent of None is drawn as disabled, with the reason in words. Icons are
tabler icon names. Text being typed, pages of lists, search and focus stay in the screens.
"""

import enum

import msgspec

from anjungan.appliance.session.intents import (
    EndVisit,
    GoBack,
    GoHome,
    Intent,
    Language,
    OpenAppearance,
    OpenHelp,
    TextSize,
)


class Tone(enum.Enum):
    """The colour family of a banner, chip or line (tokens ``[color.status]``)."""

    NEUTRAL = "neutral"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    ERROR = "error"


class _Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the parts of views."""


class Button(_Value, frozen=True):
    """A button of the action row. ``reason`` says why it is disabled when press is None."""

    label: str
    press: Intent | None
    icon: str = ""
    reason: str = ""


class Rail(_Value, frozen=True):
    """The rail next to the physical buttons: four items, always in this order.

    Labels are in the visit's language; ``back`` is None where going back is not possible.
    On the home screen the first item ends the visit instead of going back.
    """

    back_label: str
    back: GoBack | EndVisit | None
    home_label: str
    home: GoHome | None
    appearance_label: str
    appearance: OpenAppearance | None
    help_label: str
    help: OpenHelp | None


class Steps(_Value, frozen=True):
    """Step dots: ``now`` counts from 1."""

    now: int
    total: int


class Frame(_Value, frozen=True):
    """Header and rail around the content."""

    title: str
    subtitle: str
    rail: Rail
    steps: Steps | None = None


class Banner(_Value, frozen=True):
    """A coloured strip with an icon; ``strong`` is set bold before ``text``."""

    tone: Tone
    icon: str
    strong: str
    text: str


class Announcement(_Value, frozen=True):
    """A notice of the village on the idle screen."""

    heading: str
    title: str
    text: str = ""


class Tile(_Value, frozen=True):
    """A tile of the home screen; ``plate`` is the index of its colour, from 0."""

    number: int
    title: str
    subtitle: str
    icon: str
    plate: int
    press: Intent


class Segment(_Value, frozen=True):
    """One part of a segmented choice."""

    label: str
    chosen: bool
    press: Intent


class Category(_Value, frozen=True):
    """A filter at the left of a list; rows name the categories they belong to."""

    id: str
    label: str
    icon: str


class Row(_Value, frozen=True):
    """A row of a list. ``search_key`` holds normalised words for the search field."""

    title: str
    subtitle: str
    icon: str
    press: Intent
    categories: tuple[str, ...] = ()
    search_key: str = ""
    badge: str = ""


class Search(_Value, frozen=True):
    """A search field above a list."""

    placeholder: str
    empty: str
    keyboard_label: str
    show_label: str
    space_label: str = "Spasi"
    delete_label: str = "Hapus"


class Need(_Value, frozen=True):
    """One thing to bring; ``badge`` says whether it is a must."""

    title: str
    note: str
    icon: str
    badge: str
    badge_tone: Tone


class Fact(_Value, frozen=True):
    """A labelled fact with an icon (cost, time, place)."""

    icon: str
    label: str
    value: str


class Choice(_Value, frozen=True):
    """One option of a question."""

    label: str
    chosen: bool
    press: Intent
    icon: str = ""
    search_key: str = ""


class ReviewRow(_Value, frozen=True):
    """One answer on the review screen; the whole row is pressed to change it."""

    label: str
    value: str
    change_label: str
    press: Intent

    def __repr__(self) -> str:
        return f"ReviewRow(label={self.label!r}, …)"


class NodeState(enum.Enum):
    """Where a node of the timeline stands."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


class Node(_Value, frozen=True):
    """One node of the status timeline; ``state_label`` says its state in words."""

    label: str
    icon: str
    state: NodeState
    state_label: str
    when: str = ""


class Chip(_Value, frozen=True):
    """A state word with an icon."""

    label: str
    icon: str
    tone: Tone


class PrintNote(_Value, frozen=True):
    """What is known of the printed ticket."""

    tone: Tone
    icon: str
    text: str


class Trouble(_Value, frozen=True):
    """A fault in three lines: what happened, what is safe, what to do."""

    icon: str
    title: str
    what: str
    safe: str
    todo: str


# --- blocks of readable pages -----------------------------------------------------------------


class Paragraph(_Value, frozen=True, tag=True):
    """Running text."""

    text: str


class Bullets(_Value, frozen=True, tag=True):
    """A list with an optional heading."""

    heading: str
    items: tuple[str, ...]


class FactRows(_Value, frozen=True, tag=True):
    """Label and value pairs with an optional heading."""

    heading: str
    rows: tuple[tuple[str, str], ...]


class Timetable(_Value, frozen=True, tag=True):
    """A small table; all rows have as many cells as there are columns."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Bullets | FactRows | Timetable


# --- views ------------------------------------------------------------------------------------


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
    """Tiles and the choice of language; the header shows the village (title, subtitle)."""

    frame: Frame
    tiles: tuple[Tile, ...]
    language_label: str
    languages: tuple[Segment, ...]


class ListView(_View, frozen=True):
    """Rows in pages, optionally with categories and a search field."""

    frame: Frame
    rows: tuple[Row, ...]
    page_word: str
    previous_label: str
    next_label: str
    categories: tuple[Category, ...] = ()
    search: Search | None = None
    heading: str = ""
    banner: Banner | None = None
    buttons: tuple[Button, ...] = ()


class RequirementsView(_View, frozen=True):
    """One letter: needs at the left; cost, time and place at the right."""

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
    """Text size, language and contrast; they last until the end of the visit."""

    frame: Frame
    size_label: str
    sizes: tuple[Segment, ...]
    language_label: str
    languages: tuple[Segment, ...]
    contrast_label: str
    contrast_on: bool
    contrast_word: str
    contrast: Intent
    primary: Button


class StillThereView(_View, frozen=True):
    """The countdown; its seconds come with the ambient channel."""

    frame: Frame
    question: str
    text: str
    safe: str
    seconds_word: str
    primary: Button
    secondary: Button


View = (
    IdleView
    | HomeView
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


class Look(_Value, frozen=True):
    """How the view is to be drawn for this resident."""

    language: Language = Language.INDONESIAN
    text_size: TextSize = TextSize.NORMAL
    high_contrast: bool = False


class LineBadge(_Value, frozen=True):
    """The pill of the header: connected, or offline and safe. ``sentence`` is for wide places."""

    tone: Tone
    icon: str
    text: str
    sentence: str


class Countdown(_Value, frozen=True):
    """Seconds until the visit is wiped, also in words."""

    seconds_left: int
    total_s: int
    words: str


class Ambient(_Value, frozen=True):
    """What changes beside the view: clock, date, line, countdown. Never makes a touch stale."""

    clock: str
    day: str
    date: str
    line: LineBadge
    countdown: Countdown | None = None
