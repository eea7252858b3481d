"""Which button lights are on: those of the buttons that do something on the present view.

A light is steady, never blinking, and means one thing: pressing this button does something now.

- ``up``, ``down``, ``ok``: lit from the first press to the end of a visit;
- ``back``: going back (on the home screen: ending the visit) is possible;
- ``home``: there is a way to the home screen; dark on the home screen itself;
- ``help``: help can be asked for; dark while it is shown;
- ``language``: the language can be changed, here or one screen further;
- ``sound``: there is a loudspeaker: reading aloud can be switched on or off.

While nobody is there only ``ok`` is lit, as an invitation: any button wakes the kiosk.  All lights
out: the kiosk is off, is starting, or its program does not run.
"""

from anjungan.appliance.session.view_buttons import (
    back_of,
    help_of,
    home_of,
    language_of,
    sound_of,
)
from anjungan.appliance.session.views import IdleView, View
from anjungan.appliance.settings.devices import ButtonRole


def lights_of(view: View) -> dict[ButtonRole, bool]:
    """The lights for ``view``, one for everything a button can do."""
    is_visit = not isinstance(view, IdleView)
    return {
        "up": is_visit,
        "down": is_visit,
        "ok": True,
        "back": back_of(view) is not None,
        "help": help_of(view) is not None,
        "home": home_of(view) is not None,
        "language": language_of(view) is not None,
        "sound": sound_of(view) is not None,
    }
