"""The regency's public keys, signed by an offline root.

Kiosks know only the root's Ed25519 key. The keyring names the X25519 keys that answers may be
sealed to; each message names its key (``kid``). A key is used from ``not_before`` on; the newest
usable one wins, so a roll-over is one signed file.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

PublicKeyBytes = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class SealingKey(msgspec.Struct, frozen=True, kw_only=True):
    """One X25519 public key and the time from which it is used."""

    kid: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    public_key: PublicKeyBytes
    not_before: Annotated[datetime, msgspec.Meta(tz=True)]


class Keyring(msgspec.Struct, frozen=True, kw_only=True):
    """All sealing keys of one regency; ``serial`` only grows, so an old ring is refused."""

    regency: str
    serial: Annotated[int, msgspec.Meta(ge=1)]
    keys: Annotated[tuple[SealingKey, ...], msgspec.Meta(min_length=1, max_length=16)]

    def current(self, now: datetime) -> SealingKey:
        """The key to seal to at ``now``.

        A clock that stands before every key's begin is wrong, not early: the oldest key is used.
        """
        usable = [key for key in self.keys if key.not_before <= now]
        if not usable:
            return min(self.keys, key=lambda key: key.not_before)
        return max(usable, key=lambda key: key.not_before)


class SignedKeyring(msgspec.Struct, frozen=True, kw_only=True):
    """The keyring's exact JSON bytes and the root's signature over them."""

    keyring: bytes
    signature: bytes


class KeyringError(ValueError):
    """A keyring is not signed by the root, is malformed, or is for another regency."""


class ForeignKeyringError(KeyringError):
    """A keyring is in order, but for another regency."""


def sign_keyring(keyring: Keyring, root: SigningKey) -> bytes:
    """The file that kiosks take: JSON of SignedKeyring."""
    body = msgspec.json.encode(keyring)
    signed = SignedKeyring(keyring=body, signature=root.sign(body).signature)
    return msgspec.json.encode(signed)


def open_keyring(file: bytes, root: VerifyKey, *, regency: str) -> Keyring:
    """Check the root's signature and read the ring; raise KeyringError when anything is wrong."""
    try:
        signed = msgspec.json.decode(file, type=SignedKeyring)
        root.verify(signed.keyring, signed.signature)
        ring = msgspec.json.decode(signed.keyring, type=Keyring)
    except (msgspec.DecodeError, BadSignatureError, ValueError) as error:
        raise KeyringError("the keyring is malformed or not signed by the root") from error
    if ring.regency != regency:
        raise ForeignKeyringError("the keyring belongs to another regency")
    return ring
