"""What the inbox stores and answers."""

import msgspec
import pytest
from sqlalchemy import func, select

from anjungan.protocol.messages import ReceiptOutcome, RefusalCode
from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.outgoing import due_statuses
from anjungan.regency.requests.reading import read_request
from anjungan.regency.requests.statuses import change_by_staff
from anjungan.regency.store.tables import (
    DROPPED_MESSAGES,
    EVENTS,
    KIOSKS,
    RECEIVED_MESSAGES,
    REQUESTS,
)

DATABASES = ("sqlite", "postgresql")
ACCEPTED, DUPLICATE, REFUSED = (
    ReceiptOutcome.ACCEPTED,
    ReceiptOutcome.DUPLICATE,
    ReceiptOutcome.REFUSED,
)


def answers(taken, kiosk):
    return [(item.outcome, item.code) for item in taken.receipts.get(kiosk.kiosk, [])]


def count(database, table):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def status_of(database, request):
    with database.reading() as connection:
        view = read_request(connection, request.id, None)
    return view.line.status, view.revision


def staff_change(database, request, status, clock, revision=1):
    with database.writing() as connection:
        return change_by_staff(
            connection,
            request.id,
            seen_revision=revision,
            status=status,
            note="KTP belum ada",
            staff_name="Ratna W.",
            now=clock(),
        )


def test_a_request_is_stored_under_review_and_accepted(database, intake, kiosk):
    request = kiosk.request()
    assert answers(intake(request), kiosk) == [(ACCEPTED, None)]
    assert status_of(database, request) == (RequestStatus.UNDER_REVIEW, 1)


def test_the_same_request_again_is_a_duplicate_and_stored_once(database, intake, kiosk, clock):
    request = kiosk.request()
    intake(request)
    clock.pass_time(minutes=5)
    again = msgspec.structs.replace(request, sent_at=clock())
    assert answers(intake(again), kiosk) == [(DUPLICATE, None)]
    assert answers(intake(again, again), kiosk) == [(DUPLICATE, None), (DUPLICATE, None)]
    assert count(database, REQUESTS) == 1


def test_the_same_request_twice_in_one_batch_is_stored_once(database, intake, kiosk):
    request = kiosk.request()
    assert answers(intake(request, request), kiosk) == [(ACCEPTED, None), (DUPLICATE, None)]
    assert count(database, REQUESTS) == 1


def test_a_known_id_with_another_body_is_an_id_conflict(database, intake, kiosk):
    request = kiosk.request()
    intake(request)
    other = msgspec.structs.replace(request, service="domisili")
    assert answers(intake(other), kiosk) == [(REFUSED, RefusalCode.ID_CONFLICT)]
    assert count(database, REQUESTS) == 1
    assert answers(intake(request), kiosk) == [(DUPLICATE, None)]


def test_an_accepted_id_from_another_kiosk_is_an_id_conflict(intake, kiosk, other_kiosk):
    request = kiosk.request()
    intake(request)
    stolen = intake(request, kiosk=other_kiosk.kiosk)
    assert answers(stolen, other_kiosk) == [(REFUSED, RefusalCode.ID_CONFLICT)]


def test_a_refused_id_of_another_kiosk_does_not_spoil_mine(intake, kiosk, other_kiosk):
    first, second = kiosk.request(), kiosk.request()
    intake(first)
    taken_ticket = msgspec.structs.replace(second, ticket_token=first.ticket_token)
    intake(taken_ticket, kiosk=other_kiosk.kiosk)
    assert answers(intake(second), kiosk) == [(ACCEPTED, None)]


@pytest.mark.parametrize("field", ["ticket_token", "ticket_code"])
def test_a_ticket_belongs_to_one_request(database, intake, kiosk, field):
    first = kiosk.request()
    second = msgspec.structs.replace(kiosk.request(), **{field: getattr(first, field)})
    assert answers(intake(first, second), kiosk) == [
        (ACCEPTED, None),
        (REFUSED, RefusalCode.TICKET_TAKEN),
    ]
    # a refusal is final: the kiosk gets the same answer when it asks again
    assert answers(intake(second), kiosk) == [(REFUSED, RefusalCode.TICKET_TAKEN)]
    assert count(database, REQUESTS) == 1


