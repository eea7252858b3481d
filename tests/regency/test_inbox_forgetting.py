"""What the inbox forgets, and what it knows nevertheless."""

import msgspec
import pytest
from inbox_lab import set_status
from sqlalchemy import func, select

from anjungan.protocol.amendment import Amendment
from anjungan.protocol.messages import ReceiptOutcome, RefusalCode
from anjungan.protocol.status import RequestStatus
from anjungan.regency.inbox.beats import InboxBeat, read_beats, store_beat
from anjungan.regency.inbox.duties import IDS_KEPT_FOR, ROWS_A_STEP, inbox_duties
from anjungan.regency.store.tables import (
    AMENDMENTS,
    EARLY_CANCELS,
    EVENTS,
    RECEIVED_MESSAGES,
    REQUESTS,
)

DATABASES = ("sqlite", "postgresql")


def outcomes(taken):
    return [(item.outcome, item.code) for items in taken.receipts.values() for item in items]


def count(database, table):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def forget(database, clock):
    (duty,) = inbox_duties(database)
    return lambda: duty.run(clock())


def test_what_was_stored_is_known_after_its_message_is_forgotten(
    *, database, intake, forget, kiosk, clock
):
    request, cancelled, event = kiosk.request(), kiosk.request(), kiosk.event("padam")
    cancel = kiosk.cancel(cancelled.id)
    intake(request, cancelled, event)
    intake(cancel)
    clock.pass_time(seconds=IDS_KEPT_FOR.total_seconds())
    forget()
    assert count(database, RECEIVED_MESSAGES) == 4
    clock.pass_time(seconds=1)
    forget()
    assert count(database, RECEIVED_MESSAGES) == 0

    assert outcomes(intake(request)) == [(ReceiptOutcome.DUPLICATE, None)]
    assert outcomes(intake(cancel)) == [(ReceiptOutcome.ACCEPTED, None)]
    assert outcomes(intake(event)) == [(ReceiptOutcome.ACCEPTED, None)]
    assert (count(database, REQUESTS), count(database, EVENTS)) == (2, 1)
    assert outcomes(intake(request, cancel, event)) == [(ReceiptOutcome.DUPLICATE, None)] * 3
    other_body = msgspec.structs.replace(kiosk.request(), id=request.id)
    assert outcomes(intake(other_body)) == [(ReceiptOutcome.REFUSED, RefusalCode.ID_CONFLICT)]


def test_another_request_under_a_forgotten_id_is_a_conflict(intake, forget, kiosk, clock):
    request = kiosk.request()
    intake(request)
    clock.pass_time(seconds=IDS_KEPT_FOR.total_seconds() + 1)
    forget()
    other_body = msgspec.structs.replace(kiosk.request(), id=request.id)
    assert outcomes(intake(other_body)) == [(ReceiptOutcome.REFUSED, RefusalCode.ID_CONFLICT)]


def test_an_amendment_is_known_after_its_message_is_forgotten(
    *, database, intake, forget, kiosk, clock
):
    """The request waits for no completion any more, and still the resident is told no refusal."""
    request = kiosk.request()
    intake(request)
    set_status(database, request, RequestStatus.INCOMPLETE)
    amendment = Amendment(
        **kiosk.header(), request_id=request.id, form_version=1, kid="k", sealed=b"sealed"
    )
    assert outcomes(intake(amendment)) == [(ReceiptOutcome.ACCEPTED, None)]
    clock.pass_time(seconds=IDS_KEPT_FOR.total_seconds() + 1)
    forget()
    assert outcomes(intake(amendment)) == [(ReceiptOutcome.DUPLICATE, None)]
    assert count(database, AMENDMENTS) == 1


def test_many_are_forgotten_step_by_step(database, intake, forget, kiosk, clock):
    intake(*[kiosk.event() for _ in range(ROWS_A_STEP + 10)])
    intake(kiosk.cancel(kiosk.request().id))
    with database.writing() as connection:
        store_beat(connection, InboxBeat(clock(), clock(), connected=True), "gone")
    clock.pass_time(seconds=IDS_KEPT_FOR.total_seconds() + 1)
    intake(kiosk.event())
    forget()
    assert count(database, RECEIVED_MESSAGES) == 1
    assert count(database, EARLY_CANCELS) == 0
    with database.reading() as connection:
        assert read_beats(connection) == {}
