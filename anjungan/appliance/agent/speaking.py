"""What the loudspeaker does while somebody is here: reads the screens aloud, clicks and beeps.

What is read is decided by the session's pure functions; here is decided when. A new screen is read
once it is on the glass, so that the focus on it is known and read with it. News on a screen are
read at once; what they make untrue is not read any more, and the rest follows.
"""

from collections.abc import Callable, Collection
from typing import Protocol, assert_never

from anjungan.appliance.drivers.buttons.events import ButtonEvent, ButtonPressed
from anjungan.appliance.drivers.sound.beeps import Beep
from anjungan.appliance.ipc.messages import (
    Act,
    Drawn,
    Focused,
    Hello,
    ScreensMessage,
    Show,
    ShowAmbient,
    Touched,
    Typed,
)
from anjungan.appliance.session.events import (
    CardRefused,
    CardTapped,
    Event,
    RequestNotStored,
    RequestStored,
    TicketScanned,
    UnknownScanned,
)
from anjungan.appliance.session.language import catalogue_language
from anjungan.appliance.session.read_aloud import reading
from anjungan.appliance.session.read_aloud.focused import focused_words
from anjungan.appliance.session.views import Ambient, IdleView, View
from anjungan.appliance.text.words import Speaker, Words


class Voice(Protocol):
    """The loudspeaker as it is used here; nothing of it waits or fails."""

    def say(self, text: str, language: str, *, after: bool = False) -> None:
        """Read ``text`` aloud, now or after what is being read."""
        ...

    def interrupt(self, text: str, language: str, *, untrue: Collection[str] = ()) -> None:
        """Read ``text`` at once, then the rest of what is being read, but for ``untrue``."""
        ...

    def hush(self) -> None:
        """Stop reading."""
        ...


class Speaking:
    """Told of everything that is shown and that happens.

    Without a ``voice`` nothing is read. ``beep`` lets something be heard instead of reading on.
    """

    def __init__(self, voice: Voice | None, words: Words, *, beep: Callable[[Beep], None]) -> None:
        self._voice = voice
        self._words = words
        self._beep = beep
        self._shown: Show | None = None
        self._ambient: Ambient | None = None
        # what is to be read of the present screen once it is drawn
        self._opening: Callable[[View, Speaker], str] | None = None
        self._news: tuple[str, ...] = ()
        self._untrue: frozenset[str] = frozenset()
        self._focus = ""

    def shown(self, show: Show) -> None:
        """The screens are given a view."""
        before, self._shown = self._shown, show
        if self._voice is None:
            return
        was_on = before is not None and before.look.read_aloud
        if not show.look.read_aloud:
            self._forget()
            if was_on:
                self._stop(self._voice, show)
            return
        say = self._say(show)
        if before is None or not was_on:
            self._begin(self._voice, reading.switched_on)
        elif before.step != show.step or before.look.language is not show.look.language:
            self._begin(self._voice, reading.whole)
        elif self._opening is None:
            untrue = reading.no_longer(before.view, show.view, say)
            earlier = tuple(each for each in self._news if each not in untrue)
            self._news = (*earlier, *reading.changed(before.view, show.view, say))
            self._untrue |= untrue

    def ambient(self, beside: ShowAmbient) -> None:
        """What stands beside the view has changed; of it the line is told."""
        before, self._ambient = self._ambient, beside.ambient
        show = self._shown
        if self._voice is None or before is None or show is None or not show.look.read_aloud:
            return
        say, language = self._say(show), show.look.language.value
        news = reading.line_changed(before, beside.ambient, say)
        if news:
            self._voice.interrupt("", language, untrue=(reading.line(before, say),))
            self._voice.say(news, language, after=True)

    def from_screens(self, message: ScreensMessage) -> None:
        """The screens tell what has been drawn, focused, typed and touched."""
        show = self._shown
        if self._voice is None or show is None:
            return
        match message:
            case Drawn(step=step) if step == show.step:
                self._read_drawn(self._voice, show)
            case Focused(step=step) if step == show.step and show.look.read_aloud:
                self._read_focus(self._voice, show, message)
            case Typed(step=step, length=length) if step == show.step:
                self._beep(Beep.PRESS)
                if show.look.read_aloud:
                    told = reading.typed(show.view, length, self._say(show))
                    self._speak(self._voice, show, told)
            case Touched(by_finger=True):
                self._forget()
                self._voice.hush()
            case Touched() | Act() | Hello() | Drawn() | Focused() | Typed():
                pass
            case _:
                assert_never(message)

    def happened(self, event: Event) -> None:
        """A card, a code or a request was taken or refused: it is heard with or without reading."""
        match event:
            case RequestStored() | CardTapped() | TicketScanned():
                self._beep(Beep.ACCEPTED)
            case CardRefused() | UnknownScanned() | RequestNotStored():
                self._beep(Beep.REFUSED)
            case _:
                pass

    def button_moved(self, event: ButtonEvent) -> None:
        """A physical button; only its going down is heard."""
        if isinstance(event, ButtonPressed):
            self._beep(Beep.PRESS)

    def _begin(self, voice: Voice, opening: Callable[[View, Speaker], str]) -> None:
        """Another screen: what was being read of the one before is over."""
        voice.hush()
        self._forget()
        self._opening = opening

    def _stop(self, voice: Voice, show: Show) -> None:
        voice.hush()
        if not isinstance(show.view, IdleView):
            self._speak(voice, show, reading.switched_off(self._say(show)))

    def _forget(self) -> None:
        self._opening, self._news, self._untrue, self._focus = None, (), frozenset(), ""

    def _read_drawn(self, voice: Voice, show: Show) -> None:
        opening, news, untrue, focus = self._opening, self._news, self._untrue, self._focus
        self._forget()
        if opening is not None:
            self._speak(voice, show, f"{opening(show.view, self._say(show))} {focus}".strip())
        elif focus:
            self._speak(voice, show, " ".join((*news, focus)))
        elif news or untrue:
            voice.interrupt(" ".join(news), show.look.language.value, untrue=untrue)

    def _read_focus(self, voice: Voice, show: Show, focused: Focused) -> None:
        words = focused_words(
            show.view, focused.name, focused.place, focused.count, self._say(show)
        )
        if self._opening is not None or self._news:
            self._focus = words  # what has changed is said first
            return
        voice.hush()
        self._speak(voice, show, words)

    def _speak(self, voice: Voice, show: Show, text: str) -> None:
        if text:
            voice.say(text, show.look.language.value)

    def _say(self, show: Show) -> Speaker:
        return Speaker(self._words, catalogue_language(show.look.language))
