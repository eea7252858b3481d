"""What the screens themselves remember during a visit: drafts and places; wiped at its end."""

from dataclasses import dataclass, field

from anjungan.appliance.screens.context import Draft, Place
from anjungan.appliance.session.views import (
    AppearanceView,
    ChoiceView,
    Frame,
    HomeView,
    IdleView,
    KeyboardView,
    KeypadView,
    Look,
    NoticeView,
    StillThereView,
    TicketView,
    View,
)

_OVERLAYS = (StillThereView, NoticeView, AppearanceView)


@dataclass(slots=True)
class VisitMemory:
    """Drafts and places of the present visit.

    A draft outlives a countdown, a help page and the choice of text and language, and is dropped
    by every other change of screen: the agent then brings the answer back in the view's value.
    """

    places: dict[str, Place] = field(default_factory=dict)
    draft: Draft = field(default_factory=Draft)
    _question: tuple[object, ...] | None = None
    _value: str = ""
    _look: Look | None = None
    _interrupted: bool = False

    def __repr__(self) -> str:
        return "VisitMemory(…)"

    def enter(self, view: View, look: Look) -> None:
        """Prepare for showing ``view``: keep, replace or wipe what is typed."""
        match view:
            case IdleView():
                self.wipe()
            case HomeView():
                self._forget_draft()
                self._begin_anew(view)
            case KeypadView() | KeyboardView():
                self._enter_question(view, look)
            case StillThereView() | NoticeView() | AppearanceView():
                self._interrupted = True
            case _:
                self._forget_draft()

    def place_of(self, view: View) -> Place:
        """Return where one was on this page, or its beginning."""
        return self.places.setdefault(_key(view), Place())

    def wipe(self) -> None:
        """Drop everything, as if nobody had been here."""
        self._forget_draft()
        for place in self.places.values():
            place.query = ""
        self.places.clear()
        self._look = None

    def _begin_anew(self, home: HomeView) -> None:
        """From home every list is entered at its beginning: nobody looks for an old search."""
        here = _key(home)
        for key, place in list(self.places.items()):
            if key != here:
                place.query = ""
                del self.places[key]

    def _enter_question(self, view: KeypadView | KeyboardView, look: Look) -> None:
        shape = _shape(view)
        same_words = self._look is not None and self._look.language is look.language
        same = self._question is not None and self._question[0] == shape
        if same and same_words:
            same = self._question is not None and self._question[1] == view.question
        elif same:
            same = self._interrupted
        if not same or view.value != self._value:
            self.draft.wipe()
            self.draft.text = view.value
        self._question = (shape, view.question)
        self._value = view.value
        self._look = look
        self._interrupted = False

    def _forget_draft(self) -> None:
        self.draft.wipe()
        self.draft = Draft()
        self._question = None
        self._value = ""
        self._interrupted = False


def _shape(view: KeypadView | KeyboardView) -> tuple[object, ...]:
    """Return what stays the same of a question when only the language changes."""
    steps = view.frame.steps
    now = steps.now if steps is not None else 0
    alphabet = view.alphabet if isinstance(view, KeyboardView) else ""
    return type(view).__name__, now, view.max_length, view.min_length, view.groups, alphabet


def _key(view: View) -> str:
    """Return the name under which the place on a page is kept."""
    if isinstance(view, IdleView):
        return "idle"
    frame: Frame = view.frame
    if isinstance(view, TicketView):
        # its title changes when the receipt arrives, while somebody may be reading
        return f"{type(view).__name__}\n{frame.subtitle}"
    question = view.question if isinstance(view, KeypadView | KeyboardView | ChoiceView) else ""
    return f"{type(view).__name__}\n{frame.title}\n{frame.subtitle}\n{question}"
