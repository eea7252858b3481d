"""Amendments: what the inbox takes, and how they join the answers of their request."""

import msgspec
import pytest
from inbox_lab import set_status
from regency_lab import OTHER_KIOSK, PLANTED_NIK
from sqlalchemy import select

from anjungan.protocol.amendment import Amendment, amendment_binding
from anjungan.protocol.messages import ReceiptOutcome, RefusalCode
from anjungan.protocol.sealing import Answer, Answers, binding_of, seal
from anjungan.protocol.status import RequestStatus
from anjungan.regency.inbox.early import EARLY_GRACE
from anjungan.regency.requests.opened_answers import join
from anjungan.regency.requests.outgoing import due_statuses
from anjungan.regency.store.tables import AMENDMENTS, REQUESTS

DATABASES = ("sqlite", "postgresql")


def answer(name, shown):
    return Answer(name=name, label=name.title(), value=shown, shown=shown)


def amendment_of(kiosk, request, key=None, *answers, **changes):
    amendment = Amendment(
        **kiosk.header(), request_id=request.id, form_version=2, kid="k", sealed=b"sealed"
    )
    amendment = msgspec.structs.replace(amendment, **changes)
    if key is None:
        return amendment
    binding = amendment_binding(
        kiosk.kiosk, amendment, service=request.service, ticket_token=request.ticket_token
    )
    sealed = seal(Answers(items=answers), binding, key)
    return msgspec.structs.replace(amendment, kid=key.kid, sealed=sealed)


def outcome(taken, kiosk):
    (item,) = taken.receipts[kiosk.kiosk]
    return item.outcome if item.code is None else item.code


def status_of(database, request):
    with database.reading() as connection:
        row = connection.execute(select(REQUESTS).where(REQUESTS.c.id == request.id)).one()
    return RequestStatus(row.status), row.revision


@pytest.fixture
def incomplete(database, intake, kiosk, sealing_key):
    """A request that waits for completion."""
    request = kiosk.request(sealing_key)
    intake(request)
    set_status(database, request, RequestStatus.INCOMPLETE)
    return request


# --- intake ---------------------------------------------------------------------------------


def test_an_amendment_joins_and_the_request_is_reviewed_again(
    *, database, intake, kiosk, incomplete, clock
):
    amendment = amendment_of(kiosk, incomplete)
    taken = intake(amendment)
    assert outcome(taken, kiosk) is ReceiptOutcome.ACCEPTED
    assert taken.statuses_due
    assert status_of(database, incomplete) == (RequestStatus.UNDER_REVIEW, 2)
    with database.reading() as connection:
        row = connection.execute(select(AMENDMENTS)).one()
        (status,) = due_statuses(connection, clock())
    assert (row.id, row.request_id, row.revision) == (amendment.id, incomplete.id, 2)
    assert status.message.status is RequestStatus.UNDER_REVIEW
    assert status.message.missing_fields == ()


def test_the_same_amendment_again_is_a_duplicate(database, intake, kiosk, incomplete):
    amendment = amendment_of(kiosk, incomplete)
    intake(amendment)
    assert outcome(intake(amendment), kiosk) is ReceiptOutcome.DUPLICATE
    assert status_of(database, incomplete) == (RequestStatus.UNDER_REVIEW, 2)
    other_body = msgspec.structs.replace(amendment, sealed=b"other")
    assert outcome(intake(other_body), kiosk) is RefusalCode.ID_CONFLICT


@pytest.mark.parametrize("status", sorted(set(RequestStatus) - {RequestStatus.INCOMPLETE}))
def test_only_an_incomplete_request_is_amended(database, intake, kiosk, incomplete, status):
    set_status(database, incomplete, status)
    assert outcome(intake(amendment_of(kiosk, incomplete)), kiosk) is RefusalCode.NOT_ALLOWED
    assert status_of(database, incomplete) == (status, 1)


def test_another_kiosk_cannot_amend(database, intake, other_kiosk, incomplete):
    taken = intake(amendment_of(other_kiosk, incomplete), kiosk=OTHER_KIOSK)
    assert outcome(taken, other_kiosk) is RefusalCode.UNKNOWN_REQUEST
    assert status_of(database, incomplete) == (RequestStatus.INCOMPLETE, 1)


