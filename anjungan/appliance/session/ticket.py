"""What the kiosk knows of a request after it was stored: no name, no NIK, no answers."""

from dataclasses import dataclass
from datetime import datetime

from anjungan.protocol.message_id import MessageId
from anjungan.protocol.status import RESIDENT_MAY_CANCEL, RequestStatus
from anjungan.protocol.tickets import QueueNumber, TicketCode, TicketToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A stored request as its ticket and the latest status tell it.

    ``receipted``: the regency has it. ``cancel_asked``: the resident cancelled it here and the
    regency has not answered yet. ``clock_sure`` is false where the time printed may be wrong.
    """

    request_id: MessageId
    service: str
    token: TicketToken
    code: TicketCode
    queue_number: QueueNumber
    submitted_at: datetime
    clock_sure: bool
    status: RequestStatus = RequestStatus.UNDER_REVIEW
    status_changed_at: datetime | None = None
    note: str = ""
    receipted: bool = False
    refused: bool = False
    cancel_asked: bool = False

    @property
    def may_cancel(self) -> bool:
        """Whether the resident may cancel it now."""
        return not self.cancel_asked and not self.refused and self.status in RESIDENT_MAY_CANCEL

    def __repr__(self) -> str:
        return f"Ticket({self.request_id})"
