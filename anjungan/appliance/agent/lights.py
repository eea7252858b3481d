"""Which button lights are on: those of the buttons that do something on the present view."""

from anjungan.appliance.session.views import IdleView, View
from anjungan.appliance.settings.devices import ButtonRole


def lights_of(view: View) -> dict[ButtonRole, bool]:
    """The lights for ``view``. On the idle screen only OK is lit; it wakes the kiosk."""
    if isinstance(view, IdleView):
        return {"up": False, "down": False, "ok": True, "back": False, "help": False}
    rail = view.frame.rail
    return {
        "up": True,
        "down": True,
        "ok": True,
        "back": rail.back is not None,
        "help": rail.help is not None,
    }
