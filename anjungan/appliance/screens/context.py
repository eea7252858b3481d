"""What a page's builder needs beside the view."""

from collections.abc import Callable
from dataclasses import dataclass, field

from anjungan.appliance.screens.layout import Layout
from anjungan.appliance.screens.painter import Kit
from anjungan.appliance.screens.theme import Theme
from anjungan.appliance.session.intents import Intent
from anjungan.appliance.session.views import Ambient, Look


@dataclass(slots=True)
class Draft:
    """What is being typed; wiped with the visit."""

    text: str = ""

    def __repr__(self) -> str:
        return "Draft(…)"

    def wipe(self) -> None:
        """Drop the text."""
        self.text = ""


@dataclass(slots=True)
class Place:
    """Where one was on a page: restored on coming back, dropped with the visit.

    ``searching`` and ``query`` belong to the search of a list, ``layer`` to the keyboard.
    """

    page: int = 0
    category: str = ""
    category_page: int = 0
    searching: bool = False
    query: str = ""
    layer: str = "letters"
    focus: str = ""

    def __repr__(self) -> str:
        return f"Place(page={self.page})"


@dataclass(frozen=True, slots=True)
class Context:
    """Everything around a view while its page is built.

    Attributes:
        press: sends an intent with the step of this page.
        rebuild: builds the page again from the same view and the changed place.
        typed: told how many characters are typed after every key.
    """

    kit: Kit
    layout: Layout
    look: Look
    ambient: Ambient
    press: Callable[[Intent], None]
    rebuild: Callable[[], None]
    draft: Draft = field(default_factory=Draft)
    place: Place = field(default_factory=Place)
    typed: Callable[[int], None] = lambda _length: None

    @property
    def theme(self) -> Theme:
        """The colours and sizes."""
        return self.kit.theme

    def pressing(self, intent: Intent | None) -> Callable[[], None] | None:
        """Return a function that presses ``intent``, or None where there is none."""
        if intent is None:
            return None
        return lambda: self.press(intent)
