"""Back-ups that are refused: everything is checked before anything is touched."""

import gzip
import random
import sqlite3
from contextlib import closing

import msgspec
import pytest

from anjungan.regency.backup.making import make_backup
from anjungan.regency.backup.manifest import (
    DATABASE,
    MANIFEST,
    BackupError,
    read_manifest,
    unpack,
)
from anjungan.regency.backup.restoring import check_backup, restore_backup
from anjungan.regency.store.database import open_database

DATABASES = ("sqlite", "postgresql")
PASSPHRASE = "sebelas kuda hijau"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def test_no_file_is_replaced(*, settings, filled, backup, clock):
    whole = backup.read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        make_backup(settings, filled, backup, now=clock())
    assert backup.read_bytes() == whole


def test_no_database_is_replaced(*, settings, filled, backup, clock, contents):
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
def test_a_damaged_file_changes_nothing(
    *, place, backup, filled, fresh, clock, is_untouched, contents
):
    whole = bytearray(backup.read_bytes())
    whole[int(len(whole) * place)] ^= 0x10
    backup.write_bytes(whole)
    try:
        restore_backup(fresh, backup, now=clock())
    except BackupError:
        assert is_untouched(fresh)
        return
    # in a run of zeros a bit may change how the archive says something and not what it says
    with closing(open_database(fresh.database_address)) as restored:
        told, before = contents(restored), contents(filled)
    for name in set(before) - {"audit", "audit_chain"}:
        assert told[name] == before[name]


@ON_SQLITE
def test_another_content_than_the_manifest_tells_changes_nothing(
    backup, fresh, clock, is_untouched
):
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
def test_half_a_file_changes_nothing(keep, backup, fresh, clock, is_untouched):
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(BackupError):
        check_backup(fresh, backup)
    with pytest.raises(BackupError):
        restore_backup(fresh, backup, now=clock())
    assert is_untouched(fresh)


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "format 2"),
        ({"regency": "3506"}, "regency 3506"),
        ({"migration": "9999"}, "does not know"),
        ({"kind": "postgresql"}, "the back-up is of postgresql"),
        ({"sha256": "0" * 64}, "damaged"),
        ({"size_bytes": 5}, "damaged"),
        ({"rows": {"requests": 6}}, "rows"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(
    *, change, words, backup, fresh, clock, is_untouched, rewritten
):
    said = read_manifest(backup)
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
def test_foreign_archives_are_told_apart(backup, fresh, tmp_path, rewritten):
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
def test_more_than_the_manifest_names_is_refused(backup, fresh, clock, is_untouched, rewritten):
    rewritten(backup, members=lambda held: {**held, "more": b"x"})
    with pytest.raises(BackupError, match="more than"):
        restore_backup(fresh, backup, now=clock())
    assert is_untouched(fresh)


@ON_SQLITE
def test_only_the_named_members_are_read(backup, tmp_path, rewritten):
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
