"""The filters of the inbox as they stand in its address."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from typing import Final, TypeVar
from urllib.parse import urlencode

from anjungan.protocol.identity import IdentityError, VillageCode, parse_village
from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.lateness import WIB
from anjungan.regency.requests.listing import Place, RequestFilter
from anjungan.regency.requests.search_text import read_search

MAX_TEXT_CHARACTERS: Final = 40
_PLACE: Final = re.compile(r"([tb])([0-9]{1,15})-([0-9a-f-]{36})", re.ASCII)
_LATE_MARK: Final = "t"
_OTHER_MARK: Final = "b"
_S = RequestStatus


class Tab(Enum):
    """The parts of the inbox."""

    NEW = "baru"
    WAITING = "menunggu"
    DONE = "selesai"
    ALL = "semua"


TAB_STATUSES: Final[Mapping[Tab, Collection[RequestStatus]]] = {
    Tab.NEW: (_S.UNDER_REVIEW,),
    Tab.WAITING: (_S.INCOMPLETE, _S.AWAITING_SIGNATURE, _S.READY),
    Tab.DONE: (_S.COLLECTED, _S.CANCELLED),
    Tab.ALL: tuple(_S),
}


class Age(Enum):
    """When a request was received, as seen from now."""

    TODAY = "hari-ini"
    WEEK = "7-hari"
    MONTH = "30-hari"
    OVER_WEEK = "lebih-7-hari"
    OVER_MONTH = "lebih-30-hari"


_WITHIN_DAYS: Final = {Age.WEEK: 7, Age.MONTH: 30}
_OVER_DAYS: Final = {Age.OVER_WEEK: 7, Age.OVER_MONTH: 30}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the officer asked for; whatever cannot be understood is left out.

    Without a tab, a search or a status looks everywhere, and anything else among the new ones.
    """

    tab: Tab | None = None
    village: VillageCode | None = None
    status: RequestStatus | None = None
    service: str = ""
    text: str = ""
    age: Age | None = None
    late: bool = False
    after: Place | None = None
    before: Place | None = None

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "ListQuery":
        """Read the parameters of an address."""
        return cls(
            tab=_member(Tab, parameters.get("bagian", "")),
            village=_village(parameters.get("desa", "")),
            status=_status(parameters.get("status", "")),
            service=parameters.get("layanan", "")[:64],
            text=parameters.get("cari", "").strip()[:MAX_TEXT_CHARACTERS],
            age=_member(Age, parameters.get("usia", "")),
            late=bool(parameters.get("terlambat", "")),
            after=_place(parameters.get("sesudah", "")),
            before=_place(parameters.get("sebelum", "")),
        )

    @property
    def shown_tab(self) -> Tab:
        """The tab that is open."""
        if self.tab is not None:
            return self.tab
        return Tab.ALL if self.text or self.status is not None or self.late else Tab.NEW

    def as_filter(self, *, scope: VillageCode | None, now: datetime) -> RequestFilter:
        """The filter for the database, within ``scope``."""
        statuses = frozenset(TAB_STATUSES[self.shown_tab])
        if self.status is not None:
            statuses &= {self.status}
        received_from, received_before = _span(self.age, now)
        return RequestFilter(
            scope=scope,
            village=self.village,
            service=self.service or None,
            statuses=statuses,
            text=read_search(self.text),
            received_from=received_from,
            received_before=received_before,
            late_only=self.late,
        )

    @property
    def is_filtered(self) -> bool:
        """Something beside the tab is set."""
        return replace(self, tab=None, after=None, before=None) != ListQuery()

    @property
    def suffix(self) -> str:
        """What a request's address carries, so that its page shows the same list."""
        return self.url.removeprefix("/permohonan")

    @property
    def url(self) -> str:
        """The address of the list."""
        parameters = {
            "bagian": "" if self.tab is None else self.tab.value,
            "cari": self.text,
            "desa": self.village or "",
            "layanan": self.service,
            "status": "" if self.status is None else str(int(self.status)),
            "usia": "" if self.age is None else self.age.value,
            "terlambat": "1" if self.late else "",
            "sesudah": _spell(self.after),
            "sebelum": _spell(self.before),
        }
        filled = {name: value for name, value in parameters.items() if value}
        return f"/permohonan?{urlencode(filled)}" if filled else "/permohonan"

    def in_tab(self, tab: Tab) -> "ListQuery":
        """The same filters in another tab, from its begin; a status belongs to its own tab."""
        return replace(self.from_begin, tab=tab, status=None)

    def page_after(self, place: Place) -> "ListQuery":
        """The next page."""
        return replace(self, after=place, before=None)

    def page_before(self, place: Place) -> "ListQuery":
        """The page before."""
        return replace(self, before=place, after=None)

    @property
    def from_begin(self) -> "ListQuery":
        """The first page."""
        return replace(self, after=None, before=None)

    @property
    def hidden_fields(self) -> Mapping[str, str]:
        """What the search form carries along beside its text."""
        kept = replace(self.from_begin, text="")
        fields = {
            "bagian": "" if kept.tab is None else kept.tab.value,
            "desa": kept.village or "",
            "layanan": kept.service,
            "status": "" if kept.status is None else str(int(kept.status)),
            "usia": "" if kept.age is None else kept.age.value,
            "terlambat": "1" if kept.late else "",
        }
        return {name: value for name, value in fields.items() if value}


def _span(age: Age | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    if age is None:
        return None, None
    if age is Age.TODAY:
        return datetime.combine(now.astimezone(WIB).date(), time.min, WIB), None
    if age in _WITHIN_DAYS:
        return now - timedelta(days=_WITHIN_DAYS[age]), None
    return None, now - timedelta(days=_OVER_DAYS[age])


def _spell(place: Place | None) -> str:
    if place is None:
        return ""
    milliseconds = round(place.received_at.timestamp() * 1000)
    return f"{_LATE_MARK if place.late else _OTHER_MARK}{milliseconds}-{place.id}"


def _place(text: str) -> Place | None:
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    mark, milliseconds, request_id = found.groups()
    try:
        received_at = datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Place(mark == _LATE_MARK, received_at, request_id)


_E = TypeVar("_E", bound=Enum)


def _member(kind: type[_E], text: str) -> _E | None:
    try:
        return kind(text)
    except ValueError:
        return None


def _village(text: str) -> VillageCode | None:
    try:
        return parse_village(text)
    except IdentityError:
        return None


def _status(text: str) -> RequestStatus | None:
    return RequestStatus(int(text)) if text in {str(int(each)) for each in RequestStatus} else None