def test_one_that_overtook_its_request_waits_for_it(*, database, intake, kiosk, clock):
    request = kiosk.request()
    early = amendment_of(kiosk, request)
    assert intake(early).receipts[kiosk.kiosk] == [], "no answer: the kiosk sends it again"
    clock.pass_time(minutes=1)
    intake(request)
    set_status(database, request, RequestStatus.INCOMPLETE)
    assert outcome(intake(early), kiosk) is ReceiptOutcome.ACCEPTED


def test_one_without_a_request_is_refused_when_time_is_up(intake, kiosk, clock):
    lost = amendment_of(kiosk, kiosk.request())
    assert intake(lost).receipts[kiosk.kiosk] == []
    clock.pass_time(seconds=EARLY_GRACE.total_seconds())
    assert outcome(intake(lost), kiosk) is RefusalCode.UNKNOWN_REQUEST


@pytest.mark.parametrize("change", [{"sealed": b""}, {"kid": "a\nb"}])
def test_one_without_answers_is_refused(intake, kiosk, incomplete, change):
    taken = intake(amendment_of(kiosk, incomplete, **change))
    assert outcome(taken, kiosk) is RefusalCode.MALFORMED


# --- joining --------------------------------------------------------------------------------


def test_later_answers_lie_over_earlier_ones_and_the_older_are_kept(clock):
    original = Answers(items=(answer("nama", "Siti"), answer("alamat", "RT 1")))
    first, second = clock(), clock()
    joined = join(
        original,
        [
            (first, Answers(items=(answer("alamat", "RT 2"), answer("telepon", "1")))),
            (second, Answers(items=(answer("alamat", "RT 3"),))),
        ],
    )
    assert [(each.answer.name, each.answer.shown) for each in joined] == [
        ("nama", "Siti"),
        ("alamat", "RT 3"),
        ("telepon", "1"),
    ]
    assert [each.shown for each in joined[1].older] == ["RT 1", "RT 2"]
    assert joined[0].amended_at is None
    assert "Siti" not in repr(joined[0])


def open_page(officer, request):
    page = f"/permohonan/{request.id}"
    return officer.post(f"{page}/buka", page).text


def test_opened_answers_show_what_was_amended_and_how_it_was(
    *, officer, intake, kiosk, incomplete, sealing_key
):
    intake(
        amendment_of(
            kiosk,
            incomplete,
            sealing_key,
            answer("nama", "Siti Aminah Wulandari"),
            answer("nik", "3505104107900148"),
        )
    )
    page = officer.get(f"/permohonan/{incomplete.id}").text
    assert "Pemohon sudah melengkapinya." in page
    assert "Dilengkapi pemohon" in page
    html = open_page(officer, incomplete)
    assert "Siti Aminah Wulandari" in html
    assert "<s><bdi>Siti Aminah</bdi></s>" in html
    assert "3505 •••• •••• 0148" in html
    assert PLANTED_NIK in html, "the older number is there as well, covered"
    assert html.count("Dilengkapi ") >= 2


def test_an_amendment_of_another_request_is_not_used(
    *, officer, database, intake, kiosk, incomplete, sealing_key
):
    other = kiosk.request(sealing_key)
    intake(other)
    foreign = amendment_of(kiosk, other, sealing_key, answer("nama", "Orang Lain"))
    intake(msgspec.structs.replace(foreign, request_id=incomplete.id))
    html = open_page(officer, incomplete)
    assert "Orang Lain" not in html
    assert "Siti Aminah" in html
    assert "milik permohonan lain" in html
    with database.reading() as connection:
        assert connection.execute(select(AMENDMENTS.c.quarantined)).scalar_one() is True
        quarantined = select(REQUESTS.c.quarantined).where(REQUESTS.c.id == incomplete.id)
        assert connection.execute(quarantined).scalar_one() is False


def test_a_request_cannot_stand_in_for_an_amendment(
    *, officer, intake, kiosk, incomplete, sealing_key
):
    twin = kiosk.sealed(incomplete, sealing_key, binding_of(kiosk.kiosk, incomplete))
    intake(amendment_of(kiosk, incomplete, kid=twin.kid, sealed=twin.sealed))
    assert "milik permohonan lain" in open_page(officer, incomplete)


def test_an_amendment_that_cannot_be_opened_is_told(officer, intake, kiosk, incomplete):
    intake(amendment_of(kiosk, incomplete))
    html = open_page(officer, incomplete)
    assert "1 kiriman tidak dapat dibuka" in html
    assert "Siti Aminah" in html
