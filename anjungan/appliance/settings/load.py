"""Loading site settings: defaults, then a TOML file, then the environment.

Every value keeps its origin, so that ``anjungan config show`` can say where it came from, and
every mistake names the file and the key.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from anjungan.appliance.errors import unreadable_file
from anjungan.appliance.settings.device_conflicts import check_conflicts
from anjungan.appliance.settings.device_tables import WrongDeviceError, device_settings
from anjungan.appliance.settings.mistakes import not_toml, wrong_value
from anjungan.appliance.settings.site import SiteSettings

DEFAULT_FILE: Final = Path("/etc/anjungan/site.toml")
ENVIRONMENT_PREFIX: Final = "ANJUNGAN__"
"""``ANJUNGAN__LINE__HOST=…`` sets ``line.host``; values are read as TOML, else as text."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The effective settings and the origin of every value that is not a default."""

    settings: SiteSettings
    origins: Mapping[str, str]

    def effective(self) -> Iterator[tuple[str, object, str]]:
        """(dotted key, value, origin) of every setting, in the order of the structs."""
        for key, value in _flatten(msgspec.to_builtins(self.settings)):
            yield key, value, self.origins.get(key, "default")


def load_settings(
    file: Path | None = None, *, environment: Mapping[str, str] | None = None
) -> Loaded:
    """Load the settings; ``file`` None means DEFAULT_FILE where it exists.

    Raises:
        ConfigError: the file is missing or no TOML, or a value is wrong; the message names the
            file or variable and the key.
    """
    environment = os.environ if environment is None else environment
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    path = file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    if path is not None:
        _merge(merged, _read_toml(path), origins, str(path))
    for name, text in sorted(environment.items()):
        if name.startswith(ENVIRONMENT_PREFIX):
            keys = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
            _merge(merged, _nest(keys, _read_value(text)), origins, f"${name}")
    declared = merged.pop("devices", {})
    try:
        settings = msgspec.convert(merged, SiteSettings)
        devices = device_settings(declared)
    except msgspec.ValidationError as error:
        raise wrong_value(str(error), origins) from error
    except WrongDeviceError as error:
        raise wrong_value(error.problem, origins, inside=error.place) from error
    check_conflicts(devices, origins)
    return Loaded(settings=msgspec.structs.replace(settings, devices=devices), origins=origins)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise unreadable_file(path, error) from error
    except (ValueError, RecursionError) as error:  # also endless numbers and endless nesting
        raise not_toml(path, error) from error


def _read_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text


def _nest(keys: list[str], value: Any) -> dict[str, Any]:
    for key in reversed(keys):
        value = {key: value}
    return dict(value)


def _merge(
    into: dict[str, Any], layer: Mapping[str, Any], origins: dict[str, str], origin: str
) -> None:
    for key, value in layer.items():
        held = into.get(key)
        if isinstance(value, dict) and isinstance(held, dict):
            _merge(held, value, origins, origin)
        else:
            into[key] = value
    for key, _value in _flatten(layer):
        origins[key] = origin


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{dotted}.")
        else:
            yield dotted, value
