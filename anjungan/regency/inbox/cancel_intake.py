"""Cancellations by residents: what is accepted, refused, or left unanswered for now."""

from datetime import datetime

from sqlalchemy import Connection, select

from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import Cancel, RefusalCode
from anjungan.protocol.status import RESIDENT_MAY_CANCEL, RequestStatus
from anjungan.regency.inbox.early import forget_early, wait_for_request
from anjungan.regency.inbox.verdicts import Accepted, Refused, Unanswered, Verdict
from anjungan.regency.requests.statuses import Actor, write_status
from anjungan.regency.store.tables import REQUESTS


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
