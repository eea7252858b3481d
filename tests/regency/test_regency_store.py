"""The database: migrations, durability, two processes."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from anjungan.regency.settings import load_settings
from anjungan.regency.store.database import open_database
from anjungan.regency.store.tables import EARLY_CANCELS, METADATA, PROCESS_BEATS

DATABASES = ("sqlite", "postgresql")


def test_the_migrations_make_exactly_the_tables(database):
    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_every_commit_waits_for_the_disk(database, database_kind):
    with database.writing() as connection:
        if database_kind == "postgresql":
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
            return
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_opening_again_keeps_what_is_there(settings, database, clock):
    with database.writing() as connection:
        connection.execute(
            insert(EARLY_CANCELS).values(message_id="a", kiosk="b", first_seen_at=clock())
        )
    again = open_database(settings.database_address)
    with again.reading() as connection:
        assert connection.execute(select(EARLY_CANCELS)).one().first_seen_at == clock()
    again.close()


def test_an_exception_leaves_nothing(database, clock):
    def write():
        with database.writing() as connection:
            connection.execute(
                insert(EARLY_CANCELS).values(message_id="a", kiosk="b", first_seen_at=clock())
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    with database.reading() as connection:
        assert connection.execute(select(EARLY_CANCELS)).all() == []


def test_a_reader_sees_one_state_while_another_writes(settings, database, clock):
    other = open_database(settings.database_address)
    with database.reading() as reading:
        assert reading.execute(select(EARLY_CANCELS)).all() == []
        with other.writing() as writing:
            writing.execute(
                insert(EARLY_CANCELS).values(message_id="a", kiosk="b", first_seen_at=clock())
            )
        assert reading.execute(select(EARLY_CANCELS)).all() == []
    with database.reading() as reading:
        assert len(reading.execute(select(EARLY_CANCELS)).all()) == 1
    other.close()


def test_errors_do_not_quote_values(database, clock):
    values = {"message_id": "secret-of-a-resident", "kiosk": "b", "first_seen_at": clock()}

    def write_twice():
        with database.writing() as connection:
            connection.execute(insert(EARLY_CANCELS).values(values))
            connection.execute(insert(EARLY_CANCELS).values(values))

    with pytest.raises(IntegrityError) as caught:
        write_twice()
    assert "secret-of-a-resident" not in str(caught.value)


def test_a_time_without_zone_is_a_bug(database):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point of the test

    def write():
        with database.writing() as connection:
            connection.execute(
                insert(EARLY_CANCELS).values(message_id="a", kiosk="b", first_seen_at=naive)
            )

    with pytest.raises(StatementError, match="moments carry a time zone"):
        write()


def test_moments_keep_their_milliseconds(database):
    moment = datetime(2026, 11, 24, 9, 41, 3, 123_000, tzinfo=UTC)
    with database.writing() as connection:
        connection.execute(
            insert(EARLY_CANCELS).values(message_id="a", kiosk="b", first_seen_at=moment)
        )
    with database.reading() as connection:
        assert connection.execute(select(EARLY_CANCELS.c.first_seen_at)).scalar() == moment


def test_many_threads_write_one_after_the_other(database, clock):
    failures = []

    def work(number):
        try:
            for turn in range(10):
                with database.writing() as connection:
                    connection.execute(
                        insert(EARLY_CANCELS).values(
                            message_id=f"{number}-{turn}", kiosk="b", first_seen_at=clock()
                        )
                    )
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with database.reading() as connection:
        assert len(connection.execute(select(EARLY_CANCELS)).all()) == 40


PROCESS = """
import os, sys
from datetime import UTC, datetime
from sqlalchemy import insert
from anjungan.regency.settings import load_settings
from anjungan.regency.store.database import open_database
from anjungan.regency.store.tables import EARLY_CANCELS
database = open_database(load_settings(None, os.environ).database_address)
for turn in range(20):
    with database.writing() as connection:
        connection.execute(insert(EARLY_CANCELS).values(
            message_id=f"{sys.argv[1]}-{turn}", kiosk="b", first_seen_at=datetime.now(tz=UTC)))
"""


@pytest.fixture
def not_migrated(tmp_path, database_kind, request):
    """Settings of a database without tables."""
    variables = {"ANJUNGAN_REGENCY_DATA_DIR": str(tmp_path / "regency")}
    if database_kind == "postgresql":
        server = request.getfixturevalue("postgres")
        variables["ANJUNGAN_REGENCY_DATABASE_URL"] = server.new_database(template="template0")
    return variables


def test_two_processes_create_the_database_at_once_and_write(not_migrated):
    processes = [
        subprocess.Popen([sys.executable, "-c", PROCESS, name], env={**os.environ, **not_migrated})
        for name in "ab"
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    database = open_database(load_settings(None, not_migrated).database_address)
    with database.reading() as connection:
        assert len(connection.execute(select(EARLY_CANCELS)).all()) == 40
        assert connection.execute(select(PROCESS_BEATS)).all() == []
    database.close()


def test_a_reader_may_not_write(database, clock):
    def write():
        with database.reading() as connection:
            connection.execute(
                insert(EARLY_CANCELS).values(message_id="a", kiosk="b", first_seen_at=clock())
            )

    with pytest.raises(DBAPIError, match=r"(?i)readonly|ReadOnly"):
        write()
    with database.writing() as connection:
        assert connection.execute(select(EARLY_CANCELS)).all() == []


def test_what_a_writer_read_stays_true_until_it_commits(settings, database, clock):
    """Two that count and then write the count never write the same one."""
    other = open_database(settings.database_address)

    def work(mine):
        for _ in range(25):
            with mine.writing() as connection:
                count = len(connection.execute(select(EARLY_CANCELS.c.message_id)).all())
                connection.execute(
                    insert(EARLY_CANCELS).values(
                        message_id=str(count), kiosk="b", first_seen_at=clock()
                    )
                )

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, mine) for mine in (database, other)]:
            done.result(60)
    with database.reading() as connection:
        ids = {row.message_id for row in connection.execute(select(EARLY_CANCELS))}
    assert ids == {str(number) for number in range(50)}
    other.close()
