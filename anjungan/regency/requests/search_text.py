"""What a typed search looks for: a ticket code, a queue number, or the name of a village.

Nothing personal can be searched for, because nothing personal is stored in the clear.
"""

import re
from dataclasses import dataclass
from typing import Final

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.identity import VillageCode
from anjungan.protocol.tickets import TicketCode, parse_code

MIN_NAME_CHARACTERS: Final = 3
_QUEUE_NUMBER: Final = re.compile(r"[0-9]{4,6}|[0-9]{6}-[A-Z]?[0-9]{0,4}", re.ASCII)
"""The begin of a queue number, from day and month on: fewer digits would be half the list."""


@dataclass(frozen=True, slots=True)
class ByCode:
    """The request of a ticket code."""

    code: TicketCode


@dataclass(frozen=True, slots=True)
class ByQueueNumber:
    """Requests whose queue number begins so."""

    begin: str


@dataclass(frozen=True, slots=True)
class ByVillages:
    """Requests of villages whose name holds the text."""

    villages: frozenset[VillageCode]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No request can be found by this text."""


TextSearch = ByCode | ByQueueNumber | ByVillages | Nothing


def read_search(text: str) -> TextSearch | None:
    """What ``text`` looks for; None for an empty one, which looks for everything."""
    typed = text.strip()
    if not typed:
        return None
    code = parse_code(typed)
    if code is not None:
        return ByCode(code)
    if _QUEUE_NUMBER.fullmatch(typed.upper()) is not None:
        return ByQueueNumber(typed.upper())
    wanted = typed.casefold()
    named = frozenset(
        village.code
        for village in load_villages().values()
        if len(wanted) >= MIN_NAME_CHARACTERS and wanted in village.name.casefold()
    )
    return ByVillages(named) if named else Nothing()
