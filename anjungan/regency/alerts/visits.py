"""Visits of technicians: planned for a day, to one or more kiosks, about incidents."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Row, case, delete, insert, select, update

from anjungan.protocol.identity import KioskId, VillageCode, village_of
from anjungan.regency.alerts.reading import IncidentView, incident_view
from anjungan.regency.store.tables import (
    INCIDENTS,
    VISIT_INCIDENTS,
    VISIT_KIOSKS,
    VISITS,
)

MAX_TEXT_CHARACTERS: Final = 2000
MAX_KIOSKS: Final = 20
SHOWN: Final = 200


class VisitState(enum.Enum):
    """What has become of a visit."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. ``task`` is what to do, ``report`` what was done, ``parts`` what was used."""

    id: int
    planned_on: date
    technician: str
    task: str
    state: VisitState
    report: str
    parts: str
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    closed_by: str
    kiosks: Sequence[KioskId]
    incident_ids: Sequence[int]

    def is_within(self, scope: VillageCode | None) -> bool:
        """Whether somebody bound to ``scope`` may see it."""
        return scope is None or any(village_of(kiosk) == scope for kiosk in self.kiosks)


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """What a visit is planned with."""

    planned_on: date
    technician: str
    task: str
    kiosks: Sequence[KioskId]
    incident_ids: Sequence[int] = ()


def plan_visit(connection: Connection, plan: VisitPlan, *, by: str, now: datetime) -> int:
    """Plan a visit and return its number."""
    visit_id: int = connection.execute(
        insert(VISITS)
        .values(
            planned_on=plan.planned_on,
            technician=plan.technician,
            task=plan.task,
            state=VisitState.PLANNED.value,
            report="",
            parts="",
            created_at=now,
            created_by=by,
            closed_by="",
        )
        .returning(VISITS.c.id)
    ).scalar_one()
    _join(connection, visit_id, plan)
    return visit_id


def change_visit(connection: Connection, visit_id: int, plan: VisitPlan) -> bool:
    """Plan a visit otherwise; False when it is not planned any more."""
    changed = connection.execute(
        update(VISITS)
        .where(VISITS.c.id == visit_id, VISITS.c.state == VisitState.PLANNED.value)
        .values(planned_on=plan.planned_on, technician=plan.technician, task=plan.task)
    )
    if changed.rowcount == 0:
        return False
    connection.execute(delete(VISIT_KIOSKS).where(VISIT_KIOSKS.c.visit_id == visit_id))
    connection.execute(delete(VISIT_INCIDENTS).where(VISIT_INCIDENTS.c.visit_id == visit_id))
    _join(connection, visit_id, plan)
    return True


def close_visit(
    connection: Connection,
    visit_id: int,
    state: VisitState,
    *,
    report: str,
    parts: str,
    by: str,
    now: datetime,
) -> bool:
    """Report a visit as done, or cancel it; False when it is not planned any more."""
    changed = connection.execute(
        update(VISITS)
        .where(VISITS.c.id == visit_id, VISITS.c.state == VisitState.PLANNED.value)
        .values(state=state.value, report=report, parts=parts, closed_at=now, closed_by=by)
    )
    return changed.rowcount > 0


def read_visit(connection: Connection, visit_id: int) -> Visit | None:
    """One visit."""
    return next(iter(_visits(connection, VISITS.c.id == visit_id)), None)


def list_visits(connection: Connection, *, state: VisitState | None = None) -> Sequence[Visit]:
    """Visits: what is planned first, by day; then the newest of the others."""
    conditions = () if state is None else (VISITS.c.state == state.value,)
    return _visits(connection, *conditions)


def visits_of_kiosk(connection: Connection, kiosk: KioskId) -> Sequence[Visit]:
    """The visits to one kiosk."""
    its = select(VISIT_KIOSKS.c.visit_id).where(VISIT_KIOSKS.c.kiosk == kiosk)
    return _visits(connection, VISITS.c.id.in_(its))


def visits_of_incident(connection: Connection, incident_id: int) -> Sequence[Visit]:
    """The visits an incident is part of."""
    its = select(VISIT_INCIDENTS.c.visit_id).where(VISIT_INCIDENTS.c.incident_id == incident_id)
    return _visits(connection, VISITS.c.id.in_(its))


def incidents_of_visit(connection: Connection, visit_id: int) -> Sequence[IncidentView]:
    """The incidents a visit is about."""
    its = select(VISIT_INCIDENTS.c.incident_id).where(VISIT_INCIDENTS.c.visit_id == visit_id)
    rows = connection.execute(
        select(INCIDENTS).where(INCIDENTS.c.id.in_(its)).order_by(INCIDENTS.c.id)
    )
    return [incident_view(row) for row in rows]


def _join(connection: Connection, visit_id: int, plan: VisitPlan) -> None:
    kiosks = list(dict.fromkeys(plan.kiosks))
    connection.execute(
        insert(VISIT_KIOSKS), [{"visit_id": visit_id, "kiosk": kiosk} for kiosk in kiosks]
    )
    incidents = list(dict.fromkeys(plan.incident_ids))
    if incidents:
        connection.execute(
            insert(VISIT_INCIDENTS),
            [{"visit_id": visit_id, "incident_id": each} for each in incidents],
        )


def _visits(connection: Connection, *conditions: ColumnElement[bool]) -> Sequence[Visit]:
    is_planned = VISITS.c.state == VisitState.PLANNED.value
    rows = connection.execute(
        select(VISITS)
        .where(*conditions)
        .order_by(
            case((is_planned, 0), else_=1),
            case((is_planned, VISITS.c.planned_on)),
            VISITS.c.closed_at.desc(),
            VISITS.c.id.desc(),
        )
        .limit(SHOWN)
    ).all()
    ids = [row.id for row in rows]
    kiosks: dict[int, list[KioskId]] = {}
    joined = connection.execute(
        select(VISIT_KIOSKS).where(VISIT_KIOSKS.c.visit_id.in_(ids)).order_by(VISIT_KIOSKS.c.kiosk)
    )
    for each in joined:
        kiosks.setdefault(each.visit_id, []).append(KioskId(each.kiosk))
    incidents: dict[int, list[int]] = {}
    joined = connection.execute(
        select(VISIT_INCIDENTS)
        .where(VISIT_INCIDENTS.c.visit_id.in_(ids))
        .order_by(VISIT_INCIDENTS.c.incident_id)
    )
    for each in joined:
        incidents.setdefault(each.visit_id, []).append(each.incident_id)
    return [_visit(row, kiosks, incidents) for row in rows]


def _visit(
    row: "Row[tuple[object, ...]]",
    kiosks: Mapping[int, Sequence[KioskId]],
    incidents: Mapping[int, Sequence[int]],
) -> Visit:
    return Visit(
        id=row.id,
        planned_on=row.planned_on,
        technician=row.technician,
        task=row.task,
        state=VisitState(row.state),
        report=row.report,
        parts=row.parts,
        created_at=row.created_at,
        created_by=row.created_by,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        kiosks=kiosks.get(row.id, ()),
        incident_ids=incidents.get(row.id, ()),
    )
