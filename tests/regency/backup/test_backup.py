"""Back-ups: there and back, while others write, and by command."""

import stat
import subprocess
import tarfile
import threading

import pytest
from sqlalchemy import func, select

from anjungan.cli import main
from anjungan.regency.audit.trail import AuditAction, record, system_actor
from anjungan.regency.backup import manifest as manifests
from anjungan.regency.backup import programs
from anjungan.regency.backup.making import make_backup
from anjungan.regency.backup.manifest import (
    DATABASE,
    KEYS,
    BackupError,
    read_manifest,
)
from anjungan.regency.backup.programs import find_program, run_client
from anjungan.regency.backup.restoring import restore_backup
from anjungan.regency.store.address import parse_database_url
from anjungan.regency.store.database import newest_revision, open_database
from anjungan.regency.store.tables import AUDIT, METADATA, REQUESTS, STATUS_CHANGES

DATABASES = ("sqlite", "postgresql")
PASSPHRASE = "sebelas kuda hijau"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


# --- there and back -----------------------------------------------------------------------------


def test_everything_comes_back(*, settings, filled, fresh, tmp_path, clock, contents):
    before = contents(filled)
    made = make_backup(settings, filled, tmp_path / "regency.backup", now=clock())
    assert made.database.migration == newest_revision()
    assert made.database.rows["requests"] == 5
    assert made.keys is None

    clock.pass_time(days=1)
    restored = restore_backup(fresh, tmp_path / "regency.backup", now=clock())
    assert restored == made == read_manifest(tmp_path / "regency.backup")
    database = open_database(fresh.database_address)
    after = contents(database)
    added = {"audit", "audit_chain"}
    for name in before:
        if name not in added:
            assert after[name] == before[name], name
    with database.reading() as connection:
        actions = connection.execute(select(AUDIT.c.action).order_by(AUDIT.c.id)).scalars().all()
        assert actions[-1] == "backup_restored"
    with database.writing() as connection:  # the restored database goes on
        record(
            connection, system_actor("test"), AuditAction.HOLIDAYS_CHANGED, subject="x", now=clock()
        )
    database.close()
    with filled.reading() as connection:
        actions = connection.execute(select(AUDIT.c.action).order_by(AUDIT.c.id)).scalars().all()
    assert actions[-1] == "backup_made"


def test_the_file_is_for_one_user_and_tells_what_it_holds(backup, settings):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    said = read_manifest(backup)
    assert said.regency == settings.regency
    assert said.database.sha256 == manifests.content_of(extracted(backup, DATABASE)).sha256
    assert set(said.database.rows) == set(METADATA.tables)
    assert list(backup.parent.glob(".*")) == [], "nothing is left beside it"


def extracted(backup, name):
    target = backup.parent / f"extracted-{name}"
    with tarfile.open(backup) as archive:
        target.write_bytes(archive.extractfile(name).read())
    return target


def test_a_backup_taken_while_the_inbox_writes_shows_one_state(
    *, settings, database, intake, kiosk, clock, fresh, tmp_path
):
    """Each commit adds requests and their changes together; no back-up sees one without other."""
    stop, failures, began = threading.Event(), [], threading.Event()

    def write():
        try:
            while not stop.is_set():
                intake(*[kiosk.request() for _ in range(7)])
                began.set()
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert began.wait(30)
        made = [
            make_backup(settings, database, tmp_path / f"{number}.backup", now=clock())
            for number in range(3)
        ]
    finally:
        stop.set()
        writer.join(30)
    assert failures == []
    rows = [each.database.rows for each in made]
    assert [each["requests"] for each in rows] == [each["status_changes"] for each in rows]
    assert all(each["requests"] % 7 == 0 and each["requests"] for each in rows)
    assert rows[0]["requests"] < rows[2]["requests"], "the inbox went on"
    restore_backup(fresh, tmp_path / "2.backup", now=clock())
    restored = open_database(fresh.database_address)
    with restored.reading() as connection:
        joined = select(func.count()).select_from(
            REQUESTS.join(STATUS_CHANGES, STATUS_CHANGES.c.request_id == REQUESTS.c.id)
        )
        assert connection.execute(joined).scalar_one() == rows[2]["requests"]
    restored.close()


# --- PostgreSQL's programs ----------------------------------------------------------------------


def test_the_password_is_on_no_command_line(monkeypatch):
    seen = {}

    def run(command, *, env, **options):
        seen.update(command=command, env=env)
        return subprocess.CompletedProcess(command, 1, b"", b"pg_dump: error: no such luck\nmore")

    monkeypatch.setattr(programs.subprocess, "run", run)
    address = parse_database_url(
        "postgresql://inbox:rahasia@db.example:5433/anjungan?sslmode=verify-full&passfile=/p"
    )
    with pytest.raises(BackupError, match="no such luck") as caught:
        run_client("pg_dump", address, ["--format=custom"])
    assert "more" not in str(caught.value)
    words = " ".join(map(str, seen["command"]))
    assert "rahasia" not in words
    assert "host='db.example'" in words
    assert "sslmode='verify-full'" in words
    assert "passfile" not in words
    assert (seen["env"]["PGPASSWORD"], seen["env"]["PGPASSFILE"]) == ("rahasia", "/p")


def test_without_client_programs_it_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(programs, "_DEBIAN", tmp_path)
    monkeypatch.setattr(programs.shutil, "which", lambda program: None)
    with pytest.raises(BackupError, match="install postgresql-client"):
        find_program("pg_dump")
    for version in ("9.6", "15", "13"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "pg_dump").touch()
    assert find_program("pg_dump") == tmp_path / "15" / "bin" / "pg_dump"


# --- the commands -------------------------------------------------------------------------------


@pytest.fixture
def command(settings, monkeypatch):
    def command(*words, using=settings):
        monkeypatch.setenv("ANJUNGAN_REGENCY_DATA_DIR", str(using.data_dir))
        monkeypatch.setenv("ANJUNGAN_REGENCY_DATABASE_URL", using.database_url)
        return main(["regency", *map(str, words)])

    return command


def test_the_drill_by_command(*, command, filled, fresh, tmp_path, capsys, is_untouched):
    file, words = tmp_path / "regency.backup", tmp_path / "passphrase"
    words.write_text(PASSPHRASE + "\n")
    assert command("backup", file, "--with-keys", "--passphrase-file", words) == 0
    assert "5 requests" in capsys.readouterr().out
    assert command("restore", file, "--check", using=fresh) == 0
    assert "whole and fits" in capsys.readouterr().out
    assert is_untouched(fresh)
    restored = ("restore", file, "--with-keys", "--passphrase-file", words)
    assert command(*restored, using=fresh) == 0
    assert "restored" in capsys.readouterr().out
    assert command(*restored, using=fresh) == 1
    assert command("backup", file) == 1
    assert "exists already" in capsys.readouterr().err


@ON_SQLITE
def test_the_passphrase_is_asked_for_twice(*, command, filled, tmp_path, monkeypatch, capsys):
    typed = iter([PASSPHRASE, "something else", PASSPHRASE, PASSPHRASE])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert command("backup", tmp_path / "a", "--with-keys") == 1
    assert "differ" in capsys.readouterr().err
    assert command("backup", tmp_path / "a", "--with-keys") == 0
    assert read_manifest(tmp_path / "a").keys is not None
    with tarfile.open(tmp_path / "a") as archive:
        assert KEYS in archive.getnames()
