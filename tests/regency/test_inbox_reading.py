"""What the inbox makes of published messages, before the database is asked."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.protocol import contract
from anjungan.protocol.identity import RegencyCode
from anjungan.regency.inbox.reading import (
    Dropped,
    DropReason,
    Incoming,
    Unreadable,
    read,
)

REGENCY = RegencyCode("3505")
REQUEST_TOPIC = "anjungan/1/3505/3505102001/3505102001-1/up/request"
KNOWN_ID = "01930000-0000-7000-8000-000000000001"


def read_live(topic, payload):
    return read(topic, payload, retained=False, regency=REGENCY)


def test_a_request_is_read(kiosk):
    request = kiosk.request()
    reading = read_live(REQUEST_TOPIC, contract.encode(request))
    assert isinstance(reading, Incoming)
    assert reading.message == request
    assert reading.kiosk == "3505102001-1"


@pytest.mark.parametrize(
    "topic",
    [
        "anjungan/1/3505/3505102001/3505171001-1/up/request",
        "anjungan/1/3506/3505102001/3505102001-1/up/request",
        "anjungan/1/3506/3506102001/3506102001-1/up/request",
        "anjungan/1/3505/3505102001/3505102001-1/dn/receipt",
        "anjungan/1/3505/all/regency",
        "anjungan/2/3505/3505102001/3505102001-1/up/request",
        "anjungan/1/3505/3505102001/3505102001-0/up/request",
        "anjungan/1/3505/3505102001/3505102001-1/up/unknown",
        "",
    ],
)
def test_contradicting_and_foreign_topics_are_dropped(kiosk, topic):
    reading = read_live(topic, contract.encode(kiosk.request()))
    assert reading == Dropped(None, DropReason.FOREIGN_TOPIC)


def test_a_retained_copy_is_dropped_unless_it_is_a_state(kiosk):
    request = contract.encode(kiosk.request())
    reading = read(REQUEST_TOPIC, request, retained=True, regency=REGENCY)
    assert reading == Dropped(kiosk.kiosk, DropReason.RETAINED)
    state = contract.encode(kiosk.state())
    topic = REQUEST_TOPIC.replace("request", "state")
    assert isinstance(read(topic, state, retained=True, regency=REGENCY), Incoming)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", DropReason.MALFORMED),
        (b"not json", DropReason.MALFORMED),
        (b"\xff\xfe\x00", DropReason.MALFORMED),
        (b"[" * 10_000, DropReason.MALFORMED),
        (b'{"id": 5}', DropReason.MALFORMED),
        (b'{"id": "not-a-uuid"}', DropReason.MALFORMED),
        (b"null", DropReason.MALFORMED),
        (b'{"id": "' + KNOWN_ID.encode() + b'"' + b" " * 17_000 + b"}", DropReason.TOO_LARGE),
    ],
)
def test_noise_is_dropped_and_counted(kiosk, payload, reason):
    assert read_live(REQUEST_TOPIC, payload) == Dropped(kiosk.kiosk, reason)


def test_a_broken_request_with_a_readable_id_is_to_be_refused():
    reading = read_live(REQUEST_TOPIC, b'{"id": "' + KNOWN_ID.encode() + b'"}')
    assert isinstance(reading, Unreadable)
    assert reading.message_id == KNOWN_ID


def test_a_broken_health_is_only_counted():
    reading = read_live(
        REQUEST_TOPIC.replace("request", "health"), b'{"id": "' + KNOWN_ID.encode() + b'"}'
    )
    assert isinstance(reading, Dropped)


@pytest.mark.parametrize(
    "change",
    [
        {"ticket_token": "short"},
        {"ticket_token": "-" * 21 + "\n"},
        {"ticket_code": "AAAAAAAAA"},
        {"queue_number": "241126-1' OR 1=1"},
        {"service": "nama\x00layanan"},
        {"service": "\u202elayanan"},
        {"kid": "a\nb"},
        {"card_link": "\x1b[0m"},
        {"sealed": b""},
    ],
)
def test_a_request_with_an_impossible_field_is_to_be_refused(kiosk, change):
    reading = read_live(REQUEST_TOPIC, contract.encode(kiosk.request(**change)))
    assert isinstance(reading, Unreadable)


def test_a_message_sent_again_later_has_the_same_hash(kiosk, clock):
    request = kiosk.request()
    again = msgspec.structs.replace(request, sent_at=clock())
    later = msgspec.structs.replace(request, sent_at=clock.moment.replace(hour=9))
    other = msgspec.structs.replace(request, service="domisili")
    first, second, third, fourth = (
        read_live(REQUEST_TOPIC, contract.encode(each)) for each in (request, again, later, other)
    )
    assert first.body_hash == second.body_hash == third.body_hash
    assert first.body_hash != fourth.body_hash


def test_unknown_fields_are_ignored(kiosk):
    payload = contract.encode(kiosk.request())
    newer = payload.replace(b"{", b'{"from_the_future": [1, 2],', 1)
    assert isinstance(read_live(REQUEST_TOPIC, newer), Incoming)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["state", "health", "request", "cancel", "ack", "event"]),
    payload=st.one_of(
        st.binary(max_size=300),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["id", "sent_at", "sealed", "queue", "x"]), inner, max_size=5
                )
            ),
            max_leaves=15,
        ).map(msgspec.json.encode),
    ),
    retained=st.booleans(),
)
def test_no_payload_raises(kind, payload, retained):
    topic = f"anjungan/1/3505/3505102001/3505102001-1/up/{kind}"
    reading = read(topic, payload, retained=retained, regency=REGENCY)
    assert isinstance(reading, (Dropped, Unreadable, Incoming))
