"""The drawing of the regency: villages and kecamatan as prepared by scripts/prepare_map.py."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

import msgspec
from markupsafe import Markup


class Place(msgspec.Struct, frozen=True):
    """An outline and where its name stands, in units of the drawing."""

    path: str
    x: int
    y: int

    @property
    def d(self) -> Markup:
        """The outline for a ``d`` attribute."""
        return Markup(self.path)  # noqa: S704 - packaged drawing


class _Village(Place, frozen=True):
    code: str


class _District(Place, frozen=True):
    name: str


class _File(msgspec.Struct, frozen=True):
    source: str
    width: int
    height: int
    villages: tuple[_Village, ...]
    districts: tuple[_District, ...]


class RegencyMap(msgspec.Struct, frozen=True):
    """``villages`` by code, ``districts`` by name."""

    source: str
    width: int
    height: int
    villages: Mapping[str, Place]
    districts: Mapping[str, Place]


@cache
def load_regency_map() -> RegencyMap:
    """Read the packaged drawing once."""
    file = resources.files("anjungan.regency.web.fleet").joinpath("regency_map.json")
    drawn = msgspec.json.decode(file.read_bytes(), type=_File)
    return RegencyMap(
        source=drawn.source,
        width=drawn.width,
        height=drawn.height,
        villages=MappingProxyType({each.code: each for each in drawn.villages}),
        districts=MappingProxyType({each.name: each for each in drawn.districts}),
    )
