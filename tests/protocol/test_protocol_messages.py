"""The wire: golden JSON, round trips, and payloads that lie."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

from anjungan.protocol import messages as m
from anjungan.protocol.contract import (
    FIRST_YEAR,
    LAST_YEAR,
    MESSAGES,
    RECEIPTED,
    RETAINED,
    Kind,
    Malformed,
    decode,
    encode,
)
from anjungan.protocol.examples import EXAMPLES
from anjungan.protocol.message_id import new_message_id, parse_message_id
from anjungan.protocol.status import (
    RESIDENT_MAY_CANCEL,
    STAFF_TRANSITIONS,
    RequestStatus,
)
from anjungan.protocol.topics import DownKind, SharedKind, UpKind

every_kind = pytest.mark.parametrize(
    "kind", MESSAGES, ids=[f"{type(kind).__name__}.{kind.name}" for kind in MESSAGES]
)

GOLDEN = {
    UpKind.STATE: '{"presence":"online","boot":42,"session":3,"version":"0.1.0",'
    '"run":"9f86d081884c7d65"}',
    UpKind.REQUEST: (
        '{"id":"019cad63-c14a-7f0e-8a35-5b1f6c2d9e01","sent_at":"2026-03-02T09:14:05+07:00",'
        '"time_quality":"ntp","enrolment":1,"boot":42,"counter":7,"service":"sk-usaha",'
        '"form_version":3,"ticket_token":"k3VJx0Yp1mQe8sTt5uZb2A","ticket_code":"7KQM2XHRH",'
        '"queue_number":"020326-014","submitted_at":"2026-03-02T09:14:05+07:00","card_link":"",'
        '"kid":"reg-2026a","sealed":"YW4gZXhhbXBsZSwgbm90IGEgc2VhbGVkIGJveA=="}'
    ),
    UpKind.ACK: (
        '{"id":"019cb262-7a10-7e8a-8b04-2d3e4f5a6b04","sent_at":"2026-03-03T08:30:00+07:00",'
        '"time_quality":"ntp","enrolment":1,"boot":42,"counter":311,'
        '"message_ids":["019cb262-7940-7a55-9e05-3e4f5a6b7c05"]}'
    ),
    DownKind.RECEIPT: (
        '{"id":"019cad63-d2f0-7c44-9b07-0a4e7d3c5b07","sent_at":"2026-03-02T09:14:07+07:00",'
        '"time_quality":"ntp","items":[{"message_id":"019cad63-c14a-7f0e-8a35-5b1f6c2d9e01",'
        '"outcome":"accepted","code":null},{"message_id":"019cad63-2a00-7b6f-9d03-1c2d3e4f5a03",'
        '"outcome":"refused","code":"malformed"}]}'
    ),
    DownKind.STATUS: (
        '{"id":"019cb262-7940-7a55-9e05-3e4f5a6b7c05","sent_at":"2026-03-03T08:30:00+07:00",'
        '"time_quality":"ntp","request_id":"019cad63-c14a-7f0e-8a35-5b1f6c2d9e01","revision":2,'
        '"status":3,"note":"Surat dapat diambil di kantor desa.",'
        '"changed_at":"2026-03-03T08:30:00+07:00"}'
    ),
    SharedKind.REGENCY: (
        '{"id":"019cad60-1f00-7aa2-8d08-5a6b7c8d9e08","sent_at":"2026-03-02T09:14:05+07:00",'
        '"time_quality":"ntp","presence":"online"}'
    ),
}
"""Bytes that kiosks in the field have sent: they must be readable for ever."""


@pytest.mark.parametrize("kind", GOLDEN, ids=[kind.value for kind in GOLDEN])
def test_the_wire_has_not_changed(kind: Kind) -> None:
    assert encode(EXAMPLES[kind]).decode() == GOLDEN[kind]
    assert decode(kind, GOLDEN[kind].encode()) == EXAMPLES[kind]


def test_every_kind_has_a_message_of_its_own_and_an_example() -> None:
    assert set(MESSAGES) == set(UpKind) | set(DownKind) | set(SharedKind)
    assert len(set(MESSAGES.values())) == len(MESSAGES)
    assert set(EXAMPLES) == set(MESSAGES)
    assert set(MESSAGES) >= RETAINED | RECEIPTED


TEXT = st.characters(exclude_categories=["Cs"])


def values_of(info: inspect.Type) -> st.SearchStrategy[Any]:
    """Values of a type as msgspec describes it, within its limits."""
    match info:
        case inspect.StructType(cls=cls, fields=fields):
            return st.builds(cls, **{field.name: values_of(field.type) for field in fields})
        case inspect.VarTupleType(item_type=item, min_length=least, max_length=most):
            longest = min(most or 6, 6)
            return st.lists(values_of(item), min_size=least or 0, max_size=longest).map(tuple)
        case inspect.UnionType(types=types):
            return st.one_of([values_of(each) for each in types])
        case inspect.StrType(pattern=str(pattern)):
            return st.from_regex(pattern, fullmatch=True)
        case inspect.StrType(min_length=least, max_length=most):
            return st.text(TEXT, min_size=least or 0, max_size=most)
        case inspect.IntType(ge=least, le=most):
            return st.integers(least, most)
        case inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case inspect.DateTimeType():
            first, last = datetime(FIRST_YEAR, 1, 1), datetime(LAST_YEAR, 12, 31)  # noqa: DTZ001 - naive as st.datetimes wants them
            return st.datetimes(first, last, timezones=st.just(UTC))
        case inspect.EnumType(cls=enum):
            return st.sampled_from(list(enum))
        case inspect.BytesType(min_length=least, max_length=most):
            return st.binary(min_size=least or 0, max_size=min(most or 200, 200))
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
    raise AssertionError(f"no values of {info}")


@every_kind
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_message_survives_the_wire(kind: Kind, data: st.DataObject) -> None:
    message = data.draw(values_of(inspect.type_info(MESSAGES[kind])))
    assert decode(kind, encode(message)) == message


@every_kind
def test_unknown_fields_are_ignored(kind: Kind) -> None:
    fields = json.loads(encode(EXAMPLES[kind]))
    later = json.dumps({**fields, "a_later_field": {"of": ["version", 1.5]}}).encode()
    assert decode(kind, later) == EXAMPLES[kind]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@every_kind
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_mutated_payload_is_a_message_or_malformed(kind: Kind, data: st.DataObject) -> None:
    """Bytes changed, dropped, doubled or cut: an answer, never an exception."""
    payload = bytearray(encode(EXAMPLES[kind]))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(payload)))
        length = data.draw(st.integers(0, 6))
        payload[place : place + length] = data.draw(st.binary(max_size=6))
    outcome = decode(kind, bytes(payload))
    assert isinstance(outcome, MESSAGES[kind] | Malformed)


@every_kind
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_field_of_another_type_is_a_message_or_malformed(kind: Kind, data: st.DataObject) -> None:
    fields = json.loads(encode(EXAMPLES[kind]))
    name = data.draw(st.sampled_from(sorted(fields)))
    fields[name] = data.draw(JSON)
    outcome = decode(kind, json.dumps(fields).encode())
    if isinstance(outcome, Malformed):
        assert outcome.message_id in [None, fields.get("id")]
    else:
        assert isinstance(outcome, MESSAGES[kind])


@every_kind
@pytest.mark.parametrize(
    "payload",
    [b"", b"null", b"[]", b"{}", b'"text"', b"\xff\xfe", b"{" * 10_000, b"[" * 16_000, b'{"id":'],
    ids=range(9),
)
def test_what_is_no_message_is_malformed(kind: Kind, payload: bytes) -> None:
    assert decode(kind, payload) == Malformed("not the promised message", None)


@every_kind
def test_a_large_payload_is_not_even_read(kind: Kind) -> None:
    fits = encode(EXAMPLES[kind]).ljust(m.MAX_PAYLOAD_BYTES)
    assert decode(kind, fits) == EXAMPLES[kind]
    assert decode(kind, fits + b" ") == Malformed("too large", None)


def test_the_sender_of_a_malformed_message_can_be_told() -> None:
    fields = json.loads(encode(EXAMPLES[UpKind.REQUEST]))
    secret = "3505111203800002"
    outcome = decode(UpKind.REQUEST, json.dumps({**fields, "form_version": secret}).encode())
    assert outcome == Malformed("not the promised message", fields["id"])
    assert secret not in repr(outcome)
    outcome = decode(UpKind.REQUEST, json.dumps({**fields, "id": "no id"}).encode())
    assert outcome == Malformed("not the promised message", None)


@pytest.mark.parametrize(
    ("kind", "field", "wrong"),
    [
        (UpKind.REQUEST, "id", "019CAD63-C14A-7F0E-8A35-5B1F6C2D9E01"),
        (UpKind.REQUEST, "sent_at", "2026-03-02T09:14:05"),
        (UpKind.REQUEST, "boot", -1),
        (UpKind.REQUEST, "counter", 2**53 + 1),
        (UpKind.REQUEST, "service", ""),
        (UpKind.REQUEST, "service", "x" * 65),
        (UpKind.REQUEST, "sealed", "not base64!"),
        (UpKind.ACK, "message_ids", ["019cad63-c14a-7f0e-8a35-5b1f6c2d9e01"] * 101),
        (UpKind.EVENT, "detail", "x" * 501),
        (UpKind.EVENT, "kind", "unheard_of"),
        (DownKind.RECEIPT, "items", []),
        (DownKind.STATUS, "status", 6),
        (DownKind.STATUS, "revision", 0),
        (DownKind.STATUS, "note", "x" * 501),
        (SharedKind.REGENCY, "presence", "asleep"),
    ],
)
def test_values_out_of_bounds_are_malformed(kind: Kind, field: str, wrong: object) -> None:
    fields = json.loads(encode(EXAMPLES[kind]))
    assert isinstance(decode(kind, json.dumps({**fields, field: wrong}).encode()), Malformed)


@pytest.mark.parametrize(
    "time",
    [
        "0001-01-01T00:00:00+14:00",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59.9999Z",
        "9999-01-01T00:00:00-14:00",
    ],
)
def test_times_that_cannot_be_computed_with_are_malformed_and_their_sender_is_told(
    time: str,
) -> None:
    for kind, field in [
        (UpKind.REQUEST, "submitted_at"),
        (UpKind.EVENT, "sent_at"),
        (DownKind.STATUS, "changed_at"),
        (SharedKind.REGENCY, "sent_at"),
    ]:
        fields = json.loads(encode(EXAMPLES[kind]))
        outcome = decode(kind, json.dumps({**fields, field: time}).encode())
        assert outcome == Malformed("a time no clock tells", fields["id"])


def test_a_time_within_a_report_must_be_possible_too() -> None:
    fields = json.loads(encode(EXAMPLES[UpKind.HEALTH]))
    for year, outcome in (("9999", Malformed), ("2026", m.Health)):
        run = {"last_alive_at": f"{year}-12-31T23:59:59+07:00"}
        told = decode(UpKind.HEALTH, json.dumps({**fields, "run": run}).encode())
        assert isinstance(told, outcome)


# --- ids and statuses -----------------------------------------------------------------------


@given(st.integers(-(2**70), 2**70))
def test_message_ids_are_uuid7_and_carry_their_time(unix_ms: int) -> None:
    text = new_message_id(unix_ms)
    assert parse_message_id(text) == text
    assert text[14] == "7"
    assert text[19] in "89ab"
    assert int(text.replace("-", "")[:12], 16) == max(0, min(unix_ms, 2**48 - 1))


def test_message_ids_of_one_millisecond_differ() -> None:
    assert len({new_message_id(1) for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize(
    "text",
    ["", "x", "019CAD63-C14A-7F0E-8A35-5B1F6C2D9E01", "019cad63c14a7f0e8a355b1f6c2d9e01"],
)
def test_other_spellings_are_no_message_ids(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - uuid.UUID has its own words
        parse_message_id(text)


def test_staff_can_bring_every_request_to_its_end_and_back() -> None:
    assert set(STAFF_TRANSITIONS) == set(RequestStatus)
    for start in RequestStatus:
        reached = {start}
        while True:
            wider = reached.union(*(STAFF_TRANSITIONS[status] for status in reached))
            if wider == reached:
                break
            reached = wider
        assert reached == set(RequestStatus), f"stuck at {start.name}"
    assert all(status not in after for status, after in STAFF_TRANSITIONS.items())
    for status in RESIDENT_MAY_CANCEL:
        assert RequestStatus.CANCELLED in STAFF_TRANSITIONS[status]


def test_times_keep_their_zone() -> None:
    status = EXAMPLES[DownKind.STATUS]
    assert isinstance(status, m.Status)
    moved = msgspec.structs.replace(status, changed_at=datetime(2026, 1, 1, tzinfo=UTC))
    again = decode(DownKind.STATUS, encode(moved))
    assert isinstance(again, m.Status)
    assert again.changed_at.utcoffset() is not None
