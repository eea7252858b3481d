"""What the session sees of the world at one instant: everything it may not ask for itself."""

import enum
from dataclasses import dataclass
from datetime import datetime

from anjungan.appliance.session.views import Announcement
from anjungan.catalogue.catalogue import Catalogue


class PrinterCondition(enum.Enum):
    """What is known of the ticket printer before a job."""

    READY = "ready"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    FAULT = "fault"
    MISSING = "missing"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """What the texts say of the village and its office, and how long a visit may rest."""

    village_kind: str
    village: str
    district: str
    office_place: str
    office_hours: str
    office_phone: str
    tracking_url: str
    announcements: tuple[Announcement, ...]
    idle_warn_s: int
    countdown_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """Which devices can be used now.

    ``card_reader``: whether a KTP can be read; ``sound``: whether something said would be heard;
    ``buttons``: whether there are keys beside the glass.
    """

    card_reader: bool
    scanner: bool
    printer: PrinterCondition
    sound: bool = False
    buttons: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """One instant: monotonic and local wall time, a fresh nonce, catalogue, site, devices, line.

    ``accepting``: whether the storage would take a request, as far as was known a moment ago.
    ``nonce`` is random and new at every event; the machine takes it when it begins a form, and for
    the one search that an event can begin.
    """

    now_s: float
    local_time: datetime
    nonce: str
    catalogue: Catalogue
    site: SiteFacts
    devices: DeviceFacts
    connected: bool
    accepting: bool = True

    @property
    def printer_ready(self) -> bool:
        """Whether something could be printed now."""
        return self.devices.printer is PrinterCondition.READY
