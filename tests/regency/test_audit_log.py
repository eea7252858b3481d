"""The audit log: nothing in it changes, and what is changed behind it shows."""

import csv
import io
import threading
from datetime import timedelta

import pytest
from alembic import command as alembic_command
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from people_lab import audit_lines
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from anjungan.protocol.identity import VillageCode
from anjungan.regency.audit.chain import Fault, check_chain
from anjungan.regency.audit.reading import PAGE_SIZE, AuditFilter, all_lines, read_audit
from anjungan.regency.audit.trail import (
    MAX_DETAIL_CHARACTERS,
    Actor,
    AuditAction,
    record,
    system_actor,
)
from anjungan.regency.csv_text import BYTE_ORDER_MARK, csv_lines, inert
from anjungan.regency.store.database import migration_config, open_database
from anjungan.regency.web.audit.words import ACTION_WORDS, action_words

DATABASES = ("sqlite", "postgresql")

SOMEBODY = Actor("Ratna W.", "administrator", 1)
FORBIDDEN = [
    "UPDATE audit SET actor = 'x'",
    "UPDATE audit SET actor = 'x' WHERE id = 2",
    "UPDATE audit SET actor = 'x' WHERE id = 99",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE id = 1",
    "UPDATE audit_chain SET position = 9 WHERE position = 1",
    "DELETE FROM audit_chain",
]
FORBIDDEN_OF = {
    "sqlite": [
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE id = 2",
        "REPLACE INTO audit_chain SELECT * FROM audit_chain WHERE position = 2",
        "REPLACE INTO audit_chain SELECT position + 9, audit_id, digest FROM audit_chain",
    ],
    "postgresql": ["TRUNCATE audit", "TRUNCATE audit, audit_chain"],
}


def write(database, clock, *subjects, action=AuditAction.LOGGED_IN, actor=SOMEBODY):
    for subject in subjects:
        with database.writing() as connection:
            record(connection, actor, action, subject=subject, now=clock())


def report_of(database, known=None):
    with database.reading() as connection:
        return check_chain(connection, known)


def behind_its_back(database, kind, *statements):
    """What somebody does who may change the database itself."""
    with database.writing() as connection:
        if kind == "sqlite":
            triggers = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(triggers):
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            for table in ("audit", "audit_chain"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))


# --- nothing changes ------------------------------------------------------------------------


def test_the_database_refuses_to_change_a_line(database, database_kind, clock):
    write(database, clock, "a", "b", "c")
    before = audit_lines(database)
    for statement in FORBIDDEN + FORBIDDEN_OF[database_kind]:
        # PostgreSQL refuses the statement, SQLite the first row it would touch
        touches_nothing = database_kind == "sqlite" and "99" in statement
        try:
            with database.writing() as connection:
                connection.execute(text(statement))
        except DBAPIError:
            assert not touches_nothing, statement
        else:
            assert touches_nothing, statement
    assert audit_lines(database) == before
    assert report_of(database).lines == 3
    assert report_of(database).fault is None


# --- what is changed behind it shows --------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "fault", "line"),
    [
        ("UPDATE audit SET detail = 'x' WHERE id = 2", Fault.LINE_CHANGED, 2),
        ("UPDATE audit SET actor = 'x' WHERE id = 4", Fault.LINE_CHANGED, 4),
        ("UPDATE audit SET staff_id = NULL WHERE id = 3", Fault.LINE_CHANGED, 3),
        ("DELETE FROM audit WHERE id = 1", Fault.LINE_MISSING, 1),
        ("DELETE FROM audit WHERE id = 3", Fault.LINE_MISSING, 3),
        ("DELETE FROM audit WHERE id = 4", Fault.LINE_MISSING, 4),
        ("DELETE FROM audit_chain WHERE position = 2", Fault.LINK_MISSING, 3),
        ("UPDATE audit_chain SET audit_id = 9 WHERE position = 4", Fault.LINE_INSERTED, 4),
    ],
)
def test_a_changed_log_shows(*, database, database_kind, clock, statement, fault, line):
    write(database, clock, "a", "b", "c", "d")
    assert report_of(database).fault is None
    behind_its_back(database, database_kind, statement)
    report = report_of(database)
    assert (report.fault, report.fault_line) == (fault, line)


