"""What is PostgreSQL's alone: its URL, its limits of time, a restart, words between processes."""

import logging
import queue
import signal
import socket
import threading
from datetime import datetime

import pytest
from postgres_lab import GUEST, running_postgres
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from anjungan.cli import main
from anjungan.regency.failures import DatabaseUnreachableError, failure_words
from anjungan.regency.settings import SettingsError, load_settings
from anjungan.regency.store import notice_listener, postgres
from anjungan.regency.store.address import AddressError, PostgresUrl, parse_database_url
from anjungan.regency.store.database import open_database
from anjungan.regency.store.notice_listener import NoticeListener
from anjungan.regency.store.notices import STATUSES, announce
from anjungan.regency.store.tables import EARLY_CANCELS
from anjungan.regency.wake import listening_for_wakes, wake_inbox

DATABASES = ("postgresql",)
PASSWORD = "rahasia-sekali"


# --- the URL ------------------------------------------------------------------------------------


def test_a_url_is_read_and_its_password_is_never_shown():
    address = parse_database_url(f"postgresql://inbox:{PASSWORD}@db.example:5433/anjungan")
    assert (address.url.host, address.url.port, address.url.database) == (
        "db.example",
        5433,
        "anjungan",
    )
    assert address.url.password == PASSWORD
    assert PASSWORD not in repr(address)
    assert PASSWORD not in str(address)
    assert "db.example" in repr(address)


@pytest.mark.parametrize(
    "text",
    [
        f"mysql://root:{PASSWORD}@localhost/x",
        f"postgresql://inbox:{PASSWORD}@localhost",
        f"postgresql://inbox:{PASSWORD}@localhost:no-port/x",
        f"postgresql://[{PASSWORD}/x",
        "regency.db",
        "sqlite:///regency.db",
    ],
)
def test_what_is_no_postgresql_url_is_refused_without_being_quoted(text):
    with pytest.raises(AddressError) as caught:
        parse_database_url(text)
    assert PASSWORD not in str(caught.value)
    with pytest.raises(SettingsError, match="database_url") as refused:
        load_settings(None, {"ANJUNGAN_REGENCY_DATABASE_URL": text})
    assert PASSWORD not in str(refused.value)
    assert refused.value.__cause__ is None


def test_settings_say_which_database_and_show_no_password(tmp_path):
    file = load_settings(None, {"ANJUNGAN_REGENCY_DATA_DIR": str(tmp_path)})
    assert file.database_address == tmp_path / "regency.db"
    url = f"postgresql://inbox:{PASSWORD}@localhost/anjungan"
    server = load_settings(None, {"ANJUNGAN_REGENCY_DATABASE_URL": url})
    assert isinstance(server.database_address, PostgresUrl)
    assert PASSWORD not in repr(server)


