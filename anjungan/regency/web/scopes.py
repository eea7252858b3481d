"""Which village the ids in addresses belong to, so that no page shows another village's.

A new kind of id in an address of staff pages gets a line here; a test walks all addresses.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, select

from anjungan.protocol.identity import (
    IdentityError,
    VillageCode,
    parse_kiosk,
    parse_village,
    village_of,
)
from anjungan.regency.letters.records import village_of_letter
from anjungan.regency.store.tables import INCIDENTS, REQUESTS

VillageOf = Callable[[Connection, Any], VillageCode | None]


def _village_of_request(connection: Connection, request_id: str) -> VillageCode | None:
    found = connection.execute(
        select(REQUESTS.c.village).where(REQUESTS.c.id == request_id)
    ).scalar_one_or_none()
    return None if found is None else VillageCode(found)


def _village_of_kiosk(connection: Connection, kiosk: str) -> VillageCode | None:
    del connection
    try:
        return village_of(parse_kiosk(kiosk))
    except IdentityError:
        return None


def _village_of_incident(connection: Connection, incident_id: int) -> VillageCode | None:
    if not 0 < incident_id < 2**31:
        return None
    found = connection.execute(
        select(INCIDENTS.c.village).where(INCIDENTS.c.id == incident_id)
    ).scalar_one_or_none()
    return None if found is None else VillageCode(found)


def _village_itself(connection: Connection, village: str) -> VillageCode | None:
    del connection
    try:
        return parse_village(village)
    except IdentityError:
        return None


VILLAGE_OF: Final[Mapping[str, VillageOf]] = MappingProxyType(
    {
        "request_id": _village_of_request,
        "kiosk": _village_of_kiosk,
        "letter_id": village_of_letter,
        "incident_id": _village_of_incident,
        "village": _village_itself,
    }
)
"""By the name of the parameter in the address: the village something belongs to; None where there
is no such thing, which the page itself says."""