def test_a_line_put_in_between_shows(database, database_kind, clock):
    write(database, clock, "a", "b", "c")
    behind_its_back(
        database,
        database_kind,
        "DELETE FROM audit_chain WHERE audit_id = 2",
        "UPDATE audit_chain SET position = 2 WHERE audit_id = 3",
    )
    assert report_of(database).fault is Fault.LINE_INSERTED


def test_a_shortened_log_shows_to_whoever_knows_a_digest(database, database_kind, clock):
    write(database, clock, "a", "b")
    earlier = report_of(database).digest
    write(database, clock, "c")
    known = report_of(database).digest
    assert report_of(database, earlier).fault is None
    assert report_of(database, known).fault is None
    behind_its_back(
        database,
        database_kind,
        "DELETE FROM audit WHERE id = 3",
        "DELETE FROM audit_chain WHERE position = 3",
    )
    assert report_of(database).fault is None, "by itself it looks whole"
    assert report_of(database, earlier).fault is None
    assert report_of(database, known).fault is Fault.DIGEST_UNKNOWN


def test_many_writers_make_one_chain(settings, database, clock):
    failures = []

    def work(number):
        own = open_database(settings.database_address)
        try:
            for turn in range(8):
                write(own, clock, f"{number}-{turn}")
                with own.writing_beside_others() as connection:
                    record(
                        connection,
                        system_actor("inbox"),
                        AuditAction.CLAIM_TRIED,
                        subject=f"beside {number}-{turn}",
                        now=clock(),
                    )
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    write(database, clock, "last")
    report = report_of(database)
    assert (report.fault, report.lines, report.unsealed) == (None, 65, 0)


def test_lines_written_beside_others_wait_for_the_next_one(database, clock):
    with database.writing_beside_others() as connection:
        record(connection, SOMEBODY, AuditAction.LOGGED_IN, subject="a", now=clock())
    assert (report_of(database).lines, report_of(database).unsealed) == (0, 1)
    write(database, clock, "b")
    assert (report_of(database).lines, report_of(database).unsealed) == (2, 0)


def test_a_transaction_that_fails_leaves_neither_line_nor_link(database, clock):
    write(database, clock, "a")

    def fail():
        with database.writing() as connection:
            record(connection, SOMEBODY, AuditAction.LOGGED_IN, subject="b", now=clock())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    write(database, clock, "c")
    assert [line.subject for line in audit_lines(database)] == ["a", "c"]
    assert report_of(database).fault is None


def test_a_long_detail_is_cut(database, clock):
    with database.writing() as connection:
        record(
            connection,
            SOMEBODY,
            AuditAction.LOGGED_IN,
            subject="a",
            now=clock(),
            detail="ä" * 1000,
        )
    assert audit_lines(database)[0].detail == "ä" * MAX_DETAIL_CHARACTERS
    assert report_of(database).fault is None


# --- reading --------------------------------------------------------------------------------


def subjects(database, wanted, page=1):
    with database.reading() as connection:
        return [line.subject for line in read_audit(connection, wanted, page).lines]


def test_lines_are_found_by_person_action_subject_village_and_time(database, clock):
    write(database, clock, "a1", "b_1", actor=Actor("Ratna W.", "administrator", 1))
    clock.pass_time(hours=1)
    write(database, clock, "a2", actor=system_actor("watch"), action=AuditAction.LOGIN_REFUSED)
    with database.writing() as connection:
        record(
            connection,
            Actor("100% Budi", "staff", 2),
            AuditAction.LOGGED_OUT,
            subject="bx1",
            now=clock(),
            village=VillageCode("3505171001"),
        )
    for wanted, found in (
        (AuditFilter(), ["bx1", "a2", "b_1", "a1"]),
        (AuditFilter(actor="ratna"), ["b_1", "a1"]),
        (AuditFilter(actor="0%"), ["bx1"]),
        (AuditFilter(subject="b_"), ["b_1"]),
        (AuditFilter(subject="a"), ["a2", "a1"]),
        (AuditFilter(action="login_refused"), ["a2"]),
        (AuditFilter(village=VillageCode("3505171001")), ["bx1"]),
        (AuditFilter(begin=clock()), ["bx1", "a2"]),
        (AuditFilter(end=clock()), ["b_1", "a1"]),
        (AuditFilter(system=True), ["a2"]),
        (AuditFilter(system=False), ["bx1", "b_1", "a1"]),
        (AuditFilter(actor="ratna", action="login_refused"), []),
    ):
        assert subjects(database, wanted) == found, wanted
        with database.reading() as connection:
            assert [line.subject for line in all_lines(connection, wanted)] == found


