"""Names of icons and their characters in the two icon fonts."""

import functools
import json
from pathlib import Path
from typing import Final

from anjungan.appliance.screens.theme import Font

ASSETS: Final = Path(__file__).parent / "assets"
_FALLBACK: Final = "file-text"


@functools.cache
def _table() -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = json.loads((ASSETS / "icons.json").read_bytes())
    return table


def icon_names() -> frozenset[str]:
    """Return the names of all outline icons that are shipped."""
    return frozenset(_table()["outline"])


def is_icon(name: str) -> bool:
    """Tell whether an icon of that name is shipped."""
    return name in _table()["outline"]


def icon_character(name: str, *, filled: bool = False) -> tuple[str, Font]:
    """Return an icon's character and font; an unknown name gives a sheet of paper."""
    if filled and name in _table()["filled"]:
        return chr(_table()["filled"][name]), Font.ICON_FILLED
    outline = _table()["outline"]
    return chr(outline.get(name, outline[_FALLBACK])), Font.ICON
