"""The values of a letter, sealed to the regency's own key and opened like answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from nacl.encoding import HexEncoder
from nacl.signing import VerifyKey

from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.keyring import KeyringError, SealingKey, open_keyring
from anjungan.protocol.sealing import (
    Answer,
    Answers,
    AnswersTooLargeError,
    Binding,
    CannotOpen,
    Opened,
    WrongBinding,
    seal,
)
from anjungan.protocol.tickets import TicketCode
from anjungan.regency.keys import KeyFiles
from anjungan.regency.letters.checking import CheckSecret
from anjungan.regency.letters.values import Values

_VERSION: Final = 1
_TOKEN: Final = "#token"  # noqa: S105 - the name of an item, no secret
_CODE: Final = "#code"


class Opener(Protocol):
    """Opens one sealed box."""

    def open(
        self, sealed: bytes, kid: str, expected: Binding
    ) -> Opened | CannotOpen | WrongBinding:
        """Open ``sealed`` with the key ``kid`` and compare its binding."""


@dataclass(frozen=True, slots=True)
class LetterContent:
    """Everything of a letter that is personal or secret. ``before`` are values as answered."""

    values: Values
    before: Values
    secret: CheckSecret

    def __repr__(self) -> str:
        return "LetterContent(…)"


@dataclass(frozen=True, slots=True)
class TooLong:
    """The values together are longer than what is sealed."""


def letter_binding(
    letter_id: str, village: str, service: str, number: str, token_digest: bytes
) -> Binding:
    """What the sealed part repeats of the letter's row: it cannot be moved to another number."""
    return Binding(
        request_id=letter_id,
        kiosk=village,
        service=f"{service} {number}",
        form_version=_VERSION,
        ticket_token=token_digest.hex(),
    )


def seal_content(content: LetterContent, binding: Binding, key: SealingKey) -> bytes | TooLong:
    """Seal; empty values are left out."""
    items = [
        Answer(name=name, label="", value=value, shown=content.before.get(name, ""))
        for name, value in content.values.items()
        if value or content.before.get(name)
    ]
    items += [
        Answer(name=_TOKEN, label="", value=content.secret.token, shown=""),
        Answer(name=_CODE, label="", value=content.secret.code, shown=""),
    ]
    try:
        return seal(Answers(items=tuple(items)), binding, key)
    except AnswersTooLargeError:
        return TooLong()


def open_content(
    opener: Opener, sealed: bytes, kid: str, binding: Binding
) -> LetterContent | CannotOpen | WrongBinding:
    """Open what seal_content has sealed."""
    opened = opener.open(sealed, kid, binding)
    if not isinstance(opened, Opened):
        return opened
    found = {each.name: each for each in opened.answers.items}
    secret = CheckSecret(found.pop(_TOKEN).value, TicketCode(found.pop(_CODE).value))
    return LetterContent(
        values={name: each.value for name, each in found.items()},
        before={name: each.shown for name, each in found.items() if each.shown},
        secret=secret,
    )


def current_sealing_key(files: KeyFiles, regency: RegencyCode, now: datetime) -> SealingKey | None:
    """The public key to seal to; None where there is no keyring that the root has signed."""
    try:
        root = VerifyKey(files.root_public.read_bytes().strip(), encoder=HexEncoder)
        ring = open_keyring(files.keyring.read_bytes(), root, regency=regency)
    except (OSError, ValueError, KeyringError):
        return None
    return ring.current(now)
