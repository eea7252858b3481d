"""Answers sealed to the regency's public key and bound to their request.

NaCl sealed box (X25519, XSalsa20-Poly1305): whoever steals the kiosk cannot open what was typed
before. The sealed part repeats id, kiosk, service, form version and ticket; the opener compares
them with the message around it, so sealed answers cannot be moved to another request.
"""

import enum
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from anjungan.protocol.identity import KioskId
from anjungan.protocol.keyring import SealingKey
from anjungan.protocol.messages import Request

MAX_ANSWERS_BYTES: Final = 8 * 1024


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer: field name, canonical value, and the text people read."""

    name: Annotated[str, msgspec.Meta(max_length=64)]
    label: Annotated[str, msgspec.Meta(max_length=200)]
    value: Annotated[str, msgspec.Meta(max_length=2000)]
    shown: Annotated[str, msgspec.Meta(max_length=2000)]

    def __repr__(self) -> str:
        return f"Answer(name={self.name!r}, …)"


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a resident told about one request."""

    items: tuple[Answer, ...]

    def __repr__(self) -> str:
        return f"Answers({len(self.items)} items)"


class Binding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the sealed part repeats of the message around it.

    ``request_id`` is the message's own id; ``amends`` is the request an amendment belongs to.
    """

    request_id: str
    kiosk: str
    service: str
    form_version: int
    ticket_token: str
    amends: str = ""


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    binding: Binding
    answers: Answers

    def __repr__(self) -> str:
        return "_Sealed(…)"


class AnswersTooLargeError(ValueError):
    """The answers of one request exceed MAX_ANSWERS_BYTES."""


def binding_of(kiosk: KioskId, request: Request) -> Binding:
    """What a request's sealed part must repeat."""
    return Binding(
        request_id=request.id,
        kiosk=kiosk,
        service=request.service,
        form_version=request.form_version,
        ticket_token=request.ticket_token,
    )


def seal(answers: Answers, binding: Binding, key: SealingKey) -> bytes:
    """Seal ``answers`` to ``key``; raise AnswersTooLargeError past MAX_ANSWERS_BYTES."""
    plain = msgspec.json.encode(_Sealed(binding=binding, answers=answers))
    if len(plain) > MAX_ANSWERS_BYTES:
        raise AnswersTooLargeError(f"{len(plain)} bytes of answers")
    return SealedBox(PublicKey(key.public_key)).encrypt(plain)


@dataclass(frozen=True, slots=True)
class Opened:
    """The answers, bound to the request they came with."""

    answers: Answers


class WhyClosed(enum.Enum):
    """Why something sealed cannot be opened."""

    DAMAGED = "damaged"
    """Sealed to another key, damaged, or not answers at all."""
    UNKNOWN_KEY = "unknown_key"
    """The private key it names is not here (or cannot be read)."""
    KEY_RETIRED = "key_retired"
    """The private key's 24 months after its last use are over."""
    OPENER_AWAY = "opener_away"
    """The process that opens is not running or does not answer; ask again later."""


@dataclass(frozen=True, slots=True)
class CannotOpen:
    """It stays sealed."""

    why: WhyClosed = WhyClosed.DAMAGED


@dataclass(frozen=True, slots=True)
class WrongBinding:
    """The answers belong to another request; quarantine and tell staff."""


def unseal(
    sealed: bytes, expected: Binding, private_key: PrivateKey
) -> Opened | CannotOpen | WrongBinding:
    """Open sealed answers and compare what they repeat with ``expected``."""
    try:
        plain = SealedBox(private_key).decrypt(sealed)
        content = msgspec.json.decode(plain, type=_Sealed)
    except (CryptoError, msgspec.DecodeError, ValueError):
        return CannotOpen()
    if content.binding != expected:
        return WrongBinding()
    return Opened(content.answers)
