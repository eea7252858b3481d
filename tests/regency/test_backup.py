"""Back-ups: whole, checked before anything is touched, and never in anybody's way."""

import gzip
import io
import random
import sqlite3
import stat
import subprocess
import tarfile
import threading
from contextlib import closing

import msgspec
import pytest
from sqlalchemy import func, select

from anjungan.cli import main
from anjungan.regency.audit.trail import AuditAction, record, system_actor
from anjungan.regency.backup import manifest as manifests
from anjungan.regency.backup import programs, sealed_keys
from anjungan.regency.backup.making import make_backup
from anjungan.regency.backup.manifest import (
    DATABASE,
    KEYS,
    MANIFEST,
    BackupError,
    read_manifest,
    unpack,
)
from anjungan.regency.backup.programs import find_program, run_client
from anjungan.regency.backup.restoring import check_backup, restore_backup
from anjungan.regency.store.address import parse_database_url
from anjungan.regency.store.database import newest_revision, open_database
from anjungan.regency.store.postgres import postgres_engine
from anjungan.regency.store.tables import AUDIT, METADATA, REQUESTS, STATUS_CHANGES

DATABASES = ("sqlite", "postgresql")
PASSPHRASE = "sebelas kuda hijau"
REAL_COSTS = (sealed_keys.OPERATIONS, sealed_keys.MEMORY_BYTES)
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch):
    """The real costs are looked at below."""
    monkeypatch.setattr(sealed_keys, "OPERATIONS", 1)
    monkeypatch.setattr(sealed_keys, "MEMORY_BYTES", 8192)


@pytest.fixture
def fresh(settings, database_kind, tmp_path, request):
    """Settings of a machine on which nothing stands yet."""
    fresh = msgspec.structs.replace(settings, data_dir=tmp_path / "fresh", database_url="")
    if database_kind == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.new_database(template="template0")
        fresh = msgspec.structs.replace(fresh, database_url=url)
    return fresh


@pytest.fixture
def filled(*, database, intake, accounts, kiosk, clock, sealing_key):
    """A regency with something in most tables."""
    intake(kiosk.state(), kiosk.health(), kiosk.event("padam"))
    intake(*[kiosk.request(sealing_key) for _ in range(5)])
    with database.writing() as connection:
        record(
            connection,
            system_actor("test"),
            AuditAction.HOLIDAYS_CHANGED,
            subject="2026",
            now=clock(),
        )
    return database


@pytest.fixture
def backup(settings, filled, tmp_path, clock):
    file = tmp_path / "regency.backup"
    make_backup(settings, filled, file, now=clock())
    return file


def contents(database):
    with database.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in METADATA.sorted_tables
        }


def is_untouched(settings):
    """Nothing stands where the restored things would."""
    if settings.database_url:
        engine = postgres_engine(settings.database_address)
        with engine.connect() as connection:
            tables = connection.exec_driver_sql(
                "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
            ).scalar()
        engine.dispose()
        untouched = tables == 0
    else:
        untouched = not settings.database_path.exists()
    folders = [settings.keys_path, settings.authority_path]
    left = list(settings.data_dir.glob(".*")) if settings.data_dir.exists() else []
    return untouched and not left and not any(folder.exists() for folder in folders)


# --- there and back -----------------------------------------------------------------------------


def test_everything_comes_back(*, settings, filled, fresh, tmp_path, clock):
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


# --- what is refused ----------------------------------------------------------------------------


def test_no_file_is_replaced(*, settings, filled, backup, clock):
    whole = backup.read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        make_backup(settings, filled, backup, now=clock())
    assert backup.read_bytes() == whole


def test_no_database_is_replaced(*, settings, filled, backup, clock):
    before = contents(filled)
    with pytest.raises(BackupError, match=r"exists|holds"):
        restore_backup(settings, backup, now=clock())
    assert contents(filled) == before


@ON_SQLITE
@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_what_another_database_left_is_not_taken_for_part_of_this_one(ending, backup, fresh, clock):
    fresh.data_dir.mkdir()
    left = fresh.data_dir / f"regency.db{ending}"
    left.write_bytes(b"left")
    with pytest.raises(BackupError, match="move it away"):
        restore_backup(fresh, backup, now=clock())
    assert not fresh.database_path.exists()


