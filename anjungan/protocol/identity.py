"""Who is speaking: regency, village and kiosk identities.

A village is named by its 10-digit Kemendagri code, a regency by the first four of them, and a
kiosk by its village code, a dash and a number (``3505102001-1``). The kiosk identity is at once
MQTT client id, user name and, later, certificate name.
"""

import re
from typing import Final, NewType

RegencyCode = NewType("RegencyCode", str)
VillageCode = NewType("VillageCode", str)
KioskId = NewType("KioskId", str)

_REGENCY: Final = re.compile(r"[0-9]{4}", re.ASCII)
_VILLAGE: Final = re.compile(r"[0-9]{10}", re.ASCII)
_KIOSK: Final = re.compile(r"([0-9]{10})-([1-9][0-9]?)", re.ASCII)


class IdentityError(ValueError):
    """A text is not an identity of the expected kind."""


def parse_regency(text: str) -> RegencyCode:
    """Return ``text`` as a regency code (4 digits); raise IdentityError otherwise."""
    if _REGENCY.fullmatch(text) is None:
        raise IdentityError("a regency code has 4 digits")
    return RegencyCode(text)


def parse_village(text: str) -> VillageCode:
    """Return ``text`` as a village code (10 digits); raise IdentityError otherwise."""
    if _VILLAGE.fullmatch(text) is None:
        raise IdentityError("a village code has 10 digits")
    return VillageCode(text)


def parse_kiosk(text: str) -> KioskId:
    """Return ``text`` as a kiosk identity; raise IdentityError otherwise."""
    if _KIOSK.fullmatch(text) is None:
        raise IdentityError("a kiosk identity is a village code, a dash and a number from 1 to 99")
    return KioskId(text)


def village_of(kiosk: KioskId) -> VillageCode:
    """The village a kiosk stands in."""
    return VillageCode(kiosk[:10])


def regency_of(place: KioskId | VillageCode) -> RegencyCode:
    """The regency of a kiosk or a village."""
    return RegencyCode(place[:4])
