"""The key files a kiosk reads, and every way they can be wrong."""

import shutil
from pathlib import Path

import pytest
from kiosk_lab import KioskLab, make_kiosk

from anjungan.appliance.agent.keys import load_keys
from anjungan.appliance.errors import ConfigError


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskLab:
    return make_kiosk(tmp_path)


def keys_of(kiosk: KioskLab) -> Path:
    return Path(kiosk.settings.paths.keyring_file).parent


def test_good_keys(kiosk: KioskLab) -> None:
    keys = load_keys(kiosk.settings)
    assert keys.village_key == kiosk.village_key
    assert keys.keyring.serial == 7


def test_the_village_key_is_not_shown(kiosk: KioskLab) -> None:
    keys = load_keys(kiosk.settings)
    assert repr(keys) == "KioskKeys(keyring serial 7)"


@pytest.mark.parametrize("name", ["keyring.json", "root.pub", "village.key"])
def test_a_missing_file_is_named(kiosk: KioskLab, name: str) -> None:
    (keys_of(kiosk) / name).unlink()
    with pytest.raises(ConfigError, match=rf"{name}: cannot be read \(No such file"):
        load_keys(kiosk.settings)


@pytest.mark.parametrize("name", ["root.pub", "village.key"])
def test_what_is_no_hex_is_named(kiosk: KioskLab, name: str) -> None:
    (keys_of(kiosk) / name).write_text("kein Schlüssel!", encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"{name}: not a key in hex digits"):
        load_keys(kiosk.settings)


def test_a_village_key_of_another_length(kiosk: KioskLab) -> None:
    (keys_of(kiosk) / "village.key").write_bytes(b"short".hex().encode())
    with pytest.raises(ConfigError, match=r"village\.key: a village key has 32 bytes"):
        load_keys(kiosk.settings)


def test_a_root_of_another_length_names_its_own_file(kiosk: KioskLab) -> None:
    (keys_of(kiosk) / "root.pub").write_bytes(b"short".hex().encode())
    with pytest.raises(ConfigError, match=r"root\.pub: a root key has 32 bytes"):
        load_keys(kiosk.settings)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xff", b'{"keyring":"x","signature":"y"}'])
def test_a_damaged_ring(kiosk: KioskLab, content: bytes) -> None:
    (keys_of(kiosk) / "keyring.json").write_bytes(content)
    with pytest.raises(ConfigError, match=r"keyring\.json: the keyring is malformed or not signed"):
        load_keys(kiosk.settings)


def test_a_ring_signed_by_another_root(kiosk: KioskLab, tmp_path: Path) -> None:
    other = make_kiosk(tmp_path / "other")
    shutil.copy(keys_of(other) / "keyring.json", keys_of(kiosk) / "keyring.json")
    with pytest.raises(ConfigError, match="not signed by the root"):
        load_keys(kiosk.settings)
