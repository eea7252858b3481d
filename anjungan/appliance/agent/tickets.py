"""A ticket of the storage as the session knows it."""

from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.storage import records
from anjungan.protocol.status import RequestStatus


def session_ticket(stored: records.Ticket) -> Ticket:
    """The same ticket without what only the storage needs."""
    return Ticket(
        request_id=stored.request_id,
        service=stored.service,
        token=stored.token,
        code=stored.code,
        queue_number=stored.queue_number,
        submitted_at=stored.submitted_at,
        clock_sure=stored.clock_sure,
        status=RequestStatus.UNDER_REVIEW if stored.status is None else stored.status,
        status_changed_at=stored.changed_at,
        note=stored.note,
        receipted=stored.delivery is records.Delivery.RECEIPTED,
        # a request that damage made unreadable is as final for the resident as a refused one
        refused=stored.delivery in {records.Delivery.REFUSED, records.Delivery.LOST},
        cancel_asked=stored.cancellation
        in {records.Cancellation.QUEUED, records.Cancellation.ACCEPTED},
    )