def test_pages_go_to_the_oldest_line(database, clock):
    with database.writing() as connection:
        for number in range(PAGE_SIZE + 3):
            record(connection, SOMEBODY, AuditAction.LOGGED_IN, subject=str(number), now=clock())
    assert subjects(database, AuditFilter())[0] == str(PAGE_SIZE + 2)
    assert subjects(database, AuditFilter(), 2) == ["2", "1", "0"]
    assert subjects(database, AuditFilter(), 99) == ["2", "1", "0"]


def test_filters_of_the_page_that_make_no_sense_are_left_out(officer):
    for query in (
        "dari=x&sampai=9999-12-31&hal=x&tindakan=x&siapa=x",
        "dari=0001-01-01&sampai=2026-02-30&hal=-1",
        "hal=999999999999&orang=%00&hal_ihwal=%25%25",
        "orang=" + "x" * 5000,
    ):
        assert officer.get(f"/catatan?{query}").status_code == 200
        assert officer.get(f"/catatan/unduh?{query}").status_code == 200


def test_unprintable_names_and_ids_are_none(browser):
    assert browser.log_in("ra\x00tna").status_code == 403
    for name in ("beru", "ratna"):
        browser.log_in(name)
        assert browser.get("/permohonan/a%00b").status_code == 404
        assert browser.get("/anjungan/a%00b").status_code == 404
        ended = browser.post("/akun/sesi/a%00b/akhiri", "/akun")
        assert ended.status_code == 404


def test_every_action_has_words():
    assert set(ACTION_WORDS) == set(AuditAction)
    assert action_words("of_a_later_version") == "of a later version"


# --- old openings ---------------------------------------------------------------------------


def test_openings_from_before_stand_in_the_log(tmp_path):
    path = tmp_path / "regency.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        alembic_command.upgrade(migration_config(connection), "0002")
        connection.execute(
            text(
                "INSERT INTO staff (id, name, display_name, role, village, password_hash, "
                "created_at) VALUES (7, 'beru', 'Petugas Beru', 'village_officer', "
                "'3505171001', 'x', 0)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO requests (id, kiosk, village, service, form_version, ticket_token, "
                "ticket_digest, ticket_code, queue_number, submitted_at, time_quality, card_link, "
                "kid, sealed, received_at, status, revision, note, changed_at, quarantined) "
                "VALUES ('r', '3505171001-1', '3505171001', 's', 1, 't', x'00', 'c', 'q', 0, "
                "'ntp', '', 'k', x'00', 0, 1, 1, '', 0, 0)"
            )
        )
        for number, outcome in enumerate(("opened", "cannot_open", "wrong_binding")):
            connection.execute(
                text(
                    "INSERT INTO answer_openings (request_id, staff_id, staff_name, opened_at, "
                    "outcome) VALUES ('r', 7, 'Bu Beru', :at, :outcome)"
                ),
                {"at": number * 1000, "outcome": outcome},
            )
    engine.dispose()
    database = open_database(path)
    lines = audit_lines(database)
    assert [(line.action, line.actor, line.role, line.subject, line.village) for line in lines] == [
        (action, "Bu Beru", "village_officer", "r", "3505171001")
        for action in ("answers_opened", "answers_not_opened", "answers_misbound")
    ]
    assert lines[1].at - lines[0].at == timedelta(seconds=1)
    database.close()


# --- CSV ------------------------------------------------------------------------------------

HOSTILE = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n+1"]  # noqa: RUF001 - a wide sign


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_cell_that_begins_like_a_formula_is_text(cell):
    assert inert(cell) == f"'{cell}"


@hypothesis_settings(max_examples=150)
@given(rows=st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_cells_come_back_as_they_were_and_none_begins_a_formula(rows):
    content = "".join(csv_lines(("a", "b"), rows))
    assert content.startswith(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(content.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert read[0] == ["a", "b"]
    assert [[cell.removeprefix("'") for cell in row] for row in read[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in read for cell in row)


@pytest.mark.parametrize("cell", ["Siti", "3505171001-1", "a=b", ""])
def test_an_ordinary_cell_stays_as_it_is(cell):
    assert inert(cell) == cell
