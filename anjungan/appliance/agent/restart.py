"""What a restarted agent tells the resident whose visit it interrupted."""

import logging

from anjungan.appliance.agent.tickets import session_ticket
from anjungan.appliance.agent.visit_mark import (
    SHOWN_AGAIN_FOR_S,
    OpenVisit,
    Submitting,
    VisitMark,
    boottime_s,
)
from anjungan.appliance.session.events import VisitLost, VisitRecovered
from anjungan.appliance.storage.records import StorageError
from anjungan.appliance.storage.storage import Storage

log = logging.getLogger(__name__)


async def what_was_interrupted(
    mark: VisitMark, storage: Storage
) -> VisitLost | VisitRecovered | None:
    """The event to begin with: the ticket again, "belum tersimpan", or nothing.

    After the commit the ticket is shown again for sixty seconds of the same boot; later somebody
    else may stand there. A visit that had nothing committed is said to be lost.
    """
    left = mark.read()
    mark.clear()
    match left:
        case None:
            return None
        case OpenVisit():
            log.warning("a visit was interrupted before anything was stored")
            return VisitLost()
        case Submitting(request_id=request_id, at_s=at_s):
            recent = 0 <= boottime_s() - at_s <= SHOWN_AGAIN_FOR_S
            try:
                stored = await storage.ticket_of_request(request_id)
            except StorageError as error:
                # neither "tersimpan" nor "belum tersimpan" could be said truthfully
                log.warning("what became of an interrupted visit is not known: %s", error)
                return None
            if stored is None:
                log.warning("a visit was interrupted before its commit")
                return VisitLost() if recent else None
            log.warning("a visit was interrupted after its commit")
            return VisitRecovered(session_ticket(stored)) if recent else None
