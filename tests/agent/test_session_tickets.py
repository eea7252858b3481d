"""A stored ticket as the session knows it."""

import msgspec
import pytest
from storage_lab import make_draft

from anjungan.appliance.agent.tickets import session_ticket
from anjungan.appliance.storage.records import Cancellation, Delivery, Stored, Ticket
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.status import RequestStatus


@pytest.fixture
async def stored(storage: Storage) -> Ticket:
    outcome = await storage.submit(make_draft())
    assert isinstance(outcome, Stored)
    return outcome.ticket


async def test_a_new_one_is_under_review(stored: Ticket) -> None:
    ticket = session_ticket(stored)
    assert (ticket.code, ticket.queue_number) == (stored.code, stored.queue_number)
    assert ticket.status is RequestStatus.UNDER_REVIEW
    assert not ticket.receipted
    assert not ticket.refused
    assert not ticket.cancel_asked


@pytest.mark.parametrize("status", list(RequestStatus))
async def test_the_regencys_status_is_taken_over(stored: Ticket, status: RequestStatus) -> None:
    changed = msgspec.structs.replace(stored, status=status, note="Ambil di loket.")
    assert session_ticket(changed).status is status
    assert session_ticket(changed).note == "Ambil di loket."


@pytest.mark.parametrize("delivery", list(Delivery))
async def test_delivery(stored: Ticket, delivery: Delivery) -> None:
    ticket = session_ticket(msgspec.structs.replace(stored, delivery=delivery))
    assert ticket.receipted is (delivery is Delivery.RECEIPTED)
    assert ticket.refused is (delivery in {Delivery.REFUSED, Delivery.LOST})


@pytest.mark.parametrize("cancellation", list(Cancellation))
async def test_a_refused_cancellation_may_be_asked_again(
    stored: Ticket, cancellation: Cancellation
) -> None:
    ticket = session_ticket(msgspec.structs.replace(stored, cancellation=cancellation))
    assert ticket.cancel_asked is (cancellation in {Cancellation.QUEUED, Cancellation.ACCEPTED})
