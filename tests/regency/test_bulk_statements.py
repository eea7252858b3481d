"""Statements over many rows: the same as one by one, whatever their number."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from anjungan.regency.store import bulk
from anjungan.regency.store.bulk import BulkInsert, BulkSelect, BulkUpdate, milliseconds, moment
from anjungan.regency.store.tables import EARLY_CANCELS, RECEIVED_MESSAGES, REQUESTS

DATABASES = ("sqlite", "postgresql")
INSERT = BulkInsert(EARLY_CANCELS, "message_id", "kiosk", "first_seen_at")
UPDATE = BulkUpdate(EARLY_CANCELS, "kiosk", "first_seen_at", key="message_id")
SELECT = BulkSelect(EARLY_CANCELS, "message_id", "kiosk", "first_seen_at", like=("message_id",))
EITHER = BulkSelect(EARLY_CANCELS, "message_id", like=("message_id", "kiosk"), locked=True)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_AT_ONCE", 8)
    monkeypatch.setattr(bulk, "VALUES_AT_ONCE", 8)


def rows(count, kiosk="3505102001-1"):
    return [(f"id-{number:03d}", kiosk, 1000 * number) for number in range(count)]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    count=st.integers(0, 40),
    asked=st.lists(st.integers(0, 50), max_size=40, unique=True),
    changed=st.lists(st.integers(0, 50), max_size=40, unique=True),
)
def test_whatever_their_number_all_rows_are_written_found_and_changed(
    database, count, asked, changed
):
    with database.writing() as connection:
        connection.execute(delete(EARLY_CANCELS))
        INSERT.run(connection, rows(count))
        ids = [f"id-{number:03d}" for number in asked]
        found = list(SELECT.run(connection, ids)) if ids else []
        assert sorted(found) == [row for row in rows(count) if row[0] in ids]
        UPDATE.run(connection, [("other", 5, f"id-{number:03d}") for number in changed])
        table = connection.execute(select(EARLY_CANCELS).order_by(EARLY_CANCELS.c.message_id))
        expected = [
            (row[0], "other", 5) if int(row[0][3:]) in changed else row for row in rows(count)
        ]
        assert [(row[0], row[1], milliseconds(row[2])) for row in table] == expected


def test_any_of_several_columns_may_match(database):
    with database.writing() as connection:
        INSERT.run(connection, [*rows(3), ("id-900", "b", 1), ("id-901", "c", 2)])
        found = EITHER.run(connection, ["id-002", "id-001"], ["b", "none"])
        assert [row[0] for row in found] == ["id-001", "id-002", "id-900"]


def test_values_of_all_kinds_come_back_as_they_were(database, clock):
    with database.writing() as connection:
        BulkInsert(
            RECEIVED_MESSAGES,
            *("message_id", "kiosk", "kind", "body_hash", "refusal", "reason", "received_at"),
        ).run(
            connection,
            [("a", "k", "request", b"\x00\xff%s?", None, "100 % of ?", milliseconds(clock()))],
        )
        selected = BulkSelect(
            RECEIVED_MESSAGES,
            *("body_hash", "refusal", "reason", "received_at"),
            like=("message_id",),
        )
        ((body_hash, refusal, reason, received_ms),) = selected.run(connection, ["a"])
        assert (bytes(body_hash), refusal, reason) == (b"\x00\xff%s?", None, "100 % of ?")
        assert moment(received_ms) == clock()
        stored = connection.execute(select(RECEIVED_MESSAGES)).one()
        assert stored.received_at == clock()


def test_a_column_that_is_not_there_is_found_at_once():
    for make in (
        lambda: BulkInsert(REQUESTS, "id", "nonsense"),
        lambda: BulkUpdate(REQUESTS, "note", key="nonsense"),
        lambda: BulkSelect(REQUESTS, "id", like=("nonsense",)),
    ):
        with pytest.raises(ValueError, match="requests has no column nonsense"):
            make()
