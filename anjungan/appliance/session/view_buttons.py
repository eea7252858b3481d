"""What the physical buttons mean on a view: they press the rail, and the choice of language.

Agent (lights) and screens (presses) both ask here, so a lit button always does something.
"""

from anjungan.appliance.session.intents import Intent
from anjungan.appliance.session.view_parts import Segment
from anjungan.appliance.session.views import AppearanceView, HomeView, IdleView, View


def back_of(view: View) -> Intent | None:
    """What Kembali presses: the rail's first item, which ends the visit on the home screen."""
    return None if isinstance(view, IdleView) else view.frame.rail.back


def help_of(view: View) -> Intent | None:
    """What Bantuan presses."""
    return None if isinstance(view, IdleView) else view.frame.rail.help


def home_of(view: View) -> Intent | None:
    """What Beranda presses."""
    return None if isinstance(view, IdleView) else view.frame.rail.home


def language_of(view: View) -> Intent | None:
    """What Bahasa presses: the next language where languages stand, else the way to them."""
    match view:
        case IdleView():
            return None
        case HomeView(languages=languages) | AppearanceView(languages=languages) if languages:
            return _next_of(languages)
        case _:
            return view.frame.rail.appearance


def sound_of(view: View) -> Intent | None:
    """What Suara presses: reading aloud begins, or ends; nothing where nothing would be heard."""
    if isinstance(view, IdleView) or view.frame.rail.sound is None:
        return None
    return view.frame.rail.sound.press


def _next_of(segments: tuple[Segment, ...]) -> Intent | None:
    chosen = next((at for at, segment in enumerate(segments) if segment.chosen), -1)
    return segments[(chosen + 1) % len(segments)].press
