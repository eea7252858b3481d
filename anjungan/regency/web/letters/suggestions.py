"""Words the officer need not type: offered as one types, never forced."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from anjungan.catalogue.loading import load_catalogue

_LISTS: Final = ("jenis_kelamin", "agama", "pekerjaan")
_MARITAL: Final = ("Belum kawin", "Kawin", "Cerai hidup", "Cerai mati")


@cache
def suggestions() -> Mapping[str, Sequence[str]]:
    """Words by the end of a field's name: ``agama`` is for ``warga_agama`` too."""
    found: dict[str, Sequence[str]] = {
        each.id: tuple(option.label.get("id") for option in each.options)
        for each in load_catalogue().lists
        if each.id in _LISTS
    }
    found["status_kawin"] = _MARITAL
    return MappingProxyType(found)
