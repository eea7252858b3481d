"""A keyring from the line: only the root's, only newer, kept whole, and used at once."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from anjungan.appliance.agent import new_ring
from anjungan.appliance.agent.keys import load_keys
from anjungan.appliance.agent.new_ring import (
    RING_NAME,
    Adopted,
    Known,
    Refused,
    RingRefusal,
    take_ring,
)
from anjungan.appliance.settings.site import KioskSettings, PathSettings, SiteSettings
from anjungan.protocol.contract import decode, encode
from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.keyring import Keyring, SealingKey, SignedKeyring, sign_keyring
from anjungan.protocol.keyring_news import KeyringNews, keyring_file
from anjungan.protocol.topics import SharedKind

REGENCY = RegencyCode("3505")
ROOT = SigningKey(bytes(range(32)))
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def ring(serial: int, regency: str = "3505") -> Keyring:
    public = bytes(PrivateKey(bytes([serial]) * 32).public_key)
    key = SealingKey(kid=f"{regency}-{serial}", public_key=public, not_before=BEGIN)
    return Keyring(regency=regency, serial=serial, keys=(key,))


@pytest.fixture
def settings(tmp_path: Path) -> SiteSettings:
    (tmp_path / "root.pub").write_text(bytes(ROOT.verify_key).hex())
    (tmp_path / "village.key").write_text("00" * 32)
    (tmp_path / "keyring.json").write_bytes(sign_keyring(ring(3), ROOT))
    (tmp_path / "data").mkdir()
    return SiteSettings(
        kiosk=KioskSettings(id="3505102001-1"),
        paths=PathSettings(
            data_dir=str(tmp_path / "data"),
            keyring_file=str(tmp_path / "keyring.json"),
            root_key_file=str(tmp_path / "root.pub"),
            village_key_file=str(tmp_path / "village.key"),
        ),
    )


async def test_a_newer_ring_is_used_at_once_and_after_a_restart(settings: SiteSettings) -> None:
    keys = load_keys(settings)
    await keys.take_ring(sign_keyring(ring(4), ROOT))
    assert keys.keyring == ring(4)
    assert load_keys(settings).keyring == ring(4)
    # a technician's newer bundle wins over what came before it
    Path(settings.paths.keyring_file).write_bytes(sign_keyring(ring(5), ROOT))  # noqa: ASYNC240 - a small file
    assert load_keys(settings).keyring == ring(5)


async def test_hostile_rings_change_nothing(
    settings: SiteSettings, caplog: pytest.LogCaptureFixture
) -> None:
    thief = SigningKey.generate()
    good = msgspec.json.decode(sign_keyring(ring(9), ROOT), type=SignedKeyring)
    nested = b"[" * 5000
    hostile = [
        sign_keyring(ring(9), thief),
        msgspec.json.encode(msgspec.structs.replace(good, keyring=good.keyring + b" ")),
        msgspec.json.encode(msgspec.structs.replace(good, signature=bytes(64))),
        msgspec.json.encode(msgspec.structs.replace(good, signature=b"")),
        msgspec.json.encode(SignedKeyring(keyring=nested, signature=ROOT.sign(nested).signature)),
        sign_keyring(ring(9, "3506"), ROOT),
        sign_keyring(ring(2), ROOT),
        sign_keyring(msgspec.structs.replace(ring(3), keys=ring(4).keys), ROOT),
        *(b"", b"{}", b"\xff", b"null", b"[" * 5000),
    ]
    keys = load_keys(settings)
    for file in hostile:
        caplog.clear()
        await keys.take_ring(file)
        assert keys.keyring == ring(3)
        assert "refused" in caplog.text
    assert not (Path(settings.paths.data_dir) / RING_NAME).exists()
    with caplog.at_level(logging.DEBUG):
        caplog.clear()
        await keys.take_ring(sign_keyring(ring(3), ROOT))
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        (sign_keyring(ring(4), ROOT), Adopted(ring(4))),
        (sign_keyring(ring(3), ROOT), Known()),
        (sign_keyring(ring(2), ROOT), Refused(RingRefusal.OLDER)),
        (sign_keyring(ring(4, "3506"), ROOT), Refused(RingRefusal.FOREIGN)),
        (b"x", Refused(RingRefusal.NOT_SIGNED)),
    ],
)
def test_each_outcome(tmp_path: Path, file: bytes, outcome: object) -> None:
    kept = tmp_path / RING_NAME
    assert take_ring(file, ring(3), ROOT.verify_key, REGENCY, kept) == outcome
    assert kept.exists() == isinstance(outcome, Adopted)


async def test_a_full_disk_leaves_the_ring_in_force(
    settings: SiteSettings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    keys = load_keys(settings)
    with monkeypatch.context() as patched:
        patched.setattr(new_ring.os, "fsync", full)
        await keys.take_ring(sign_keyring(ring(4), ROOT))
    assert keys.keyring == ring(3)
    assert "No space left" in caplog.text
    assert load_keys(settings).keyring == ring(3)
    await keys.take_ring(sign_keyring(ring(4), ROOT))
    assert keys.keyring == ring(4)


def test_a_kept_ring_that_was_damaged_is_left_aside(
    settings: SiteSettings, caplog: pytest.LogCaptureFixture
) -> None:
    (Path(settings.paths.data_dir) / RING_NAME).write_bytes(b"half a ri")
    assert load_keys(settings).keyring == ring(3)
    assert "of no use" in caplog.text


def test_the_message_brings_the_file_to_the_byte() -> None:
    file = sign_keyring(ring(4), ROOT)
    signed = msgspec.json.decode(file, type=SignedKeyring)
    news = KeyringNews(
        id="019cad60-1f00-7aa2-8d08-5a6b7c8d9e09",
        sent_at=BEGIN,
        keyring=signed.keyring,
        signature=signed.signature,
    )
    came = decode(SharedKind.KEYRING, encode(news))
    assert isinstance(came, KeyringNews)
    assert keyring_file(came) == file
