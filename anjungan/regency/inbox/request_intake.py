"""Requests and their cancellations: what is accepted, refused, or left unanswered for now."""

import hashlib
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, insert, or_, select

from anjungan.protocol.identity import KioskId, village_of
from anjungan.protocol.messages import Cancel, RefusalCode, Request
from anjungan.protocol.status import RESIDENT_MAY_CANCEL, RequestStatus
from anjungan.regency.inbox.early import forget_early, wait_for_request
from anjungan.regency.inbox.verdicts import Accepted, Refused, Unanswered, Verdict
from anjungan.regency.requests.statuses import RECEIVED_STATUS, Actor, write_status
from anjungan.regency.store.tables import REQUESTS, STATUS_CHANGES

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
        return wait_for_request(connection, kiosk, cancel.id, cancel.request_id, now)
    forget_early(connection, kiosk, cancel.id)
    if row.kiosk != kiosk:
        return Refused(RefusalCode.UNKNOWN_REQUEST, "the request was made at another kiosk")
    status = RequestStatus(row.status)
    if status is RequestStatus.CANCELLED:
        return Accepted(statuses_due=False)
    if status not in RESIDENT_MAY_CANCEL:
        return Refused(RefusalCode.NOT_ALLOWED, "the request is too far on to be cancelled")
    revision = write_status(
        connection,
        cancel.request_id,
        seen_revision=row.revision,
        status=RequestStatus.CANCELLED,
        note="",
        actor=Actor.RESIDENT,
        actor_name="",
        now=now,
    )
    # none: another process changed it this moment; sent again, the kiosk gets the answer
    return Unanswered() if revision is None else Accepted(statuses_due=True)
