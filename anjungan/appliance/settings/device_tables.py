"""From the tables under ``[devices]`` to declared devices.

A table adds to what a kiosk usually has under that name; one that names another kind takes its
place as a whole.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from anjungan.appliance.settings.devices import (
    ButtonSettings,
    ContactSettings,
    DeviceName,
    DeviceSettings,
    PanelSettings,
    kind_of,
    usual_devices,
)

_NONE_FOR_FALSE: Final = {"light", "buzzer"}
_NAMED_PARTS: Final[Mapping[str, Any]] = {"buttons": ButtonSettings, "contacts": ContactSettings}
_DEVICE: Final[Any] = DeviceSettings | None


class WrongDeviceError(ValueError):
    """A device's table cannot be taken; ``place`` is its key, ``problem`` what msgspec says."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


def device_settings(declared: object) -> dict[str, DeviceSettings | None]:
    """Every device by its name; None for one that the settings say is not there.

    Raises:
        WrongDeviceError: the first table that is not right.
    """
    if not isinstance(declared, dict):
        raise WrongDeviceError("devices", f"Expected `object`, got `{type(declared).__name__}`")
    devices: dict[str, DeviceSettings | None] = {}
    for name, given in _with_the_usual(declared).items():
        place, table = f"devices.{name}", _none_for_false(given)
        try:
            msgspec.convert(name, DeviceName)
            _check_named_parts(place, table)
            devices[name] = msgspec.convert(table, _DEVICE)
        except msgspec.ValidationError as error:
            raise WrongDeviceError(place, str(error)) from error
    return devices


def _check_named_parts(place: str, table: Any) -> None:
    """Check buttons and contacts one by one: msgspec does not say which of them is wrong."""
    if not isinstance(table, dict) or table.get("kind") != kind_of(PanelSettings()):
        return
    for part, kind in _NAMED_PARTS.items():
        entries = table.get(part)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            try:
                msgspec.convert(entry, kind)
            except msgspec.ValidationError as error:
                raise WrongDeviceError(f"{place}.{part}.{name}", str(error)) from error


def _with_the_usual(declared: Mapping[str, Any]) -> dict[str, Any]:
    tables: dict[str, Any] = dict(msgspec.to_builtins(usual_devices()))
    for name, table in declared.items():
        usual = tables.get(name)
        if isinstance(usual, dict) and isinstance(table, dict) and not _is_another(usual, table):
            tables[name] = _joined(usual, table)
        else:
            tables[name] = table
    return tables


def _is_another(usual: Mapping[str, Any], table: Mapping[str, Any]) -> bool:
    return "kind" in table and table["kind"] != usual["kind"]


def _joined(usual: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(usual)
    for key, value in table.items():
        held = joined.get(key)
        if isinstance(held, dict) and isinstance(value, dict):
            joined[key] = _joined(held, value)
        else:
            joined[key] = value
    return joined


def _none_for_false(table: Any) -> Any:
    """TOML has no null: ``scanner = false`` says that there is none, ``light = false`` too.

    Of the named parts, one that is false is left out: ``buttons.help = false``.
    """
    if table is False:
        return None
    if not isinstance(table, dict):
        return table
    return {key: _inside(key, value) for key, value in table.items()}


def _inside(key: str, value: Any) -> Any:
    if value is False and key in _NONE_FOR_FALSE:
        return None
    if key in _NAMED_PARTS and isinstance(value, dict):
        return {name: _none_for_false(part) for name, part in value.items() if part is not False}
    return value
