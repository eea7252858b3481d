"""The physical buttons that press what the rail shows, wherever the focus is."""

from typing import Literal, assert_never

from anjungan.appliance.ipc.messages import ButtonName
from anjungan.appliance.session.intents import Intent
from anjungan.appliance.session.view_buttons import (
    back_of,
    help_of,
    home_of,
    language_of,
    sound_of,
)
from anjungan.appliance.session.views import View

RailButton = Literal[
    ButtonName.BACK, ButtonName.HELP, ButtonName.HOME, ButtonName.LANGUAGE, ButtonName.SOUND
]


def meaning_of(button: RailButton, view: View) -> Intent | None:
    """The intent of ``button`` on ``view``; None where it means nothing."""
    match button:
        case ButtonName.BACK:
            return back_of(view)
        case ButtonName.HELP:
            return help_of(view)
        case ButtonName.HOME:
            return home_of(view)
        case ButtonName.LANGUAGE:
            return language_of(view)
        case ButtonName.SOUND:
            return sound_of(view)
        case _:
            assert_never(button)
