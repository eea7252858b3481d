"""The parts views are made of, as values with final strings.

Everything that can be pressed carries the intent it means; an intent of None is drawn as
disabled, with the reason in words. Icons are tabler icon names.
"""

import enum

import msgspec

from anjungan.appliance.session.intents import (
    EndVisit,
    GoBack,
    GoHome,
    Intent,
    OpenAppearance,
    OpenHelp,
    SetReadAloud,
)


class Tone(enum.Enum):
    """The colour family of a banner, chip or line (tokens ``[color.status]``)."""

    NEUTRAL = "neutral"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    ERROR = "error"


class ViewPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the parts of views."""


class Button(ViewPart, frozen=True):
    """A button of the action row. ``reason`` says why it is disabled when press is None."""

    label: str
    press: Intent | None
    icon: str = ""
    reason: str = ""


class SoundItem(ViewPart, frozen=True):
    """Reading aloud: its place in the rail.

    A rail with room for four items only has one for text and sound together, called
    ``shared_label``; it opens the screen of text and language, where the switch stands too.
    """

    label: str
    shared_label: str
    on: bool
    press: SetReadAloud | None


class Rail(ViewPart, frozen=True):
    """The rail next to the physical buttons: four or five items, always in this order.

    Labels are in the visit's language; ``back`` is None where going back is not possible.
    On the home screen the first item ends the visit instead of going back. ``sound`` stands
    before ``appearance``; it is None where nothing would be heard.
    """

    back_label: str
    back: GoBack | EndVisit | None
    home_label: str
    home: GoHome | None
    appearance_label: str
    appearance: OpenAppearance | None
    help_label: str
    help: OpenHelp | None
    sound: SoundItem | None = None


class Steps(ViewPart, frozen=True):
    """Step dots: ``now`` counts from 1."""

    now: int
    total: int


class Frame(ViewPart, frozen=True):
    """Header and rail around the content."""

    title: str
    subtitle: str
    rail: Rail
    steps: Steps | None = None


class Banner(ViewPart, frozen=True):
    """A coloured strip with an icon; ``strong`` is set bold before ``text``."""

    tone: Tone
    icon: str
    strong: str
    text: str


class Announcement(ViewPart, frozen=True):
    """A notice of the village on the idle screen."""

    heading: str
    title: str
    text: str = ""


class Tile(ViewPart, frozen=True):
    """A tile of the home screen; ``plate`` is the index of its colour, from 0."""

    number: int
    title: str
    subtitle: str
    icon: str
    plate: int
    press: Intent


class Segment(ViewPart, frozen=True):
    """One part of a segmented choice."""

    label: str
    chosen: bool
    press: Intent


class Toggle(ViewPart, frozen=True):
    """A switch; ``word`` says how it stands."""

    label: str
    icon: str
    on: bool
    word: str
    press: Intent


class Category(ViewPart, frozen=True):
    """A filter at the left of a list; rows name the categories they belong to."""

    id: str
    label: str
    icon: str


class Row(ViewPart, frozen=True):
    """A row of a list. ``search_key`` holds normalised words for the search field."""

    title: str
    subtitle: str
    icon: str
    press: Intent
    categories: tuple[str, ...] = ()
    search_key: str = ""
    badge: str = ""


class Search(ViewPart, frozen=True):
    """A search field above a list."""

    placeholder: str
    empty: str
    keyboard_label: str
    show_label: str
    space_label: str = "Spasi"
    delete_label: str = "Hapus"
    clear_label: str = "Hapus pencarian"


class Need(ViewPart, frozen=True):
    """One thing to bring; ``badge`` says whether it is a must."""

    title: str
    note: str
    icon: str
    badge: str
    badge_tone: Tone


class Fact(ViewPart, frozen=True):
    """A labelled fact with an icon (cost, time, place)."""

    icon: str
    label: str
    value: str


class Choice(ViewPart, frozen=True):
    """One option of a question."""

    label: str
    chosen: bool
    press: Intent
    icon: str = ""
    search_key: str = ""


class ReviewRow(ViewPart, frozen=True):
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


class Node(ViewPart, frozen=True):
    """One node of the status timeline; ``state_label`` says its state in words."""

    label: str
    icon: str
    state: NodeState
    state_label: str
    when: str = ""


class Chip(ViewPart, frozen=True):
    """A state word with an icon."""

    label: str
    icon: str
    tone: Tone


class PrintNote(ViewPart, frozen=True):
    """What is known of the printed ticket."""

    tone: Tone
    icon: str
    text: str


class Trouble(ViewPart, frozen=True):
    """A fault in three lines: what happened, what is safe, what to do."""

    icon: str
    title: str
    what: str
    safe: str
    todo: str


# --- blocks of readable pages -----------------------------------------------------------------


class Paragraph(ViewPart, frozen=True, tag=True):
    """Running text."""

    text: str


class Bullets(ViewPart, frozen=True, tag=True):
    """A list with an optional heading."""

    heading: str
    items: tuple[str, ...]


class FactRows(ViewPart, frozen=True, tag=True):
    """Label and value pairs with an optional heading."""

    heading: str
    rows: tuple[tuple[str, str], ...]


class Timetable(ViewPart, frozen=True, tag=True):
    """A small table; all rows have as many cells as there are columns."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Bullets | FactRows | Timetable
