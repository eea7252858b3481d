"""Enrolling without a line: what the technician's phone carries, as QR codes.

There: the address of a page of the regency with the kiosk's signing request in it (about 350
characters, version 12). Back: the answer as lines of capital letters and digits, each in one code
that any scanner types faithfully, whatever keyboard it plays and whether caps lock is on. One line
has at most 515 characters (version 14 with error correction M); certificates of ours make three.
"""

import base64
import binascii
import hashlib
import math
import re
import zlib
from dataclasses import dataclass
from typing import Final

import msgspec

from anjungan.protocol.enrolment import IssuedIdentity

QR_PAGE: Final = "/pendaftaran/qr"
_MARK: Final = "ADPJ"
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LINE_CHARACTERS: Final = 505
_SET_CHARACTERS: Final = 4
_MOST_LINES: Final = 12
_MOST_BYTES: Final = 4096
_LINE: Final = re.compile(r"(?:\][A-Z0-9]{2})?ADPJ([A-L])([A-L])([A-Z2-7]{4})([A-Z2-7]+)", re.ASCII)


def request_address(base_url: str, signing_request: bytes) -> str:
    """The address the kiosk shows: scanned with a phone, it opens the page that asks."""
    return f"{base_url.rstrip('/')}{QR_PAGE}/{pack_request(signing_request)}"


def pack_request(signing_request: bytes) -> str:
    """A signing request (DER) as it stands in the address."""
    return base64.urlsafe_b64encode(signing_request).rstrip(b"=").decode()


def unpack_request(text: str) -> bytes | None:
    """The signing request of an address; None when that is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    certificates: tuple[bytes, ...]
    broker_host: str
    broker_port: int


def pack_answer(identity: IssuedIdentity) -> tuple[str, ...]:
    """The lines that carry an answer; the roots are not among it, for the kiosk has its own."""
    packed = _Packed(identity.certificates, identity.broker_host, identity.broker_port)
    content = zlib.compress(msgspec.msgpack.encode(packed), 9)
    text = _base32(content)
    count = math.ceil(len(text) / _LINE_CHARACTERS)
    if count > _MOST_LINES:
        raise ValueError("an answer of a kiosk is a few hundred bytes")
    size = math.ceil(len(text) / count)
    return tuple(
        f"{_MARK}{_ALPHABET[number]}{_ALPHABET[count - 1]}{_set_of(content)}"
        f"{text[number * size : (number + 1) * size]}"
        for number in range(count)
    )


@dataclass(frozen=True, slots=True)
class NotAnAnswer:
    """A line that is nothing of ours, or lines that do not fit together."""


@dataclass(frozen=True, slots=True)
class MoreNeeded:
    """A good line; these numbers (from 1) are still missing of ``total``."""

    missing: tuple[int, ...]
    total: int


class AnswerLines:
    """Puts an answer together from its lines, in any order and with repeats."""

    def __init__(self) -> None:
        self._set = ""
        self._total = 0
        self._parts: dict[int, str] = {}

    def take(self, line: str) -> IssuedIdentity | MoreNeeded | NotAnAnswer:
        """Take a line as scanned or pasted; lines of another answer begin anew."""
        match = _LINE.fullmatch("".join(line.split()).upper())
        if match is None:
            return NotAnAnswer()
        number, total = _ALPHABET.index(match[1]), _ALPHABET.index(match[2]) + 1
        if number >= total:
            return NotAnAnswer()
        if (match[3], total) != (self._set, self._total):
            self._set, self._total, self._parts = match[3], total, {}
        self._parts[number] = match[4]
        missing = tuple(each + 1 for each in range(total) if each not in self._parts)
        return MoreNeeded(missing, total) if missing else self._whole()

    def _whole(self) -> IssuedIdentity | NotAnAnswer:
        text = "".join(self._parts[number] for number in range(self._total))
        self._parts = {}
        try:
            content = base64.b32decode(text + "=" * (-len(text) % 8))
            if _set_of(content) != self._set:
                return NotAnAnswer()
            opened = zlib.decompressobj()
            plain = opened.decompress(content, _MOST_BYTES)
            packed = msgspec.msgpack.decode(plain, type=_Packed)
            return msgspec.convert(
                {
                    "certificates": packed.certificates,
                    "broker_host": packed.broker_host,
                    "broker_port": packed.broker_port,
                },
                IssuedIdentity,
            )
        except (binascii.Error, zlib.error, msgspec.DecodeError, ValueError):
            return NotAnAnswer()


def _base32(content: bytes) -> str:
    return base64.b32encode(content).rstrip(b"=").decode()


def _set_of(content: bytes) -> str:
    return _base32(hashlib.sha256(content).digest())[:_SET_CHARACTERS]
