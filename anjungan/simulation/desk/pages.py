"""The files of the page, from memory: its own, and fonts, icons and pictures of the screens."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

_MEDIA_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".ttf": "font/ttf",
}
_OF_THE_SCREENS: Final = (
    "text-400.ttf",
    "text-600.ttf",
    "text-700.ttf",
    "text-800.ttf",
    "mono-700.ttf",
    "icons.ttf",
    "icons.json",
    "band.png",
    "kawung.png",
    "mark.png",
)


@dataclass(frozen=True, slots=True)
class File:
    """One file."""

    content: bytes
    media_type: str


def load_files() -> Mapping[str, File]:
    """Read everything the page consists of, by name."""
    own = resources.files("anjungan.simulation.desk").joinpath("static")
    theirs = resources.files("anjungan.appliance.screens.assets")
    entries = [*own.iterdir(), *(theirs.joinpath(name) for name in _OF_THE_SCREENS)]
    return {
        entry.name: File(entry.read_bytes(), _MEDIA_TYPES[f".{entry.name.rpartition('.')[2]}"])
        for entry in entries
    }
