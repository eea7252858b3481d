"""What the list of alerts is asked for: its filter, from and to the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from anjungan.protocol.identity import IdentityError, KioskId, VillageCode, parse_kiosk
from anjungan.regency.alerts.districts import DistrictCode, all_districts
from anjungan.regency.alerts.kinds import AlertKind
from anjungan.regency.alerts.reading import IncidentFilter

OPEN: Final = "terbuka"
WAITING: Final = "belum-ditangani"
ENDED: Final = "selesai"
ALL: Final = "semua"
STATE_WORDS: Final[Mapping[str, str]] = {
    OPEN: "Terbuka",
    WAITING: "Belum ditangani",
    ENDED: "Selesai",
    ALL: "Semua",
}
_HIGHEST_PAGE: Final = 10_000


@dataclass(frozen=True, slots=True)
class AlertQuery:
    """The filter as it stands in the address; what is not understood there is not asked for."""

    state: str = OPEN
    kind: AlertKind | None = None
    district: DistrictCode | None = None
    kiosk: KioskId | None = None
    page: int = 1

    @property
    def is_usual(self) -> bool:
        """Whether nothing is filtered beyond what is shown first."""
        return self == AlertQuery(page=self.page)

    def as_filter(self, scope: VillageCode | None) -> IncidentFilter:
        """The filter for the database."""
        return IncidentFilter(
            scope=scope,
            is_open={OPEN: True, WAITING: True, ENDED: False}.get(self.state),
            unacknowledged=self.state == WAITING,
            # one incident, not thirty; whoever asks for more, for one kiosk or village gets all
            with_absorbed=self.state == ALL or self.kiosk is not None or scope is not None,
            kind=self.kind,
            district=self.district,
            kiosk=self.kiosk,
        )

    def url(self, page: int) -> str:
        """The address of another page of the same list."""
        given = {
            "keadaan": "" if self.state == OPEN else self.state,
            "jenis": "" if self.kind is None else self.kind.value,
            "kecamatan": self.district or "",
            "anjungan": self.kiosk or "",
            "halaman": "" if page == 1 else str(page),
        }
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/peringatan?{query}" if query else "/peringatan"


def read_query(given: Mapping[str, str]) -> AlertQuery:
    """The query of an address."""
    state = given.get("keadaan", OPEN)
    return AlertQuery(
        state=state if state in STATE_WORDS else OPEN,
        kind=read_kind(given.get("jenis", "")),
        district=read_district(given.get("kecamatan", "")),
        kiosk=read_kiosk(given.get("anjungan", "")),
        page=_page(given.get("halaman", "")),
    )


def read_kind(text: str) -> AlertKind | None:
    """A kind by its code."""
    try:
        return AlertKind(text)
    except ValueError:
        return None


def read_district(text: str) -> DistrictCode | None:
    """A kecamatan of this regency by its code."""
    return DistrictCode(text) if text in all_districts() else None


def read_kiosk(text: str) -> KioskId | None:
    """A kiosk by its id, whether there is such a one or not."""
    try:
        return parse_kiosk(text)
    except IdentityError:
        return None


def _page(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > len(str(_HIGHEST_PAGE)):
        return 1
    return max(1, min(_HIGHEST_PAGE, int(text)))
