"""The button panel by what its buttons do: settings name buttons, the screens know roles."""

from collections.abc import Callable, Mapping
from typing import Any

from anjungan.appliance.drivers.buttons.events import ButtonEvent, ContactChanged
from anjungan.appliance.drivers.buttons.panel import ButtonPanel
from anjungan.appliance.drivers.buttons.wiring import ButtonPins, ContactPin, PanelWiring
from anjungan.appliance.drivers.device import StateListener
from anjungan.appliance.settings.devices import ButtonRole, PanelSettings


def wiring_of(settings: PanelSettings) -> PanelWiring:
    """The pins that the settings give to buttons, contacts and buzzer."""
    return PanelWiring(
        buttons={
            name: ButtonPins(contact=button.pin, light=button.light)
            for name, button in settings.buttons.items()
        },
        contacts={
            name: ContactPin(pin=contact.pin, closed_is_safe=contact.closed_is_safe)
            for name, contact in settings.contacts.items()
        },
        buzzer=settings.buzzer,
    )


def make_panel(
    name: str,
    settings: PanelSettings,
    open_pins: Callable[[], Any],
    *,
    on_button: Callable[[ButtonRole, ButtonEvent], None],
    on_contact: Callable[[ContactChanged], None],
    on_state: StateListener,
) -> ButtonPanel:
    """The panel's driver; ``on_button`` is told what the button does, with what happened to it."""
    return ButtonPanel(
        wiring_of(settings),
        open_pins,
        on_button=lambda event: on_button(settings.buttons[event.name].does, event),
        on_contact=on_contact,
        on_state=on_state,
        name=name,
    )


class PanelLights:
    """The lights of one panel, switched by what their buttons do."""

    def __init__(self, panel: ButtonPanel, settings: PanelSettings) -> None:
        self._panel = panel
        self._buttons = settings.buttons

    def set(self, lights: Mapping[ButtonRole, bool]) -> None:
        """Switch every button's light whose role is named."""
        for name, button in self._buttons.items():
            on = lights.get(button.does)
            if on is not None:
                self._panel.set_light(name, on)
