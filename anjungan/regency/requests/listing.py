"""One page of the inbox: late requests first, those that wait longest on top; then the newest.

A page is one statement. Every status, and in it what is late and what is not, is one short walk
along an index that holds all it asks for; the few rows those walks find are sorted together, and
only then are the requests themselves read. The next page begins after the last place seen, so the
thousandth page costs what the first does.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, assert_never

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    case,
    literal,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from anjungan.protocol.identity import VillageCode
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import TicketCode
from anjungan.regency.requests.lateness import WAITS_FOR_STAFF, LateLimits
from anjungan.regency.requests.search_text import (
    ByCode,
    ByQueueNumber,
    ByVillages,
    Nothing,
    TextSearch,
)
from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables import REQUESTS

if TYPE_CHECKING:
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

PAGE_SIZE: Final = 25
_AFTER_ALL_DIGITS: Final = "\x7f"
_ALL_HITS: Final = 1_000_000
"""A limit nothing reaches: it keeps planners from searching for a code along another index."""


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests to list. ``scope`` is the only village the reader may see; None is all."""

    scope: VillageCode | None = None
    village: VillageCode | None = None
    service: str | None = None
    statuses: Collection[RequestStatus] = tuple(RequestStatus)
    text: TextSearch | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    late_only: bool = False


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in a list; nothing of its answers."""

    id: str
    village: VillageCode
    service: str
    ticket_code: TicketCode
    queue_number: str
    received_at: datetime
    status: RequestStatus
    quarantined: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list: of a line, and whether the line stood among the late ones."""

    late: bool
    received_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class ListedLine:
    """A line and whether it is late."""

    line: RequestLine
    late: bool

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.late, self.line.received_at, self.line.id)


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One page; the places tell where the pages before and after it begin, if there are any."""

    lines: Sequence[ListedLine] = ()
    before: Place | None = None
    after: Place | None = None


def list_requests(
    connection: Connection,
    wanted: RequestFilter,
    limits: LateLimits,
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> RequestPage:
    """The page behind ``after``, or the one in front of ``before``, or the first one."""
    statement = page_statement(wanted, limits, after=after, before=before)
    if statement is None:
        return RequestPage()
    found = [ListedLine(line_of(row), bool(row.late)) for row in connection.execute(statement)]
    more = len(found) > PAGE_SIZE
    lines = found[:PAGE_SIZE]
    if before is not None:
        lines.reverse()
    if not lines:
        return RequestPage()
    has_before = more if before is not None else after is not None
    has_after = True if before is not None else more
    return RequestPage(
        lines,
        lines[0].place if has_before else None,
        lines[-1].place if has_after else None,
    )


def page_statement(
    wanted: RequestFilter,
    limits: LateLimits,
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> Select[Any] | None:
    """The statement of a page with one line more than a page holds; None when nothing can be."""
    walks = list(_walks(wanted, limits, after, before))
    if not walks:
        return None
    found = union_all(*(select(walk) for walk in walks)).subquery("found")
    return (
        select(REQUESTS, found.c.late)
        .join(found, found.c.id == REQUESTS.c.id)
        .order_by(*_order(found, backwards=before is not None))
        .limit(PAGE_SIZE + 1)
    )


@dataclass(frozen=True, slots=True)
class Source:
    """Where lines are looked for, and all conditions but status and lateness."""

    columns: "ReadOnlyColumnCollection[str, Any]"
    conditions: Sequence[ColumnElement[bool]]

    def with_status(self, *statuses: RequestStatus) -> Sequence[ColumnElement[bool]]:
        """The conditions, and one of these statuses."""
        numbers = sorted(int(each) for each in statuses)
        column = self.columns.status
        mine = column == numbers[0] if len(numbers) == 1 else column.in_(numbers)
        return [*self.conditions, mine]

    def late(self, limits: LateLimits) -> Sequence[ColumnElement[bool]]:
        """What makes what waits for staff late; the first condition bounds the walk."""
        bound = self.columns.received_at < limits.latest
        return (
            [bound]
            if not limits.by_limit
            else [bound, self.columns.received_at < self._limit(limits)]
        )

    def in_time(self, limits: LateLimits) -> Sequence[ColumnElement[bool]]:
        """The opposite of ``late``."""
        bound = self.columns.received_at >= limits.earliest
        return (
            [bound]
            if not limits.by_limit
            else [bound, self.columns.received_at >= self._limit(limits)]
        )

    def _limit(self, limits: LateLimits) -> ColumnElement[datetime]:
        return case(
            *(
                (self.columns.service.in_(sorted(names)), literal(limit, Instant))
                for limit, names in sorted(limits.by_limit.items())
            ),
            else_=literal(limits.default, Instant),
        )


def source_of(wanted: RequestFilter) -> Source | None:
    """Where to look; None when no request can fulfil the filter."""
    if wanted.scope is not None and wanted.village not in (None, wanted.scope):
        return None
    conditions: list[ColumnElement[bool]] = []
    columns: ReadOnlyColumnCollection[str, Any] = REQUESTS.c
    match wanted.text:
        case None:
            pass
        case ByCode(code=code):
            columns = _hits(REQUESTS.c.ticket_code == code)
        case ByQueueNumber(begin=begin):
            number = REQUESTS.c.queue_number
            columns = _hits(number >= begin, number < begin + _AFTER_ALL_DIGITS)
        case ByVillages(villages=villages):
            conditions.append(columns.village.in_(sorted(villages)))
        case Nothing():
            return None
        case _:
            assert_never(wanted.text)
    village = wanted.village if wanted.scope is None else wanted.scope
    if village is not None:
        conditions.append(columns.village == village)
    if wanted.service is not None:
        conditions.append(columns.service == wanted.service)
    if wanted.received_from is not None:
        conditions.append(columns.received_at >= wanted.received_from)
    if wanted.received_before is not None:
        conditions.append(columns.received_at < wanted.received_before)
    return Source(columns, conditions)


def _hits(*conditions: ColumnElement[bool]) -> "ReadOnlyColumnCollection[str, Any]":
    c = REQUESTS.c
    hits = select(c.id, c.village, c.service, c.status, c.received_at).where(*conditions)
    return hits.limit(_ALL_HITS).cte("hits").c


def _walks(
    wanted: RequestFilter, limits: LateLimits, after: Place | None, before: Place | None
) -> Iterator[Subquery]:
    source = source_of(wanted)
    if source is None:
        return
    for status in sorted(wanted.statuses):
        mine = source.with_status(status)
        waits = status in WAITS_FOR_STAFF
        # those behind a place that is not late are not late, those before a late one are late
        if waits and (after is None or after.late):
            late = [*mine, *source.late(limits)]
            yield _walk(source, late, after, before, late=True)
        if not wanted.late_only and (before is None or not before.late):
            rest = [*mine, *source.in_time(limits)] if waits else mine
            yield _walk(source, rest, after, before, late=False)


def _walk(
    source: Source,
    conditions: Sequence[ColumnElement[bool]],
    after: Place | None,
    before: Place | None,
    *,
    late: bool,
) -> Subquery:
    """The first lines of one status in one direction; oldest first where they are late."""
    oldest_first = late is (before is None)
    columns = (source.columns.received_at, source.columns.id)
    walk = select(*columns, literal(int(late)).label("late")).where(*conditions)
    place = after if before is None else before
    if place is not None and place.late is late:
        here = tuple_(literal(place.received_at, Instant), literal(place.id))
        seen = tuple_(*columns)
        walk = walk.where(seen > here if oldest_first else seen < here)
    order = [column.asc() if oldest_first else column.desc() for column in columns]
    return walk.order_by(*order).limit(PAGE_SIZE + 1).subquery()


def _order(found: Subquery, *, backwards: bool) -> Sequence[ColumnElement[Any]]:
    received_ms = type_coerce(found.c.received_at, BigInteger)
    is_late = found.c.late == 1
    waiting_ms = case((is_late, received_ms), else_=-received_ms)
    late_id, other_id = case((is_late, found.c.id)), case((~is_late, found.c.id))
    if backwards:
        return (found.c.late, waiting_ms.desc(), late_id.desc(), other_id)
    return (found.c.late.desc(), waiting_ms, late_id, other_id.desc())


def line_of(row: "Row[Any]") -> RequestLine:
    """The line of a row of REQUESTS."""
    return RequestLine(
        id=row.id,
        village=VillageCode(row.village),
        service=row.service,
        ticket_code=TicketCode(row.ticket_code),
        queue_number=row.queue_number,
        received_at=row.received_at,
        status=RequestStatus(row.status),
        quarantined=row.quarantined,
    )
