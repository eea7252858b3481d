"""Writing the audit log and reading it."""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert

from anjungan.protocol.identity import VillageCode
from anjungan.regency.audit.chain import seal_lines
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.store.tables import AUDIT
from anjungan.regency.store.transactions import is_alone

MAX_DETAIL_CHARACTERS: Final = 500
SYSTEM: Final = "system"


class AuditAction(enum.Enum):
    """What was done. ``subject`` of a line is what it was done to (an id, a name; no answer)."""

    LOGGED_IN = "logged_in"
    LOGGED_OUT = "logged_out"
    LOGIN_REFUSED = "login_refused"
    ACCESS_REFUSED = "access_refused"

    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind of line
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of line
    SESSIONS_ENDED = "sessions_ended"
    SECOND_FACTOR_SET_UP = "second_factor_set_up"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"

    ANSWERS_OPENED = "answers_opened"
    ANSWERS_NOT_OPENED = "answers_not_opened"
    ANSWERS_MISBOUND = "answers_misbound"
    """The sealed part named another request."""

    STATUS_CHANGED = "status_changed"
    REQUEST_PRINTED = "request_printed"
    SERVICE_TARGET_CHANGED = "service_target_changed"
    HOLIDAYS_CHANGED = "holidays_changed"

    LETTER_MADE = "letter_made"
    LETTER_OPENED = "letter_opened"
    """Its values were opened to correct them in a new letter."""
    LETTER_DOWNLOADED = "letter_downloaded"
    LETTER_NOT_OPENED = "letter_not_opened"
    LETTER_VOIDED = "letter_voided"
    LETTERHEAD_CHANGED = "letterhead_changed"

    AUDIT_EXPORTED = "audit_exported"

    CLAIM_MADE = "claim_made"
    CLAIM_WITHDRAWN = "claim_withdrawn"
    CLAIM_TRIED = "claim_tried"
    """A wrong claim code was typed."""
    ENROLMENT_ASKED = "enrolment_asked"
    ENROLMENT_CONFIRMED = "enrolment_confirmed"
    ENROLMENT_REFUSED = "enrolment_refused"
    CERTIFICATE_RENEWED = "certificate_renewed"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CLONE_SUSPECTED = "clone_suspected"
    CLONE_ALARM_CLOSED = "clone_alarm_closed"

    INCIDENT_ACKNOWLEDGED = "incident_acknowledged"
    INCIDENT_MUTED = "incident_muted"
    MAINTENANCE_PLANNED = "maintenance_planned"
    MAINTENANCE_ENDED = "maintenance_ended"
    ALERT_RULE_CHANGED = "alert_rule_changed"
    ALERT_TRIAL_SENT = "alert_trial_sent"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_REMOVED = "contact_removed"
    VISIT_PLANNED = "visit_planned"
    VISIT_CHANGED = "visit_changed"
    VISIT_DONE = "visit_done"
    VISIT_CANCELLED = "visit_cancelled"

    BACKUP_MADE = "backup_made"
    BACKUP_RESTORED = "backup_restored"


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
    if is_alone(connection):
        seal_lines(connection)
