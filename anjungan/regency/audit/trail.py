"""Writing the audit log and reading it."""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert

from anjungan.protocol.identity import VillageCode
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.store.tables import AUDIT

MAX_DETAIL_CHARACTERS: Final = 500
SYSTEM: Final = "system"


class AuditAction(enum.Enum):
    """What was done. ``subject`` of a line is what it was done to (an id, a name; no answer)."""

    LOGGED_IN = "logged_in"
    LOGIN_REFUSED = "login_refused"
    ACCESS_REFUSED = "access_refused"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff, an API token, or a process of ours."""

    name: str
    role: str
    staff_id: int | None = None


def actor_of(staff: StaffMember) -> Actor:
    """The actor a logged-in member of staff is."""
    return Actor(staff.display_name, staff.role.value, staff.id)


def system_actor(process: str) -> Actor:
    """A process of ours, acting by itself."""
    return Actor(process, SYSTEM)


def record(
    connection: Connection,
    actor: Actor,
    action: AuditAction,
    *,
    subject: str,
    now: datetime,
    village: VillageCode | None = None,
    detail: str = "",
) -> None:
    """Add a line, in the transaction of the change it tells of.

    ``detail`` is ours and short; longer is cut. It never quotes an answer, a NIK or a name of a
    resident.
    """
    connection.execute(
        insert(AUDIT).values(
            at=now,
            actor=actor.name,
            staff_id=actor.staff_id,
            role=actor.role,
            action=action.value,
            subject=subject,
            village=village,
            detail=detail[:MAX_DETAIL_CHARACTERS],
        )
    )
