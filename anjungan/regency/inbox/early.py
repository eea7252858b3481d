"""Cancellations and amendments that overtook their request: no answer until it comes."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import RefusalCode
from anjungan.regency.inbox.verdicts import Refused, Unanswered
from anjungan.regency.store.tables import EARLY_CANCELS, RECEIVED_MESSAGES

EARLY_GRACE: Final = timedelta(minutes=10)
"""How long a message may wait for its request; the kiosk sends it again until then."""


def wait_for_request(
    connection: Connection, kiosk: KioskId, message_id: str, request_id: str, now: datetime
) -> Refused | Unanswered:
    """A message names a request that is not here: it may be on its way still.

    Lines reorder what is sent again. Refused at once when the request itself was refused.
    """
    mine = (EARLY_CANCELS.c.message_id == message_id, EARLY_CANCELS.c.kiosk == kiosk)
    refused_before = connection.execute(
        select(RECEIVED_MESSAGES.c.message_id).where(
            RECEIVED_MESSAGES.c.message_id == request_id,
            RECEIVED_MESSAGES.c.kiosk == kiosk,
        )
    ).first()
    first_seen_at = connection.execute(
        select(EARLY_CANCELS.c.first_seen_at).where(*mine)
    ).scalar_one_or_none()
    waited = first_seen_at is not None and now - first_seen_at >= EARLY_GRACE
    if refused_before is not None or waited:
        forget_early(connection, kiosk, message_id)
        return Refused(RefusalCode.UNKNOWN_REQUEST, "there is no such request")
    if first_seen_at is None:
        connection.execute(
            insert(EARLY_CANCELS).values(message_id=message_id, kiosk=kiosk, first_seen_at=now)
        )
    return Unanswered()


def forget_early(connection: Connection, kiosk: KioskId, message_id: str) -> None:
    """Its request is here: the message waits no longer."""
    connection.execute(
        delete(EARLY_CANCELS).where(
            EARLY_CANCELS.c.message_id == message_id, EARLY_CANCELS.c.kiosk == kiosk
        )
    )
