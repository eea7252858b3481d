"""Making keys, checking them, opening answers."""

import logging

import pytest
from nacl.public import PrivateKey
from regency_lab import BEGIN, REGENCY

from anjungan.protocol.keyring import KeyringError
from anjungan.protocol.sealing import CannotOpen, Opened, WhyClosed, binding_of
from anjungan.regency.keys import (
    KeyFiles,
    KeyFilesError,
    check_keys,
    create_keys,
    load_private_keys,
)
from anjungan.regency.opener.local import Opener


@pytest.fixture
def files(tmp_path):
    files = KeyFiles(tmp_path / "keys")
    create_keys(files, REGENCY, BEGIN)
    return files


def test_keys_are_made_private_and_fit_together(files):
    ring = check_keys(files, REGENCY)
    assert ring.serial == 1
    assert ring.current(BEGIN).kid == "3505-20261124-1"
    for path in (files.root_key, *files.sealing.iterdir()):
        assert path.stat().st_mode & 0o777 == 0o600
    assert files.keyring.stat().st_mode & 0o777 == 0o644


def test_keys_are_never_overwritten(files):
    before = {path: path.read_bytes() for path in files.folder.rglob("*") if path.is_file()}
    with pytest.raises(KeyFilesError, match="already"):
        create_keys(files, REGENCY, BEGIN)
    files.keyring.unlink()
    with pytest.raises(KeyFilesError, match="already"):
        create_keys(files, REGENCY, BEGIN)
    del before[files.keyring]
    assert before == {path: path.read_bytes() for path in files.folder.rglob("*") if path.is_file()}


def test_keys_that_others_may_read_are_refused(files):
    (path,) = files.sealing.iterdir()
    path.chmod(0o640)
    with pytest.raises(KeyFilesError, match="others may read it"):
        load_private_keys(files)


def test_a_damaged_key_is_named_without_its_content(files):
    (path,) = files.sealing.iterdir()
    path.write_bytes(b"secret but not hex")
    with pytest.raises(KeyFilesError) as caught:
        load_private_keys(files)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_keyring_without_its_private_key_is_refused(files):
    (path,) = files.sealing.iterdir()
    path.unlink()
    with pytest.raises(KeyFilesError, match="no private key"):
        check_keys(files, REGENCY)


def test_a_private_key_that_does_not_fit_is_refused(files):
    (path,) = files.sealing.iterdir()
    path.write_bytes(bytes(PrivateKey.generate()).hex().encode())
    with pytest.raises(KeyFilesError, match="no private key"):
        check_keys(files, REGENCY)


def test_a_missing_or_foreign_keyring_is_refused(files, tmp_path):
    with pytest.raises(KeyringError, match="another regency"):
        check_keys(files, "3506")
    files.keyring.write_bytes(files.keyring.read_bytes()[:-20] + b"}" * 20)
    with pytest.raises(KeyringError):
        check_keys(files, REGENCY)
    with pytest.raises(KeyFilesError, match="No such file"):
        check_keys(KeyFiles(tmp_path / "elsewhere"), REGENCY)


def test_the_opener_reads_keys_that_came_after_it(tmp_path, kiosk):
    files = KeyFiles(tmp_path / "keys")
    opener = Opener(files)
    request = kiosk.request()
    binding = binding_of(kiosk.kiosk, request)
    assert opener.open(b"x", "3505-20261124-1", binding) == CannotOpen(WhyClosed.UNKNOWN_KEY)
    create_keys(files, REGENCY, BEGIN)
    sealed = kiosk.request(check_keys(files, REGENCY).keys[0])
    binding = binding_of(kiosk.kiosk, sealed)
    assert isinstance(opener.open(sealed.sealed, sealed.kid, binding), Opened)


def test_the_opener_says_when_keys_cannot_be_read(files, kiosk, caplog):
    (path,) = files.sealing.iterdir()
    path.chmod(0o644)
    request = kiosk.request()
    with caplog.at_level(logging.ERROR):
        opened = Opener(files).open(b"x", request.kid, binding_of(kiosk.kiosk, request))
    assert opened == CannotOpen(WhyClosed.UNKNOWN_KEY)
    assert "others may read it" in caplog.text
