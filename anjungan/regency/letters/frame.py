"""What surrounds the values of a letter and is stored in the clear: nothing a resident told."""

from datetime import date
from typing import Literal

import msgspec

from anjungan.regency.letters.template_file import Signer
from anjungan.regency.letters.templates import Block

Paper = Literal["F4", "A4"]


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """The head of the letter: lines in capitals over the address; the last line is the village."""

    lines: tuple[str, ...]
    address: tuple[str, ...]
    logo_digest: bytes | None


class Signatory(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs for the village; an empty name leaves a line to write on."""

    titles: tuple[str, ...]
    name: str
    nip: str


class LetterFrame(msgspec.Struct, frozen=True, kw_only=True):
    """Everything but the values, frozen when the letter is made, so that it is printed alike later.

    Attributes:
        number: empty in a draft.
        constants: what ``{desa}`` and the like stand for.
        labels: of the fields in tables.
        validity: how long the letter is valid, in words, or empty.
        check_url: the address without the letter's token, ending in ``/surat``.
    """

    paper: Paper
    title: str
    number: str
    dated: date
    letterhead: Letterhead
    constants: dict[str, str]
    labels: dict[str, str]
    body: tuple[Block, ...]
    signers: tuple[Signer, ...]
    place: str
    signatory: Signatory
    validity: str
    check_url: str


def encode_frame(frame: LetterFrame) -> str:
    """As it is stored."""
    return msgspec.json.encode(frame).decode()


def decode_frame(stored: str) -> LetterFrame:
    """Read what encode_frame wrote."""
    return msgspec.json.decode(stored, type=LetterFrame)
