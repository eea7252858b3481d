"""The filters of the request list as they stand in its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from anjungan.catalogue.villages import Village, load_villages
from anjungan.protocol.identity import IdentityError, VillageCode, parse_village
from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.lateness import late_before
from anjungan.regency.requests.reading import RequestFilter

_MAX_TEXT = 40
_MAX_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the officer asked for; whatever cannot be understood is left out."""

    village: VillageCode | None = None
    status: RequestStatus | None = None
    service: str = ""
    text: str = ""
    late: bool = False
    page: int = 1

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "ListQuery":
        """Read ``desa``, ``status``, ``layanan``, ``cari``, ``terlambat`` and ``hal``."""
        return cls(
            village=_village(parameters.get("desa", "")),
            status=_status(parameters.get("status", "")),
            service=parameters.get("layanan", "")[:64],
            text=parameters.get("cari", "").strip()[:_MAX_TEXT],
            late=bool(parameters.get("terlambat", "")),
            page=_page(parameters.get("hal", "")),
        )

    def as_filter(
        self, *, scope: VillageCode | None, now: datetime, late_after_working_days: int
    ) -> RequestFilter:
        """The filter for the database, within ``scope``."""
        wanted = self.text.casefold()
        named = [
            village.code
            for village in load_villages().values()
            if wanted and wanted in village.name.casefold()
        ]
        return RequestFilter(
            scope=scope,
            village=self.village,
            service=self.service or None,
            statuses=() if self.status is None else (self.status,),
            text=self.text,
            named_villages=named,
            received_before=late_before(now, late_after_working_days) if self.late else None,
        )

    @property
    def is_empty(self) -> bool:
        """No filter is set."""
        return replace(self, page=1) == ListQuery()

    @property
    def suffix(self) -> str:
        """What a request's address carries, so that its page leads back to the same list."""
        return self.url(self.page).removeprefix("/permohonan")

    def url(self, page: int) -> str:
        """The address of another page of the same list."""
        parameters = {
            "cari": self.text,
            "desa": self.village or "",
            "layanan": self.service,
            "status": "" if self.status is None else str(int(self.status)),
            "terlambat": "1" if self.late else "",
            "hal": str(page) if page > 1 else "",
        }
        filled = {name: value for name, value in parameters.items() if value}
        return f"/permohonan?{urlencode(filled)}" if filled else "/permohonan"


def village_choices(scope: VillageCode | None) -> Sequence[Village]:
    """The villages to choose from: by name, pilot villages first; none within one village."""
    if scope is not None:
        return ()
    return sorted(load_villages().values(), key=lambda each: (not each.pilot, each.name))


def _village(text: str) -> VillageCode | None:
    try:
        return parse_village(text)
    except IdentityError:
        return None


def _status(text: str) -> RequestStatus | None:
    return RequestStatus(int(text)) if text in {str(int(each)) for each in RequestStatus} else None


def _page(text: str) -> int:
    return (
        min(_MAX_PAGE, int(text)) if text.isascii() and text.isdigit() and text[:6] == text else 1
    )
