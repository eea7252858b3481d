"""Reading the audit log: filters, pages, all of it for a file."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, func, not_, or_, select

from anjungan.protocol.identity import VillageCode
from anjungan.protocol.tickets import TicketCode
from anjungan.regency.audit.trail import SYSTEM
from anjungan.regency.store.tables import AUDIT, REQUESTS

if TYPE_CHECKING:
    from sqlalchemy import Row

PAGE_SIZE: Final = 50
MOST_EXPORTED: Final = 50_000
_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines. ``actor`` is a part of a name, ``subject`` the begin of one.

    ``begin`` is within, ``end`` is past the span. With ``ticket_code`` the requests of that code
    are meant too. ``system`` is True for what processes did, False for what people did.
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    ticket_code: TicketCode | None = None
    village: VillageCode | None = None
    begin: datetime | None = None
    end: datetime | None = None
    system: bool | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the log."""

    id: int
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    village: VillageCode | None
    detail: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page, newest first, counted from 1."""

    lines: Sequence[AuditLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def read_audit(connection: Connection, wanted: AuditFilter, page: int) -> AuditPage:
    """One page of lines; a page past the end is the last one."""
    conditions = _conditions(wanted)
    total = connection.execute(
        select(func.count()).select_from(AUDIT).where(*conditions)
    ).scalar_one()
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    rows = connection.execute(
        select(AUDIT)
        .where(*conditions)
        .order_by(AUDIT.c.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return AuditPage([_line(row) for row in rows], total, page)


def ticket_codes_of(connection: Connection, subjects: Collection[str]) -> Mapping[str, TicketCode]:
    """The ticket codes of those subjects that are requests."""
    rows = connection.execute(
        select(REQUESTS.c.id, REQUESTS.c.ticket_code).where(REQUESTS.c.id.in_(subjects))
    )
    return {row.id: TicketCode(row.ticket_code) for row in rows}


def all_lines(connection: Connection, wanted: AuditFilter) -> Iterator[AuditLine]:
    """Every line of the filter, newest first, at most ``MOST_EXPORTED``."""
    rows = connection.execute(
        select(AUDIT).where(*_conditions(wanted)).order_by(AUDIT.c.id.desc()).limit(MOST_EXPORTED),
        execution_options={"yield_per": _AT_ONCE},
    )
    yield from map(_line, rows)


def _conditions(wanted: AuditFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.actor:
        conditions.append(AUDIT.c.actor.icontains(wanted.actor, autoescape=True))
    if wanted.action:
        conditions.append(AUDIT.c.action == wanted.action)
    if wanted.subject:
        named = AUDIT.c.subject.startswith(wanted.subject, autoescape=True)
        coded = select(REQUESTS.c.id).where(REQUESTS.c.ticket_code == wanted.ticket_code)
        conditions.append(
            named if wanted.ticket_code is None else or_(named, AUDIT.c.subject.in_(coded))
        )
    if wanted.village is not None:
        conditions.append(AUDIT.c.village == wanted.village)
    if wanted.begin is not None:
        conditions.append(AUDIT.c.at >= wanted.begin)
    if wanted.end is not None:
        conditions.append(AUDIT.c.at < wanted.end)
    if wanted.system is not None:
        is_system = AUDIT.c.role == SYSTEM
        conditions.append(is_system if wanted.system else not_(is_system))
    return conditions


def _line(row: "Row[Any]") -> AuditLine:
    return AuditLine(
        id=row.id,
        at=row.at,
        actor=row.actor,
        role=row.role,
        action=row.action,
        subject=row.subject,
        village=None if row.village is None else VillageCode(row.village),
        detail=row.detail,
    )
