"""Incidents as pages and other areas read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Row, case, func, or_, select

from anjungan.protocol.identity import KioskId, VillageCode
from anjungan.regency.alerts.districts import DistrictCode
from anjungan.regency.alerts.facts import Facts, decode_facts
from anjungan.regency.alerts.kinds import AlertKind, Severity
from anjungan.regency.store.tables import INCIDENTS

PAGE_LINES: Final = 50

_SEVERITY_RANK: Final = case(
    {each.value: rank for rank, each in enumerate(Severity)}, value=INCIDENTS.c.severity
)
_IS_OF_ONE_KIOSK: Final = case((INCIDENTS.c.kiosk.is_(None), 0), else_=1)


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident. ``kiosk`` and ``village`` are None where more than one kiosk is meant.

    ``since`` is when the trouble began, ``absorbed_into`` the incident that tells of it instead.
    """

    id: int
    kind: AlertKind
    severity: Severity
    kiosk: KioskId | None
    village: VillageCode | None
    district: DistrictCode | None
    since: datetime
    opened_at: datetime
    last_bad_at: datetime
    calm_since: datetime | None
    ended_at: datetime | None
    facts: Facts
    absorbed_into: int | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    note: str
    muted_until: datetime | None
    muted_by: str

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.ended_at is None

    def is_muted(self, now: datetime) -> bool:
        """Whether somebody has asked for silence about it."""
        return self.muted_until is not None and now < self.muted_until


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Which incidents; ``scope`` is the village a village officer is bound to."""

    scope: VillageCode | None = None
    is_open: bool | None = None
    unacknowledged: bool = False
    with_absorbed: bool = True
    """Also those that a larger incident tells of."""
    kind: AlertKind | None = None
    district: DistrictCode | None = None
    kiosk: KioskId | None = None


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """A piece of a list: open ones first, then the worst, then the newest."""

    lines: Sequence[IncidentView]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_LINES))


def open_incidents(connection: Connection, scope: VillageCode | None) -> Sequence[IncidentView]:
    """Open incidents that nobody else's incident tells of, the worst and then the oldest first.

    ``scope`` bounds them to the kiosks of one village.
    """
    rows = connection.execute(
        select(INCIDENTS)
        .where(
            INCIDENTS.c.ended_at.is_(None),
            INCIDENTS.c.absorbed_into.is_(None),
            *_scoped(scope),
        )
        .order_by(_SEVERITY_RANK, _IS_OF_ONE_KIOSK, INCIDENTS.c.since, INCIDENTS.c.id)
    )
    return [incident_view(row) for row in rows]


def count_unacknowledged(connection: Connection, scope: VillageCode | None) -> int:
    """How many open incidents nobody has taken on yet."""
    return connection.execute(
        select(func.count())
        .select_from(INCIDENTS)
        .where(
            INCIDENTS.c.ended_at.is_(None),
            INCIDENTS.c.absorbed_into.is_(None),
            INCIDENTS.c.acknowledged_at.is_(None),
            *_scoped(scope),
        )
    ).scalar_one()


def list_incidents(connection: Connection, wanted: IncidentFilter, page: int) -> IncidentPage:
    """One page of what the filter lets through."""
    conditions = [*_scoped(wanted.scope), *_conditions(wanted)]
    total = connection.execute(
        select(func.count()).select_from(INCIDENTS).where(*conditions)
    ).scalar_one()
    last = max(1, -(-total // PAGE_LINES))
    shown = min(max(1, page), last)
    rows = connection.execute(
        select(INCIDENTS)
        .where(*conditions)
        .order_by(
            case((INCIDENTS.c.ended_at.is_(None), 0), else_=1),
            case((INCIDENTS.c.ended_at.is_(None), _SEVERITY_RANK), else_=0),
            case((INCIDENTS.c.ended_at.is_(None), _IS_OF_ONE_KIOSK), else_=0),
            INCIDENTS.c.opened_at.desc(),
            INCIDENTS.c.id.desc(),
        )
        .limit(PAGE_LINES)
        .offset((shown - 1) * PAGE_LINES)
    )
    return IncidentPage([incident_view(row) for row in rows], total, shown)


def read_incident(
    connection: Connection, incident_id: int, scope: VillageCode | None
) -> IncidentView | None:
    """One incident; None where there is none, or none within ``scope``."""
    row = connection.execute(
        select(INCIDENTS).where(INCIDENTS.c.id == incident_id, *_scoped(scope))
    ).one_or_none()
    return None if row is None else incident_view(row)


def absorbed_by(connection: Connection, incident_id: int) -> Sequence[IncidentView]:
    """The incidents that this one tells of, open ones first, by village."""
    rows = connection.execute(
        select(INCIDENTS)
        .where(INCIDENTS.c.absorbed_into == incident_id)
        .order_by(case((INCIDENTS.c.ended_at.is_(None), 0), else_=1), INCIDENTS.c.subject)
    )
    return [incident_view(row) for row in rows]


def incident_view(row: "Row[tuple[object, ...]]") -> IncidentView:
    """A row of INCIDENTS."""
    return IncidentView(
        id=row.id,
        kind=AlertKind(row.kind),
        severity=Severity(row.severity),
        kiosk=None if row.kiosk is None else KioskId(row.kiosk),
        village=None if row.village is None else VillageCode(row.village),
        district=None if row.district is None else DistrictCode(row.district),
        since=row.since,
        opened_at=row.opened_at,
        last_bad_at=row.last_bad_at,
        calm_since=row.calm_since,
        ended_at=row.ended_at,
        facts=decode_facts(row.facts),
        absorbed_into=row.absorbed_into,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        note=row.note,
        muted_until=row.muted_until,
        muted_by=row.muted_by,
    )


def _scoped(scope: VillageCode | None) -> Sequence[ColumnElement[bool]]:
    return () if scope is None else (INCIDENTS.c.village == scope,)


def _conditions(wanted: IncidentFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.is_open is not None:
        ended = INCIDENTS.c.ended_at
        conditions.append(ended.is_(None) if wanted.is_open else ended.is_not(None))
    if wanted.unacknowledged:
        conditions.append(INCIDENTS.c.acknowledged_at.is_(None))
    if not wanted.with_absorbed:
        conditions.append(INCIDENTS.c.absorbed_into.is_(None))
    if wanted.kind is not None:
        conditions.append(INCIDENTS.c.kind == wanted.kind.value)
    if wanted.district is not None:
        conditions.append(
            or_(INCIDENTS.c.district == wanted.district, INCIDENTS.c.district.is_(None))
        )
    if wanted.kiosk is not None:
        conditions.append(INCIDENTS.c.kiosk == wanted.kiosk)
    return conditions
