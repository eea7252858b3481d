"""Changing the status of a request: one revision, its history, and its message to the kiosk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from sqlalchemy import Connection, insert, select, update

from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.status import STAFF_TRANSITIONS, RequestStatus
from anjungan.regency.requests.notes import NoteProblem, note_problem
from anjungan.regency.store.notices import STATUSES, announce
from anjungan.regency.store.tables import OUTGOING_STATUSES, REQUESTS, STATUS_CHANGES


class Actor(Enum):
    """Who changed a status."""

    KIOSK = "kiosk"
    RESIDENT = "resident"
    STAFF = "staff"


RECEIVED_STATUS: Final = RequestStatus.UNDER_REVIEW
"""Every new request is under review (OpenSID: 1)."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The status was changed; the request now has this revision."""

    revision: int


@dataclass(frozen=True, slots=True)
class ChangedMeanwhile:
    """Somebody else changed the request since the page was read; nothing was changed."""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The present status cannot become the wanted one."""

    present: RequestStatus


@dataclass(frozen=True, slots=True)
class NoSuchRequest:
    """There is no request of this id."""


@dataclass(frozen=True, slots=True)
class BadNote:
    """The note to the resident cannot be sent."""

    problem: NoteProblem


StaffChange = Changed | ChangedMeanwhile | NotAllowed | NoSuchRequest | BadNote


def join_fields(names: Sequence[str]) -> str:
    """Names of answers as one column holds them; a name is a slug and has no space."""
    return " ".join(names)


def split_fields(text: str) -> Sequence[str]:
    """The names that ``join_fields`` joined."""
    return tuple(text.split())


def change_by_staff(
    connection: Connection,
    request_id: str,
    *,
    seen_revision: int,
    status: RequestStatus,
    note: str,
    staff_name: str,
    now: datetime,
    missing_fields: Sequence[str] = (),
) -> StaffChange:
    """Change a status as staff may, unless the request changed since ``seen_revision``.

    ``missing_fields`` are names of answers to be given anew; they go with INCOMPLETE alone.
    """
    problem = note_problem(note, status)
    if problem is not None:
        return BadNote(problem)
    row = connection.execute(
        select(REQUESTS.c.status, REQUESTS.c.revision).where(REQUESTS.c.id == request_id)
    ).one_or_none()
    if row is None:
        return NoSuchRequest()
    if row.revision != seen_revision:
        return ChangedMeanwhile()
    present = RequestStatus(row.status)
    if status not in STAFF_TRANSITIONS[present]:
        return NotAllowed(present)
    revision = write_status(
        connection,
        request_id,
        seen_revision=seen_revision,
        status=status,
        note=note,
        actor=Actor.STAFF,
        actor_name=staff_name,
        now=now,
        missing_fields=missing_fields if status is RequestStatus.INCOMPLETE else (),
    )
    return ChangedMeanwhile() if revision is None else Changed(revision)


def write_status(
    connection: Connection,
    request_id: str,
    *,
    seen_revision: int,
    status: RequestStatus,
    note: str,
    actor: Actor,
    actor_name: str,
    now: datetime,
    missing_fields: Sequence[str] = (),
) -> int | None:
    """Write the next revision and queue it for the kiosk; None when another one was faster."""
    revision = seen_revision + 1
    missing = join_fields(missing_fields)
    changed = connection.execute(
        update(REQUESTS)
        .where(REQUESTS.c.id == request_id, REQUESTS.c.revision == seen_revision)
        .values(
            status=int(status),
            revision=revision,
            note=note,
            changed_at=now,
            missing_fields=missing,
        )
    )
    if changed.rowcount == 0:
        return None
    connection.execute(
        insert(STATUS_CHANGES).values(
            request_id=request_id,
            revision=revision,
            status=int(status),
            note=note,
            changed_at=now,
            actor=actor.value,
            actor_name=actor_name,
            missing_fields=missing,
        )
    )
    _queue_for_kiosk(
        connection,
        request_id,
        revision=revision,
        status=status,
        note=note,
        now=now,
        missing=missing,
    )
    return revision


def _queue_for_kiosk(
    connection: Connection,
    request_id: str,
    *,
    revision: int,
    status: RequestStatus,
    note: str,
    now: datetime,
    missing: str,
) -> None:
    # only the newest revision matters to the kiosk
    connection.execute(
        update(OUTGOING_STATUSES)
        .where(OUTGOING_STATUSES.c.request_id == request_id)
        .values(next_attempt_at=None)
    )
    kiosk = connection.execute(
        select(REQUESTS.c.kiosk).where(REQUESTS.c.id == request_id)
    ).scalar_one()
    connection.execute(
        insert(OUTGOING_STATUSES).values(
            message_id=new_message_id(round(now.timestamp() * 1000)),
            request_id=request_id,
            kiosk=kiosk,
            revision=revision,
            status=int(status),
            note=note,
            changed_at=now,
            attempts=0,
            next_attempt_at=now,
            missing_fields=missing,
        )
    )
    announce(connection, STATUSES)