@ON_SQLITE
@pytest.mark.parametrize("place", [0.02, 0.1, 0.3, 0.8, 0.999])
def test_a_damaged_file_changes_nothing(place, backup, filled, fresh, clock):
    whole = bytearray(backup.read_bytes())
    whole[int(len(whole) * place)] ^= 0x10
    backup.write_bytes(whole)
    try:
        restore_backup(fresh, backup, now=clock())
    except BackupError:
        assert is_untouched(fresh)
    else:
        # in a run of zeros a bit may change how the archive says something and not what it says
        with closing(open_database(fresh.database_address)) as restored:
            told, before = contents(restored), contents(filled)
        # a restored database says in its audit log that it was
        assert {**told, "audit": (), "audit_chain": ()} == {
            **before,
            "audit": (),
            "audit_chain": (),
        }


@ON_SQLITE
def test_another_content_than_the_manifest_tells_changes_nothing(backup, fresh, clock):
    whole = bytearray(gzip.decompress(backup.read_bytes()))
    place = whole.index(b"SQLite format 3\0") + 64
    whole[place] ^= 0x10
    backup.write_bytes(gzip.compress(bytes(whole)))
    with pytest.raises(BackupError, match="digest"):
        restore_backup(fresh, backup, now=clock())
    assert is_untouched(fresh)


@ON_SQLITE
def test_no_single_bit_changes_what_is_restored(backup, fresh):
    """Wherever it is: the file is refused, or the bit means nothing (a time in gzip's head)."""
    whole, made = backup.read_bytes(), read_manifest(backup)
    chance = random.Random(3)  # noqa: S311 - chooses bits
    places = [*range(20), *(chance.randrange(len(whole)) for _ in range(40))]
    refused = 0
    for place in [*places, *range(len(whole) - 8, len(whole))]:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(damaged)
        try:
            assert check_backup(fresh, backup) == made
        except BackupError:
            refused += 1
    assert refused > 50, "few bits mean nothing"


@ON_SQLITE
@pytest.mark.parametrize("keep", [0.0, 0.01, 0.5, 0.9])
def test_half_a_file_changes_nothing(keep, backup, fresh, clock):
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(BackupError):
        check_backup(fresh, backup)
    with pytest.raises(BackupError):
        restore_backup(fresh, backup, now=clock())
    assert is_untouched(fresh)


