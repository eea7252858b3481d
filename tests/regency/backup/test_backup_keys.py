"""Private keys in back-ups: only when asked, only sealed, never replaced."""

import gzip
import stat
import tarfile

import pytest

from anjungan.regency.backup import sealed_keys
from anjungan.regency.backup.making import make_backup
from anjungan.regency.backup.manifest import (
    DATABASE,
    MANIFEST,
    BackupError,
)
from anjungan.regency.backup.restoring import restore_backup

DATABASES = ("sqlite", "postgresql")
PASSPHRASE = "sebelas kuda hijau"
REAL_COSTS = (sealed_keys.OPERATIONS, sealed_keys.MEMORY_BYTES)
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


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
def test_a_wrong_passphrase_changes_nothing(with_keys, fresh, clock, is_untouched):
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
