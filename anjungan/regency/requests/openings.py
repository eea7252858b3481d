"""The audit of opened answers: who read whose, when, and what came of it."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.store.tables import ANSWER_OPENINGS, REQUESTS


class OpeningOutcome(enum.Enum):
    """What came of opening a seal."""

    OPENED = "opened"
    CANNOT_OPEN = "cannot_open"
    WRONG_BINDING = "wrong_binding"


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
    connection.execute(
        insert(ANSWER_OPENINGS).values(
            request_id=request_id,
            staff_id=staff.id,
            staff_name=staff.display_name,
            opened_at=now,
            outcome=outcome.value,
        )
    )
    if outcome is OpeningOutcome.WRONG_BINDING:
        connection.execute(
            update(REQUESTS).where(REQUESTS.c.id == request_id).values(quarantined=True)
        )


def openings_of(connection: Connection, request_id: str) -> Sequence[Opening]:
    """Who opened the answers of a request, newest first."""
    rows = connection.execute(
        select(ANSWER_OPENINGS)
        .where(ANSWER_OPENINGS.c.request_id == request_id)
        .order_by(ANSWER_OPENINGS.c.id.desc())
    )
    return [Opening(row.staff_name, row.opened_at, OpeningOutcome(row.outcome)) for row in rows]
