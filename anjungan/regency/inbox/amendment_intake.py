"""Amendments: what is accepted, refused, or left unanswered for now."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from anjungan.protocol.amendment import Amendment
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import RefusalCode
from anjungan.protocol.status import RequestStatus
from anjungan.regency.inbox.early import forget_early, wait_for_request
from anjungan.regency.inbox.verdicts import Accepted, AlreadyHere, Refused, Unanswered, Verdict
from anjungan.regency.requests.statuses import Actor, write_status
from anjungan.regency.store.tables import AMENDMENTS, REQUESTS


def take_amendment(
    connection: Connection, kiosk: KioskId, amendment: Amendment, now: datetime
) -> Verdict:
    """Join an amendment to an incomplete request of the same kiosk, which is reviewed again."""
    row = connection.execute(
        select(REQUESTS.c.kiosk, REQUESTS.c.status, REQUESTS.c.revision).where(
            REQUESTS.c.id == amendment.request_id
        )
    ).one_or_none()
    if row is None:
        return wait_for_request(connection, kiosk, amendment.id, amendment.request_id, now)
    forget_early(connection, kiosk, amendment.id)
    if _is_here(connection, amendment):
        return AlreadyHere()
    if row.kiosk != kiosk:
        return Refused(RefusalCode.UNKNOWN_REQUEST, "the request was made at another kiosk")
    if RequestStatus(row.status) is not RequestStatus.INCOMPLETE:
        return Refused(RefusalCode.NOT_ALLOWED, "the request does not wait for completion")
    revision = write_status(
        connection,
        amendment.request_id,
        seen_revision=row.revision,
        status=RequestStatus.UNDER_REVIEW,
        note="",
        actor=Actor.RESIDENT,
        actor_name="",
        now=now,
    )
    if revision is None:
        # another process changed it this moment; sent again, the kiosk gets the answer
        return Unanswered()
    connection.execute(
        insert(AMENDMENTS).values(
            id=amendment.id,
            request_id=amendment.request_id,
            revision=revision,
            form_version=amendment.form_version,
            kid=amendment.kid,
            sealed=amendment.sealed,
            received_at=now,
            quarantined=False,
        )
    )
    return Accepted(statuses_due=True)


def _is_here(connection: Connection, amendment: Amendment) -> bool:
    """Whether it was taken before; its message id may be forgotten by now."""
    known = select(AMENDMENTS.c.id).where(
        AMENDMENTS.c.id == amendment.id, AMENDMENTS.c.request_id == amendment.request_id
    )
    return connection.execute(known).first() is not None