def test_a_server_that_is_not_there_is_said_without_the_password():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        url = f"postgresql://inbox:{PASSWORD}@127.0.0.1:{sock.getsockname()[1]}/anjungan"
        with pytest.raises(DatabaseUnreachableError) as caught:
            open_database(parse_database_url(url))
    assert "127.0.0.1" in str(caught.value)
    error = caught.value
    assert PASSWORD not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_a_command_without_its_database_says_so_and_ends(monkeypatch, capsys, tmp_path):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        url = f"postgresql://inbox:{PASSWORD}@127.0.0.1:{sock.getsockname()[1]}/anjungan"
        monkeypatch.setenv("ANJUNGAN_REGENCY_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("ANJUNGAN_REGENCY_DATABASE_URL", url)
        monkeypatch.setattr(signal, "signal", lambda number, handler: None)
        assert main(["regency", "inbox"]) == 1
    told = capsys.readouterr().err
    assert "the database is not reached" in told
    assert PASSWORD not in told


def test_the_password_may_stand_in_a_file_of_its_own(*, postgres, settings, database, tmp_path):
    name = parse_database_url(settings.database_url).url.database
    passes = tmp_path / "pgpass"
    passes.write_text(f"*:*:{name}:{GUEST}:{PASSWORD}\n")
    passes.chmod(0o600)
    url = settings.database_url.replace("postgres@", f"{GUEST}@")
    postgres.run(f"CREATE ROLE {GUEST} LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
    try:
        with pytest.raises(DatabaseUnreachableError, match="no password supplied"):
            open_database(parse_database_url(url))
        opened = open_database(parse_database_url(f"{url}&passfile={passes}"))
        with opened.reading() as connection:
            assert connection.execute(text("SELECT current_user")).scalar() == GUEST
        opened.close()
    finally:
        postgres.run(f"DROP ROLE {GUEST}")


# --- time and trouble ---------------------------------------------------------------------------


def test_a_statement_that_takes_too_long_is_ended(settings, monkeypatch):
    monkeypatch.setattr(postgres, "STATEMENT_TIMEOUT_MS", 100)
    database = open_database(settings.database_address)
    with pytest.raises(OperationalError) as caught, database.reading() as connection:
        connection.execute(text("SELECT pg_sleep(20)"))
    assert failure_words(caught.value).startswith("QueryCanceled")
    with database.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    database.close()


def test_a_writer_that_waits_too_long_for_another_gives_up(settings, database, monkeypatch):
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT_MS", 100)
    impatient = open_database(settings.database_address)

    def write():
        with impatient.writing():
            pytest.fail("two writers at once")

    with database.writing(), pytest.raises(OperationalError) as caught:
        write()
    assert failure_words(caught.value).startswith("LockNotAvailable")
    with database.writing_beside_others(), pytest.raises(OperationalError):
        write()
    with database.writing_beside_others(), impatient.writing_beside_others():
        pass
    impatient.close()


def test_a_server_that_hurries_is_told_to_wait_for_its_disk(postgres, settings):
    name = parse_database_url(settings.database_url).url.database
    postgres.run(f"ALTER DATABASE {name} SET synchronous_commit = off")
    database = open_database(settings.database_address)
    with database.writing() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    database.close()


def test_words_of_errors_hold_no_values(database, clock):
    secret = "3505104107900147"

    def write(message_id):
        with database.writing() as connection:
            connection.execute(
                insert(EARLY_CANCELS).values(
                    message_id=message_id, kiosk="b", first_seen_at=clock()
                )
            )

    write(secret)
    with pytest.raises(IntegrityError) as twice:
        write(secret)
    with pytest.raises(DBAPIError) as too_long:
        write(secret * 10)
    for caught in (twice, too_long):
        told = [str(caught.value), repr(caught.value), str(caught.value.orig)]
        told += [str(caught.value.__cause__), repr(caught.value.__cause__)]
        assert not [words for words in told if secret in words]
    assert "pk_early_cancels" in str(twice.value)
    assert "UniqueViolation 23505" in str(twice.value)


def test_a_restarted_server_costs_no_error_afterwards(clock):
    with running_postgres() as server:
        database = open_database(parse_database_url(server.new_database()))
        heard = queue.Queue()
        listener = NoticeListener(database.address, STATUSES, lambda: heard.put(clock()))
        listener.start()
        heard.get(timeout=20)  # it looks once when it begins to listen
        with database.writing() as connection:
            connection.execute(
                insert(EARLY_CANCELS).values(message_id="a", kiosk="b", first_seen_at=clock())
            )
        server.stop(signal.SIGINT)
        with pytest.raises(OperationalError), database.reading() as connection:
            connection.execute(select(EARLY_CANCELS))
        server.start()
        with database.reading() as connection:
            assert len(connection.execute(select(EARLY_CANCELS)).all()) == 1
        heard.get(timeout=30)  # and again when it has found the server
        with database.writing() as connection:
            announce(connection, STATUSES)
        heard.get(timeout=20)
        listener.stop()
        database.close()


# --- words between processes --------------------------------------------------------------------


def test_a_word_is_heard_with_the_commit_and_not_before(database, monkeypatch):
    monkeypatch.setattr(notice_listener, "_LOOK_UP_S", 0.05)
    heard = queue.Queue()
    listener = NoticeListener(database.address, STATUSES, lambda: heard.put(True))
    listener.start()
    heard.get(timeout=20)
    with database.writing() as connection:
        announce(connection, STATUSES)
        with pytest.raises(queue.Empty):
            heard.get(timeout=0.3)
    heard.get(timeout=20)

    def write_nothing():
        with database.writing() as connection:
            announce(connection, STATUSES)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_nothing()
    with pytest.raises(queue.Empty):
        heard.get(timeout=0.3)
    listener.stop()


def test_a_listener_without_a_server_waits_and_ends_when_told(caplog, monkeypatch):
    monkeypatch.setattr(notice_listener, "_LONGEST_WAIT_S", 0.2)
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        address = parse_database_url(f"postgresql://inbox:{PASSWORD}@127.0.0.1:{port}/anjungan")
        tried = threading.Event()
        monkeypatch.setattr(
            notice_listener.LOG, "warning", lambda *words: (tried.set(), logging.getLogger("x"))
        )
        listener = NoticeListener(address, STATUSES, lambda: pytest.fail("nothing was said"))
        listener.start()
        assert tried.wait(20)
        listener.stop()
    assert not listener._thread.is_alive()
    assert PASSWORD not in caplog.text


def test_every_worker_of_this_machine_and_of_others_is_woken(settings, database):
    heard = {"a": queue.Queue(), "b": queue.Queue()}

    def woken(name):
        return lambda: heard[name].put(datetime)

    with (
        listening_for_wakes(settings.data_dir, settings.data_dir / "x.db", "a", woken("a")),
        listening_for_wakes(settings.data_dir, database.address, "b", woken("b")),
    ):
        heard["b"].get(timeout=20)  # the database was asked once
        wake_inbox(settings.data_dir)
        heard["a"].get(timeout=20)
        heard["b"].get(timeout=20)
        with database.writing() as connection:
            announce(connection, STATUSES)
        heard["b"].get(timeout=20)
        with pytest.raises(queue.Empty):
            heard["a"].get(timeout=0.1)
    assert list(settings.data_dir.glob("*.wake")) == []
    wake_inbox(settings.data_dir)  # nobody listens: no harm
