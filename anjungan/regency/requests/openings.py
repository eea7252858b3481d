"""The audit of opened answers: who read whose, when, and what came of it. Kept in the audit log."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, select, update

from anjungan.protocol.identity import VillageCode
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.store.tables import AUDIT, REQUESTS


class OpeningOutcome(enum.Enum):
    """What came of opening a seal."""

    OPENED = "opened"
    CANNOT_OPEN = "cannot_open"
    WRONG_BINDING = "wrong_binding"


_ACTIONS: Final[Mapping[OpeningOutcome, AuditAction]] = MappingProxyType(
    {
        OpeningOutcome.OPENED: AuditAction.ANSWERS_OPENED,
        OpeningOutcome.CANNOT_OPEN: AuditAction.ANSWERS_NOT_OPENED,
        OpeningOutcome.WRONG_BINDING: AuditAction.ANSWERS_MISBOUND,
    }
)
_OUTCOMES: Final = MappingProxyType({action.value: each for each, action in _ACTIONS.items()})


@dataclass(frozen=True, slots=True)
class Opening:
    """One line of the audit."""

    staff_name: str
    opened_at: datetime
    outcome: OpeningOutcome


def record_opening(
    connection: Connection,
    request_id: str,
    staff: StaffMember,
    outcome: OpeningOutcome,
    now: datetime,
) -> None:
    """Write the audit line; a wrong binding also puts the request into quarantine."""
    village = connection.execute(
        select(REQUESTS.c.village).where(REQUESTS.c.id == request_id)
    ).scalar_one()
    record(
        connection,
        actor_of(staff),
        _ACTIONS[outcome],
        subject=request_id,
        now=now,
        village=VillageCode(village),
    )
    if outcome is OpeningOutcome.WRONG_BINDING:
        connection.execute(
            update(REQUESTS).where(REQUESTS.c.id == request_id).values(quarantined=True)
        )


def openings_of(connection: Connection, request_id: str) -> Sequence[Opening]:
    """Who opened the answers of a request, newest first."""
    rows = connection.execute(
        select(AUDIT)
        .where(AUDIT.c.subject == request_id, AUDIT.c.action.in_(_OUTCOMES))
        .order_by(AUDIT.c.id.desc())
    )
    return [Opening(row.actor, row.at, _OUTCOMES[row.action]) for row in rows]
