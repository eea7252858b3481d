"""What is said when something happens on the screen while it is read aloud."""

from anjungan.appliance.session.read_aloud.sentences import sentences
from anjungan.appliance.session.read_aloud.wording import spoken
from anjungan.appliance.session.views import Ambient, KeypadView, View
from anjungan.appliance.text.words import Speaker


def whole(view: View, say: Speaker) -> str:
    """A screen that has just come."""
    return " ".join(sentences(view, say))


def changed(before: View, after: View, say: Speaker) -> tuple[str, ...]:
    """The same screen with other contents: only what was not there before."""
    known = frozenset(sentences(before, say))
    return tuple(each for each in sentences(after, say) if each not in known)


def no_longer(before: View, after: View, say: Speaker) -> frozenset[str]:
    """What was read of a screen and is not so any more."""
    return frozenset(sentences(before, say)) - frozenset(sentences(after, say))


def switched_on(view: View, say: Speaker) -> str:
    """The voice says that it is there, how it is stopped, and where one is."""
    return " ".join((say("aloud.on"), whole(view, say)))


def switched_off(say: Speaker) -> str:
    """The last words of the voice."""
    return say("aloud.off")


def line_changed(before: Ambient, after: Ambient, say: Speaker) -> str:
    """The line was lost or came back; empty while it stays as it is."""
    if before.line.tone is after.line.tone:
        return ""
    return line(after, say)


def line(beside: Ambient, say: Speaker) -> str:
    """How the line stands."""
    return f"{spoken(beside.line.sentence, say)}."


def typed(view: View, length: int, say: Speaker) -> str:
    """That enough digits have been typed, once; never which."""
    if not isinstance(view, KeypadView) or length != view.min_length:
        return ""
    if not length < len(view.progress) or not view.progress[length]:
        return ""
    return f"{spoken(view.progress[length], say)}."