def rewritten(backup, *, said=None, members=None):
    """The same archive with another manifest or other members, its checksums right."""
    with tarfile.open(backup) as archive:
        held = {member.name: archive.extractfile(member).read() for member in archive}
    if said is not None:
        held[MANIFEST] = msgspec.json.encode(said)
    if members is not None:
        held = members(held)
    with tarfile.open(backup, "w:gz") as archive:
        for name, content in held.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "format 2"),
        ({"regency": "3506"}, "regency 3506"),
        ({"migration": "9999"}, "does not know"),
        ({"kind": "other"}, "the back-up is of"),
        ({"sha256": "0" * 64}, "damaged"),
        ({"size_bytes": 5}, "damaged"),
        ({"rows": {"requests": 6}}, "rows"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(*, change, words, backup, fresh, clock):
    said = read_manifest(backup)
    if change == {"kind": "other"}:
        change = {"kind": "sqlite" if said.database.kind == "postgresql" else "postgresql"}
    inside = {
        name: value for name, value in change.items() if name in said.database.__struct_fields__
    }
    database = msgspec.structs.replace(said.database, **inside)
    outside = {name: value for name, value in change.items() if name not in inside}
    rewritten(backup, said=msgspec.structs.replace(said, database=database, **outside))
    with pytest.raises(BackupError, match=words):
        restore_backup(fresh, backup, now=clock())
    if "rows" not in change:  # counted once it stands there, and said
        assert is_untouched(fresh)


@ON_SQLITE
def test_foreign_archives_are_told_apart(backup, fresh, tmp_path):
    rewritten(backup, members=lambda held: {DATABASE: held[DATABASE]})
    with pytest.raises(BackupError, match="does not begin with a manifest"):
        read_manifest(backup)
    rewritten(backup, members=lambda held: {MANIFEST: b"{}"})
    with pytest.raises(BackupError, match="cannot be read"):
        read_manifest(backup)
    with gzip.open(backup, "wb") as file:
        file.write(b"not a tar" * 1000)
    with pytest.raises(BackupError):
        read_manifest(backup)
    with pytest.raises(BackupError, match="cannot be read"):
        check_backup(fresh, tmp_path / "nowhere")


@ON_SQLITE
def test_more_than_the_manifest_names_is_refused(backup, fresh, clock):
    rewritten(backup, members=lambda held: {**held, "more": b"x"})
    with pytest.raises(BackupError, match="more than"):
        restore_backup(fresh, backup, now=clock())
    assert is_untouched(fresh)


@ON_SQLITE
def test_only_the_named_members_are_read(backup, tmp_path):
    rewritten(
        backup,
        members=lambda held: {MANIFEST: held[MANIFEST], "../outside": b"x", DATABASE: b""},
    )
    folder = tmp_path / "unpacked"
    folder.mkdir()
    with pytest.raises(BackupError, match="missing"):
        unpack(backup, folder)
    assert not (tmp_path / "outside").exists()


@ON_SQLITE
def test_a_damaged_database_gives_no_backup(*, settings, filled, tmp_path, clock):
    filled.close()
    with closing(sqlite3.connect(settings.database_path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damaged = bytearray(settings.database_path.read_bytes())
    damaged[8192:12288] = b"\xff" * 4096
    settings.database_path.write_bytes(damaged)
    with pytest.raises((BackupError, sqlite3.DatabaseError)):
        make_backup(settings, filled, tmp_path / "regency.backup", now=clock())
    assert not (tmp_path / "regency.backup").exists()
    assert list(tmp_path.glob(".*")) == []


# --- keys ---------------------------------------------------------------------------------------


def files_under(folder):
    return {
        str(path.relative_to(folder)): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def with_keys(*, settings, filled, tmp_path, clock):
    (settings.authority_path / "root").mkdir(parents=True)
    (settings.authority_path / "root" / "root.pem").write_text("certificate")
    file = tmp_path / "with-keys.backup"
    make_backup(settings, filled, file, now=clock(), passphrase=PASSPHRASE)
    return file


def test_keys_come_along_only_when_asked_and_only_sealed(
    *, settings, backup, with_keys, fresh, clock
):
    with tarfile.open(backup) as archive:
        assert archive.getnames() == [MANIFEST, DATABASE]
    private = (settings.keys_path / "root" / "root.key").read_bytes().strip()
    assert len(private) > 20
    for file in (backup, with_keys):
        assert private not in gzip.decompress(file.read_bytes())
    restore_backup(fresh, with_keys, now=clock(), passphrase=PASSPHRASE)
    assert files_under(fresh.keys_path) == files_under(settings.keys_path)
    assert files_under(fresh.authority_path) == files_under(settings.authority_path)


@ON_SQLITE
def test_a_wrong_passphrase_changes_nothing(with_keys, fresh, clock):
    with pytest.raises(BackupError, match="passphrase is wrong"):
        restore_backup(fresh, with_keys, now=clock(), passphrase=PASSPHRASE + "x")
    assert is_untouched(fresh)
    restore_backup(fresh, with_keys, now=clock())
    assert not fresh.keys_path.exists(), "asked for the database alone"


@ON_SQLITE
def test_keys_are_never_replaced_and_must_be_there(*, backup, with_keys, fresh, clock):
    with pytest.raises(BackupError, match="holds no keys"):
        restore_backup(fresh, backup, now=clock(), passphrase=PASSPHRASE)
    fresh.keys_path.mkdir(parents=True)
    (fresh.keys_path / "keyring.json").write_text("{}")
    with pytest.raises(BackupError, match="not empty"):
        restore_backup(fresh, with_keys, now=clock(), passphrase=PASSPHRASE)
    assert not fresh.database_path.exists()
    assert (fresh.keys_path / "keyring.json").read_text() == "{}"


@ON_SQLITE
def test_a_short_passphrase_is_refused(*, settings, filled, tmp_path, clock):
    with pytest.raises(BackupError, match="12 characters"):
        make_backup(settings, filled, tmp_path / "x", now=clock(), passphrase="pendek")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", ["elsewhere/x", "keys/../../x", "keys", "/etc/x"])
def test_names_of_keys_lead_nowhere_else(name, tmp_path):
    files = {name: sealed_keys.KeyFile(b"x", 0o600)}
    with pytest.raises(BackupError, match="foreign folder"):
        sealed_keys.put_back(files, {"keys": tmp_path / "keys"})
    assert list(tmp_path.rglob("*")) == []
    assert "b'x'" not in repr(files)


def test_keys_of_another_format_are_refused():
    with pytest.raises(BackupError, match="another format"):
        sealed_keys.open_folders(b"something", PASSPHRASE)


def test_guessing_a_passphrase_is_expensive():
    assert REAL_COSTS[0] >= 3
    assert REAL_COSTS[1] >= 256 * 1024 * 1024


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


def test_the_drill_by_command(*, command, filled, fresh, tmp_path, capsys):
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
