"""What agent and screens say to each other over the socket.

Both processes come from one installation, so there is no version negotiation; a Hello of another
version is refused and the screens restart.
"""

import enum
from typing import Final

import msgspec

from anjungan.appliance.session.intents import Intent
from anjungan.appliance.session.views import Ambient, Look, View

MAX_FRAME_BYTES: Final = 256 * 1024


class ButtonName(enum.Enum):
    """What a physical button beside the screen does; several buttons may do the same."""

    UP = "up"
    DOWN = "down"
    OK = "ok"
    BACK = "back"
    HELP = "help"
    HOME = "home"
    LANGUAGE = "language"
    SOUND = "sound"


class ButtonAction(enum.Enum):
    """What happened to a button; a held one repeats until it is released."""

    PRESSED = "pressed"
    HELD = "held"
    REPEATED = "repeated"
    RELEASED = "released"


class Show(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Draw this view. Intents pressed on it are sent with its ``step``."""

    step: int
    view: View
    look: Look


class ShowAmbient(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Clock, line and countdown changed."""

    ambient: Ambient


class ButtonMoved(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A physical button, for the focus ring of the screens."""

    button: ButtonName
    action: ButtonAction


AgentMessage = Show | ShowAmbient | ButtonMoved


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """First message of the screens."""

    version: str
    width_px: int
    height_px: int


class Act(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An intent and the step it was pressed on."""

    step: int
    intent: Intent


class Touched(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Somebody touched the screen without pressing anything; at most one a second.

    ``by_finger``: it was no button. While the screen is read aloud every finger is told, because
    any touch stops the voice.
    """

    by_finger: bool = False


class Focused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The buttons are on what is called ``name``, the n-th of so many of its kind on the page.

    Told only while the screen is read aloud. ``name`` is a label of the view; for a key that
    types a character it is empty, and ``place`` is 1.
    """

    step: int
    name: str
    place: int
    count: int

    def __repr__(self) -> str:
        return f"Focused(step={self.step}, …)"


class Typed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A key changed what is typed, which has so many characters now; never which they are.

    Told only where there is a loudspeaker.
    """

    step: int
    length: int


class Drawn(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The first frame of the view that was shown last is on the glass; it is of this step."""

    step: int


ScreensMessage = Hello | Act | Touched | Drawn | Focused | Typed