def test_a_ticket_code_is_unique_in_its_village_only(intake, kiosk, other_kiosk):
    first = kiosk.request()
    second = msgspec.structs.replace(other_kiosk.request(), ticket_code=first.ticket_code)
    intake(first)
    assert answers(intake(second, kiosk=other_kiosk.kiosk), other_kiosk) == [(ACCEPTED, None)]


def test_a_resident_cancels_and_the_kiosk_is_told(database, intake, kiosk, clock):
    request = kiosk.request()
    intake(request)
    taken = intake(kiosk.cancel(request.id))
    assert answers(taken, kiosk) == [(ACCEPTED, None)]
    assert taken.statuses_due
    assert status_of(database, request) == (RequestStatus.CANCELLED, 2)
    with database.reading() as connection:
        (outgoing,) = due_statuses(connection, clock())
    assert outgoing.kiosk == kiosk.kiosk
    assert outgoing.message.status is RequestStatus.CANCELLED
    assert outgoing.message.revision == 2


def test_what_is_cancelled_already_is_accepted_without_another_revision(database, intake, kiosk):
    request = kiosk.request()
    intake(request)
    intake(kiosk.cancel(request.id))
    assert answers(intake(kiosk.cancel(request.id)), kiosk) == [(ACCEPTED, None)]
    assert status_of(database, request) == (RequestStatus.CANCELLED, 2)


def test_an_incomplete_request_can_be_cancelled(database, intake, kiosk, clock):
    request = kiosk.request()
    intake(request)
    staff_change(database, request, RequestStatus.INCOMPLETE, clock)
    assert answers(intake(kiosk.cancel(request.id)), kiosk) == [(ACCEPTED, None)]
    assert status_of(database, request) == (RequestStatus.CANCELLED, 3)


def test_too_late_to_cancel(database, intake, kiosk, clock):
    request = kiosk.request()
    intake(request)
    staff_change(database, request, RequestStatus.AWAITING_SIGNATURE, clock)
    cancel = kiosk.cancel(request.id)
    assert answers(intake(cancel), kiosk) == [(REFUSED, RefusalCode.NOT_ALLOWED)]
    assert status_of(database, request) == (RequestStatus.AWAITING_SIGNATURE, 2)
    # the refusal stays even where the request could be cancelled later
    staff_change(database, request, RequestStatus.UNDER_REVIEW, clock, revision=2)
    assert answers(intake(cancel), kiosk) == [(REFUSED, RefusalCode.NOT_ALLOWED)]


def test_a_request_of_another_kiosk_cannot_be_cancelled(database, intake, kiosk, other_kiosk):
    request = kiosk.request()
    intake(request)
    taken = intake(other_kiosk.cancel(request.id), kiosk=other_kiosk.kiosk)
    assert answers(taken, other_kiosk) == [(REFUSED, RefusalCode.UNKNOWN_REQUEST)]
    assert status_of(database, request) == (RequestStatus.UNDER_REVIEW, 1)


def test_a_cancellation_in_the_batch_of_its_request_finds_it(database, intake, kiosk):
    request = kiosk.request()
    taken = intake(kiosk.cancel(request.id), request)
    assert answers(taken, kiosk) == [(ACCEPTED, None), (ACCEPTED, None)]
    assert status_of(database, request)[0] is RequestStatus.CANCELLED


def test_a_cancellation_that_overtook_its_request_waits_for_it(database, intake, kiosk, clock):
    request = kiosk.request()
    cancel = kiosk.cancel(request.id)
    assert answers(intake(cancel), kiosk) == []
    clock.pass_time(minutes=3)
    intake(request)
    assert answers(intake(cancel), kiosk) == [(ACCEPTED, None)]
    assert status_of(database, request)[0] is RequestStatus.CANCELLED


def test_a_cancellation_of_nothing_is_refused_once_time_is_up(intake, kiosk, clock):
    cancel = kiosk.cancel("01930000-0000-7000-8000-000000000001")
    assert answers(intake(cancel), kiosk) == []
    clock.pass_time(minutes=9)
    assert answers(intake(cancel), kiosk) == []
    clock.pass_time(minutes=2)
    unknown = [(REFUSED, RefusalCode.UNKNOWN_REQUEST)]
    assert answers(intake(cancel), kiosk) == unknown
    assert answers(intake(cancel), kiosk) == unknown


