"""Requests and their cancellations: what is accepted, refused, or left unanswered for now."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select

from anjungan.protocol.identity import KioskId, village_of
from anjungan.protocol.messages import Cancel, RefusalCode, Request
from anjungan.protocol.status import RESIDENT_MAY_CANCEL, RequestStatus
from anjungan.regency.requests.statuses import RECEIVED_STATUS, Actor, write_status
from anjungan.regency.store.tables import (
    EARLY_CANCELS,
    RECEIVED_MESSAGES,
    REQUESTS,
    STATUS_CHANGES,
)

EARLY_CANCEL_GRACE: Final = timedelta(minutes=10)
"""How long a cancellation may wait for its request, which the kiosk sends again until then."""

_UNKNOWN: Final = RefusalCode.UNKNOWN_REQUEST


# Built once: building these takes longer than running them.
_WITH_TICKET: Final = select(REQUESTS.c.id).where(
    or_(
        REQUESTS.c.ticket_digest == bindparam("digest"),
        and_(
            REQUESTS.c.village == bindparam("of_village"),
            REQUESTS.c.ticket_code == bindparam("code"),
        ),
    )
)
_STORE_REQUEST: Final = insert(REQUESTS)
_STORE_CHANGE: Final = insert(STATUS_CHANGES)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Taken; ``statuses_due`` when it put a status on its way."""

    statuses_due: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for good; ``reason`` is for staff and holds nothing of the message."""

    code: RefusalCode
    reason: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer yet: the kiosk will send it again."""


Verdict = Accepted | Refused | Unanswered


def token_digest(token: str) -> bytes:
    """What a ticket token is looked up by."""
    return hashlib.sha256(token.encode("ascii")).digest()


def take_request(
    connection: Connection, kiosk: KioskId, request: Request, now: datetime
) -> Accepted | Refused:
    """Store a new request, unless its ticket belongs to another one."""
    village = village_of(kiosk)
    digest = token_digest(request.ticket_token)
    taken = connection.execute(
        _WITH_TICKET, {"digest": digest, "of_village": village, "code": request.ticket_code}
    ).first()
    if taken is not None:
        return Refused(RefusalCode.TICKET_TAKEN, "another request has this ticket")
    connection.execute(
        _STORE_REQUEST,
        {
            "id": request.id,
            "kiosk": kiosk,
            "village": village,
            "service": request.service,
            "form_version": request.form_version,
            "ticket_token": request.ticket_token,
            "ticket_digest": digest,
            "ticket_code": request.ticket_code,
            "queue_number": request.queue_number,
            "submitted_at": request.submitted_at,
            "time_quality": request.time_quality.value,
            "card_link": request.card_link,
            "kid": request.kid,
            "sealed": request.sealed,
            "received_at": now,
            "status": int(RECEIVED_STATUS),
            "revision": 1,
            "note": "",
            "changed_at": now,
            "quarantined": False,
        },
    )
    connection.execute(
        _STORE_CHANGE,
        {
            "request_id": request.id,
            "revision": 1,
            "status": int(RECEIVED_STATUS),
            "note": "",
            "changed_at": now,
            "actor": Actor.KIOSK.value,
            "actor_name": "",
        },
    )
    return Accepted(statuses_due=False)


def take_cancel(connection: Connection, kiosk: KioskId, cancel: Cancel, now: datetime) -> Verdict:
    """Cancel a request of the same kiosk while residents may.

    A cancellation of what is cancelled already has what it wants and is accepted.
    """
    row = connection.execute(
        select(REQUESTS.c.kiosk, REQUESTS.c.status, REQUESTS.c.revision).where(
            REQUESTS.c.id == cancel.request_id
        )
    ).one_or_none()
    if row is None:
        return _without_request(connection, kiosk, cancel, now)
    _forget_early(connection, kiosk, cancel)
    if row.kiosk != kiosk:
        return Refused(_UNKNOWN, "the request was made at another kiosk")
    status = RequestStatus(row.status)
    if status is RequestStatus.CANCELLED:
        return Accepted(statuses_due=False)
    if status not in RESIDENT_MAY_CANCEL:
        return Refused(RefusalCode.NOT_ALLOWED, "the request is too far on to be cancelled")
    write_status(
        connection,
        cancel.request_id,
        seen_revision=row.revision,
        status=RequestStatus.CANCELLED,
        note="",
        actor=Actor.RESIDENT,
        actor_name="",
        now=now,
    )
    return Accepted(statuses_due=True)


def _without_request(
    connection: Connection, kiosk: KioskId, cancel: Cancel, now: datetime
) -> Verdict:
    """The request may be on its way still: lines reorder what is sent again."""
    mine = (EARLY_CANCELS.c.message_id == cancel.id, EARLY_CANCELS.c.kiosk == kiosk)
    refused_before = connection.execute(
        select(RECEIVED_MESSAGES.c.message_id).where(
            RECEIVED_MESSAGES.c.message_id == cancel.request_id,
            RECEIVED_MESSAGES.c.kiosk == kiosk,
        )
    ).first()
    first_seen_at = connection.execute(
        select(EARLY_CANCELS.c.first_seen_at).where(*mine)
    ).scalar_one_or_none()
    waited = first_seen_at is not None and now - first_seen_at >= EARLY_CANCEL_GRACE
    if refused_before is not None or waited:
        _forget_early(connection, kiosk, cancel)
        return Refused(_UNKNOWN, "there is no such request")
    if first_seen_at is None:
        connection.execute(
            insert(EARLY_CANCELS).values(message_id=cancel.id, kiosk=kiosk, first_seen_at=now)
        )
    return Unanswered()


def _forget_early(connection: Connection, kiosk: KioskId, cancel: Cancel) -> None:
    connection.execute(
        delete(EARLY_CANCELS).where(
            EARLY_CANCELS.c.message_id == cancel.id, EARLY_CANCELS.c.kiosk == kiosk
        )
    )
