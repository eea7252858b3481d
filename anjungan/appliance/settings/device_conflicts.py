"""Devices that cannot be together: one header's pin given twice, one node given to two."""

from collections.abc import Iterator, Mapping

from anjungan.appliance.errors import ConfigError, ConfigProblem
from anjungan.appliance.settings.devices import (
    DeviceName,
    DeviceSettings,
    PanelSettings,
    place_of,
)


def check_conflicts(
    devices: Mapping[DeviceName, DeviceSettings | None], origins: Mapping[str, str]
) -> None:
    """Look at all devices together; ``origins`` tells where a setting was written.

    Raises:
        ConfigError: two of them cannot be together; the message names file and key.
    """
    panels = {name: each for name, each in devices.items() if isinstance(each, PanelSettings)}
    _check_names(panels, origins)
    _check_pins(panels, origins)
    _check_nodes(devices, origins)


def _check_names(panels: Mapping[str, PanelSettings], origins: Mapping[str, str]) -> None:
    for name, panel in panels.items():
        for part in sorted(panel.buttons.keys() & panel.contacts.keys()):
            raise _conflict(
                ConfigProblem.NAME_TWICE,
                (name,),
                origins,
                f"a button and a contact are both called {part}",
                name=part,
            )


def _check_pins(panels: Mapping[str, PanelSettings], origins: Mapping[str, str]) -> None:
    users: dict[int, list[str]] = {}
    for name, panel in panels.items():
        for pin in _pins(panel):
            users.setdefault(pin, []).append(name)
    twice = {pin: names for pin, names in sorted(users.items()) if len(names) > 1}
    if twice:
        pins = ", ".join(map(str, twice))
        names = tuple(dict.fromkeys(name for each in twice.values() for name in each))
        problem = ConfigProblem.PIN_TWICE
        raise _conflict(problem, names, origins, f"a pin is used twice: {pins}", pins=pins)


def _check_nodes(devices: Mapping[str, DeviceSettings | None], origins: Mapping[str, str]) -> None:
    users: dict[str, list[str]] = {}
    for name, settings in devices.items():
        place = "" if settings is None else place_of(settings)
        if place.startswith("/"):
            users.setdefault(place, []).append(name)
    for place, names in users.items():
        if len(names) > 1:
            problem = ConfigProblem.PATH_TWICE
            raise _conflict(problem, tuple(names), origins, f"{place} is used twice", path=place)


def _pins(panel: PanelSettings) -> Iterator[int]:
    for button in panel.buttons.values():
        yield button.pin
        if button.light is not None:
            yield button.light
    for contact in panel.contacts.values():
        yield contact.pin
    if panel.buzzer is not None:
        yield panel.buzzer


def _conflict(
    problem: ConfigProblem,
    names: tuple[str, ...],
    origins: Mapping[str, str],
    reason: str,
    **values: str,
) -> ConfigError:
    device = ", ".join(names)
    written = (
        origin
        for key, origin in origins.items()
        if any(key == f"devices.{name}" or key.startswith(f"devices.{name}.") for name in names)
    )
    origin = next(written, "settings")
    message = f"{origin}: devices.{device}: {reason}"
    return ConfigError(problem, message, origin=origin, device=device, **values)
