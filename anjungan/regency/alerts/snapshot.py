"""What alerts are judged on: all kiosks and our own processes at one moment. Values only."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import Health
from anjungan.regency.alerts.districts import DistrictCode, district_of
from anjungan.regency.alerts.facts import Facts
from anjungan.regency.alerts.kinds import AlertKind
from anjungan.regency.fleet.presence import Connection

REGENCY: Final = "regency"
_DISTRICT_PREFIX: Final = "district:"


@dataclass(frozen=True, slots=True)
class RecentEvents:
    """What a kiosk has told lately. Moments are those of receipt, None where it told nothing."""

    starts: int = 0
    """Starts of the agent within ``START_WINDOW``, by the kiosk's clock and by ours."""
    storage_recovered_at: datetime | None = None
    contact_opened_at: datetime | None = None
    contact_closed_at: datetime | None = None


NO_EVENTS: Final = RecentEvents()


@dataclass(frozen=True, slots=True)
class KioskState:
    """One kiosk. ``health`` is the last report; it says nothing of now once it is silent."""

    kiosk: KioskId
    connection: Connection
    offline_since: datetime | None = None
    version: str = ""
    health: Health | None = None
    events: RecentEvents = NO_EVENTS
    refused: int = 0
    """Messages refused for good within ``REFUSAL_WINDOW``."""
    clone_signs: int = 0
    """Signs of a second connection with its identity that nobody has looked into."""

    present: Health | None = field(init=False, repr=False)
    """The last report, where it still tells how the kiosk is."""

    def __post_init__(self) -> None:
        # asked for twenty times a kiosk and pass
        present = self.health if self.connection in _HEARD else None
        object.__setattr__(self, "present", present)

    @property
    def district(self) -> DistrictCode:
        """Its kecamatan."""
        return district_of(self.kiosk)


_HEARD: Final = frozenset({Connection.ONLINE, Connection.RETURNING, Connection.LATE})


class InboxState(enum.Enum):
    """Whether the inbox hears anybody."""

    LISTENING = "listening"
    NO_BROKER = "no_broker"
    DOWN = "down"
    NEVER_STARTED = "never_started"


@dataclass(frozen=True, slots=True)
class FleetState:
    """Everything at one moment. ``newest_version`` is empty where nothing can be compared."""

    kiosks: Sequence[KioskState]
    inbox: InboxState
    inbox_heard_at: datetime | None = None
    newest_version: str = ""


class Level(enum.Enum):
    """How something stands against its rule."""

    BAD = "bad"
    BETWEEN = "between"
    """Neither: what was bad stays so, what was well stays so."""
    GOOD = "good"
    UNKNOWN = "unknown"
    """Nobody can say at the moment."""
    VOID = "void"
    """There is nothing to judge any more: the kiosk is gone, or the kind is switched off."""


Key = tuple[AlertKind, str]
"""A kind and its subject: a kiosk's id, ``district:350510``, or ``regency``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a kind stands for a subject."""

    level: Level
    facts: Facts


def district_subject(code: DistrictCode) -> str:
    """The subject a whole kecamatan is."""
    return f"{_DISTRICT_PREFIX}{code}"


def district_of_subject(subject: str) -> DistrictCode | None:
    """The kecamatan of a subject; None for the whole regency."""
    if subject == REGENCY:
        return None
    if subject.startswith(_DISTRICT_PREFIX):
        return DistrictCode(subject.removeprefix(_DISTRICT_PREFIX))
    return district_of(KioskId(subject))


def kiosk_of_subject(subject: str) -> KioskId | None:
    """The kiosk of a subject; None where it is more than one."""
    if subject == REGENCY or subject.startswith(_DISTRICT_PREFIX):
        return None
    return KioskId(subject)
