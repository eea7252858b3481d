"""Kecamatan: named by the first six digits of their villages' codes."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, NewType

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.identity import KioskId, VillageCode

DistrictCode = NewType("DistrictCode", str)

DISTRICT_DIGITS: Final = 6


def district_of(place: KioskId | VillageCode) -> DistrictCode:
    """The kecamatan a kiosk or a village belongs to."""
    return DistrictCode(place[:DISTRICT_DIGITS])


def district_name(code: str) -> str:
    """The name of a kecamatan; one that is not in the list is named by its code."""
    return all_districts().get(DistrictCode(code), code)


@cache
def all_districts() -> Mapping[DistrictCode, str]:
    """All kecamatan by code, by name."""
    names = {district_of(each.code): each.district for each in load_villages().values()}
    return MappingProxyType(dict(sorted(names.items(), key=lambda item: item[1])))
