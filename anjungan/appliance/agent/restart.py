"""What a restarted agent tells the resident whose visit it interrupted."""

import logging
from typing import assert_never

from anjungan.appliance.agent.tickets import session_ticket
from anjungan.appliance.agent.visit_mark import (
    Mark,
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
    else may stand there. A visit that had nothing committed is said to be lost. The mark stays
    until the resident has left what is shown: the agent may die again meanwhile.
    """
    left = mark.read()
    event = await _event_of(left, storage)
    try:
        match left, event:
            case Submitting(), VisitRecovered():
                mark.shown_again(left)
            case _, None:
                mark.clear()
            case _:
                pass
    except OSError as error:
        # only the next restart would miss it
        log.warning("the mark of the visit was not kept: %s", error.strerror)
    return event


async def _event_of(left: Mark | None, storage: Storage) -> VisitLost | VisitRecovered | None:
    match left:
        case None:
            return None
        case OpenVisit():
            log.warning("a visit was interrupted before anything was stored")
            return VisitLost()
        case Submitting(request_id=request_id):
            left_s = left.left_s(boottime_s())
            if left_s == 0:
                log.warning("a visit was interrupted too long ago to tell its resident")
                return None
            try:
                stored = await storage.ticket_of_request(request_id)
            except StorageError as error:
                # neither "tersimpan" nor "belum tersimpan" could be said truthfully
                log.warning("what became of an interrupted visit is not known: %s", error)
                return None
            if stored is None:
                log.warning("a visit was interrupted before its commit")
                return VisitLost()
            log.warning("a visit was interrupted after its commit")
            return VisitRecovered(session_ticket(stored), left_s)
        case _:
            assert_never(left)
