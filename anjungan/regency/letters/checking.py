"""How anybody checks a letter: a token in its QR, a code to type, and the initials of a name.

The database holds the token's digest, and the initials encrypted with the token. So whoever holds
the paper sees initials to compare with the name on it, and whoever steals the database does not.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final

from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.secret import SecretBox

from anjungan.protocol.tickets import TicketCode, new_code, new_token, parse_token, spell_code
from anjungan.regency.letters.sheet import Check

_KEY_USE: Final = b"letter-initials"
_PADDED_BYTES: Final = 64
_MOST_INITIALS: Final = 8


@dataclass(frozen=True, slots=True)
class CheckSecret:
    """What is printed on the letter for checking it; the token is nowhere in the clear."""

    token: str
    code: TicketCode

    def __repr__(self) -> str:
        return "CheckSecret(…)"

    def check(self, check_url: str) -> Check:
        """As it stands on the sheet, for a page at ``check_url``."""
        address = check_url.partition("://")[2]
        return Check(f"{check_url}/{self.token}", address, spell_code(self.code))


def new_secret() -> CheckSecret:
    """A fresh 128-bit token and a fresh code."""
    return CheckSecret(new_token(), new_code())


def digest_of(token: str) -> bytes:
    """What a letter is looked up by; any text gives one, so that a miss costs the same."""
    return hashlib.sha256(b"letter\0" + (parse_token(token) or "-").encode()).digest()


def initials(name: str) -> str:
    """``S. A.`` for ``Siti Aminah``; at most eight words count, titles like any other word."""
    words = ("".join(filter(str.isalnum, word)) for word in name.split())
    firsts = [unicodedata.normalize("NFC", word[0].upper()) for word in words if word]
    return " ".join(f"{first}." for first in firsts[:_MOST_INITIALS])


def hide_initials(name: str, token: str) -> bytes:
    """The initials, padded and encrypted with the token."""
    plain = initials(name).encode()[:_PADDED_BYTES].ljust(_PADDED_BYTES, b"\0")
    return bytes(SecretBox(_key(token)).encrypt(plain))


def show_initials(hidden: bytes, token: str) -> str:
    """The initials; empty where the token is another one."""
    try:
        plain = SecretBox(_key(token)).decrypt(hidden)
    except CryptoError:
        return ""
    return plain.rstrip(b"\0").decode(errors="ignore")


def _key(token: str) -> bytes:
    return blake2b(
        token.encode(), digest_size=SecretBox.KEY_SIZE, person=_KEY_USE, encoder=RawEncoder
    )
