"""How a view is drawn for this resident, and what stands beside it."""

from anjungan.appliance.session.intents import (
    Language,
    TextSize,
)
from anjungan.appliance.session.view_parts import (
    Tone,
    ViewPart,
)


class Look(ViewPart, frozen=True):
    """How the view is to be drawn for this resident, and whether it is read aloud."""

    language: Language = Language.INDONESIAN
    text_size: TextSize = TextSize.NORMAL
    high_contrast: bool = False
    read_aloud: bool = False


class LineBadge(ViewPart, frozen=True):
    """The pill of the header: connected, or offline and safe. ``sentence`` is for wide places."""

    tone: Tone
    icon: str
    text: str
    sentence: str


class Countdown(ViewPart, frozen=True):
    """Seconds until the visit is wiped, also in words."""

    seconds_left: int
    total_s: int
    words: str


class Ambient(ViewPart, frozen=True):
    """What changes beside the view: clock, date, line, countdown. Never makes a touch stale."""

    clock: str
    day: str
    date: str
    line: LineBadge
    countdown: Countdown | None = None