def test_a_cancellation_of_a_refused_request_is_refused_at_once(intake, kiosk):
    first = kiosk.request()
    second = msgspec.structs.replace(kiosk.request(), ticket_code=first.ticket_code)
    intake(first, second)
    assert answers(intake(kiosk.cancel(second.id)), kiosk) == [
        (REFUSED, RefusalCode.UNKNOWN_REQUEST)
    ]


def test_a_broken_message_is_refused_and_shown_to_staff(database, intake, kiosk):
    topic = "anjungan/1/3505/3505102001/3505102001-1/up/request"
    payload = b'{"id": "01930000-0000-7000-8000-000000000001", "nama": "Siti Aminah"}'
    taken = intake.payloads((topic, payload))
    assert answers(taken, kiosk) == [(REFUSED, RefusalCode.MALFORMED)]
    assert answers(intake.payloads((topic, payload)), kiosk) == [(REFUSED, RefusalCode.MALFORMED)]
    with database.reading() as connection:
        stored = connection.execute(select(RECEIVED_MESSAGES)).one()
    assert stored.refusal == "malformed"
    assert "Siti" not in repr(tuple(stored))


def test_dropped_messages_are_counted_by_kiosk_and_reason(database, intake, kiosk):
    topic = "anjungan/1/3505/3505102001/3505102001-1/up/request"
    intake.payloads((topic, b"noise"), (topic, b"noise"), ("elsewhere", b"{}"))
    with database.reading() as connection:
        rows = connection.execute(select(DROPPED_MESSAGES)).all()
    counts = {(row.kiosk, row.reason): row.times for row in rows}
    assert counts == {(kiosk.kiosk, "malformed"): 2, ("", "foreign_topic"): 1}


def test_an_event_is_stored_once_and_without_long_numbers(database, intake, kiosk):
    event = kiosk.event("kertas 3505104107900147 habis")
    assert answers(intake(event), kiosk) == [(ACCEPTED, None)]
    assert answers(intake(event), kiosk) == [(DUPLICATE, None)]
    with database.reading() as connection:
        (row,) = connection.execute(select(EVENTS)).all()
    assert row.detail == "kertas … habis"


def test_an_acknowledged_status_is_not_due_any_more(database, intake, kiosk, other_kiosk, clock):
    request = kiosk.request()
    intake(request)
    staff_change(database, request, RequestStatus.AWAITING_SIGNATURE, clock)
    with database.reading() as connection:
        (outgoing,) = due_statuses(connection, clock())
    # another kiosk cannot acknowledge it
    intake(other_kiosk.ack(outgoing.message.id), kiosk=other_kiosk.kiosk)
    with database.reading() as connection:
        assert len(due_statuses(connection, clock())) == 1
    intake(kiosk.ack(outgoing.message.id, "01930000-0000-7000-8000-000000000009"))
    with database.reading() as connection:
        assert due_statuses(connection, clock()) == []
        assert read_request(connection, request.id, None).at_kiosk


def test_only_the_newest_revision_travels(database, intake, kiosk, clock):
    request = kiosk.request()
    intake(request)
    staff_change(database, request, RequestStatus.AWAITING_SIGNATURE, clock)
    staff_change(database, request, RequestStatus.READY, clock, revision=2)
    with database.reading() as connection:
        (outgoing,) = due_statuses(connection, clock())
    assert outgoing.message.revision == 3


def test_of_reports_that_come_together_the_newest_is_kept(database, intake, kiosk):
    reports = [kiosk.health(uptime_s=seconds) for seconds in (1, 2, 3)]
    intake(reports[2], reports[0], reports[1])
    with database.reading() as connection:
        stored = connection.execute(select(KIOSKS)).one()
    assert msgspec.json.decode(stored.health)["uptime_s"] == 3
    intake(reports[0])
    with database.reading() as connection:
        assert connection.execute(select(KIOSKS.c.health)).scalar_one() == stored.health
