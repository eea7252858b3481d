"""Reading requests: the list with its filters, one request, and what the tracking page shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from anjungan.protocol.identity import KioskId, VillageCode
from anjungan.protocol.messages import TimeQuality
from anjungan.protocol.sealing import Binding
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import TicketCode, parse_code
from anjungan.regency.requests.lateness import WAITS_FOR_STAFF
from anjungan.regency.requests.statuses import Actor
from anjungan.regency.store.tables import OUTGOING_STATUSES, REQUESTS, STATUS_CHANGES

PAGE_SIZE: Final = 25


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests to list. ``scope`` is the only village the reader may see; None is all.

    ``text`` is a ticket code or the begin of a queue number; ``named_villages`` are villages
    whose name holds it.
    """

    scope: VillageCode | None = None
    village: VillageCode | None = None
    service: str | None = None
    statuses: Collection[RequestStatus] = ()
    text: str = ""
    named_villages: Collection[VillageCode] = ()
    received_before: datetime | None = None


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
class RequestPage:
    """One page of a list, newest first."""

    lines: Sequence[RequestLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One line of the history."""

    revision: int
    status: RequestStatus
    note: str
    changed_at: datetime
    actor: Actor
    actor_name: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request with its history; the answers stay sealed."""

    line: RequestLine
    kiosk: KioskId
    submitted_at: datetime
    time_quality: TimeQuality
    revision: int
    note: str
    changed_at: datetime
    history: Sequence[StatusChange]
    at_kiosk: bool


@dataclass(frozen=True, slots=True)
class SealedAnswers:
    """What the opener needs."""

    sealed: bytes
    kid: str
    binding: Binding


def list_requests(connection: Connection, wanted: RequestFilter, page: int) -> RequestPage:
    """One page of requests, counted from 1; a page past the end is the last one."""
    conditions = _conditions(wanted)
    total = connection.execute(
        select(func.count()).select_from(REQUESTS).where(*conditions)
    ).scalar_one()
    last = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), last)
    rows = connection.execute(
        select(REQUESTS)
        .where(*conditions)
        .order_by(REQUESTS.c.received_at.desc(), REQUESTS.c.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return RequestPage([_line(row) for row in rows], total, page)


def count_waiting(connection: Connection, scope: VillageCode | None) -> int:
    """How many requests wait for staff."""
    wanted = RequestFilter(scope=scope, statuses=WAITS_FOR_STAFF)
    return connection.execute(
        select(func.count()).select_from(REQUESTS).where(*_conditions(wanted))
    ).scalar_one()


def read_request(
    connection: Connection, request_id: str, scope: VillageCode | None
) -> RequestView | None:
    """One request; None when there is none, or when it is outside ``scope``."""
    conditions = [REQUESTS.c.id == request_id]
    if scope is not None:
        conditions.append(REQUESTS.c.village == scope)
    row = connection.execute(select(REQUESTS).where(*conditions)).one_or_none()
    return None if row is None else _view(connection, row)


def read_tracked(connection: Connection, ticket_digest: bytes) -> RequestView | None:
    """The request of a ticket, by the digest of its token; an unknown one costs the same."""
    row = connection.execute(
        select(REQUESTS).where(REQUESTS.c.ticket_digest == ticket_digest)
    ).one_or_none()
    if row is None:
        _history(connection, "")
        _is_at_kiosk(connection, "", 0)
        return None
    return _view(connection, row)


def read_sealed(connection: Connection, request_id: str) -> SealedAnswers:
    """The sealed answers of a request that exists, and what they must be bound to."""
    row = connection.execute(select(REQUESTS).where(REQUESTS.c.id == request_id)).one()
    binding = Binding(
        request_id=row.id,
        kiosk=row.kiosk,
        service=row.service,
        form_version=row.form_version,
        ticket_token=row.ticket_token,
    )
    return SealedAnswers(row.sealed, row.kid, binding)


def read_revision(connection: Connection, request_id: str, scope: VillageCode | None) -> int | None:
    """The revision of a request, for pages that ask whether it changed."""
    conditions = [REQUESTS.c.id == request_id]
    if scope is not None:
        conditions.append(REQUESTS.c.village == scope)
    return connection.execute(select(REQUESTS.c.revision).where(*conditions)).scalar_one_or_none()


def _conditions(wanted: RequestFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.scope is not None:
        conditions.append(REQUESTS.c.village == wanted.scope)
    if wanted.village is not None:
        conditions.append(REQUESTS.c.village == wanted.village)
    if wanted.service is not None:
        conditions.append(REQUESTS.c.service == wanted.service)
    if wanted.statuses:
        conditions.append(REQUESTS.c.status.in_([int(each) for each in wanted.statuses]))
    if wanted.received_before is not None:
        conditions.append(
            and_(
                REQUESTS.c.received_at < wanted.received_before,
                REQUESTS.c.status.in_([int(each) for each in WAITS_FOR_STAFF]),
            )
        )
    if wanted.text:
        conditions.append(_text_condition(wanted))
    return conditions


def _text_condition(wanted: RequestFilter) -> ColumnElement[bool]:
    alternatives: list[ColumnElement[bool]] = [
        REQUESTS.c.queue_number.startswith(wanted.text.upper(), autoescape=True)
    ]
    code = parse_code(wanted.text)
    if code is not None:
        alternatives.append(REQUESTS.c.ticket_code == code)
    if wanted.named_villages:
        alternatives.append(REQUESTS.c.village.in_(wanted.named_villages))
    return or_(*alternatives)


def _line(row: "Row[tuple[object, ...]]") -> RequestLine:
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


def _view(connection: Connection, row: "Row[tuple[object, ...]]") -> RequestView:
    return RequestView(
        line=_line(row),
        kiosk=KioskId(row.kiosk),
        submitted_at=row.submitted_at,
        time_quality=TimeQuality(row.time_quality),
        revision=row.revision,
        note=row.note,
        changed_at=row.changed_at,
        history=_history(connection, row.id),
        at_kiosk=row.revision == 1 or _is_at_kiosk(connection, row.id, row.revision),
    )


def _history(connection: Connection, request_id: str) -> Sequence[StatusChange]:
    rows = connection.execute(
        select(STATUS_CHANGES)
        .where(STATUS_CHANGES.c.request_id == request_id)
        .order_by(STATUS_CHANGES.c.revision)
    )
    return [
        StatusChange(
            revision=row.revision,
            status=RequestStatus(row.status),
            note=row.note,
            changed_at=row.changed_at,
            actor=Actor(row.actor),
            actor_name=row.actor_name,
        )
        for row in rows
    ]


def _is_at_kiosk(connection: Connection, request_id: str, revision: int) -> bool:
    return (
        connection.execute(
            select(OUTGOING_STATUSES.c.message_id).where(
                OUTGOING_STATUSES.c.request_id == request_id,
                OUTGOING_STATUSES.c.revision == revision,
                OUTGOING_STATUSES.c.acknowledged_at.is_not(None),
            )
        ).first()
        is not None
    )
