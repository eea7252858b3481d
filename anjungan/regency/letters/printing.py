"""A stored letter as PDF, in memory, on demand; the same bytes each time."""

from dataclasses import dataclass

from nacl.public import PublicKey, SealedBox
from sqlalchemy import Connection

from anjungan.protocol.sealing import CannotOpen, WrongBinding
from anjungan.regency.letters.logos import read_logo
from anjungan.regency.letters.pdf import render_pdf
from anjungan.regency.letters.records import StoredLetter
from anjungan.regency.letters.sealed_values import Opener, open_content
from anjungan.regency.letters.sheet import compose


@dataclass(frozen=True, slots=True)
class LetterPdf:
    """The letter; it stays in memory and travels sealed or to who may read it."""

    pdf: bytes

    def __repr__(self) -> str:
        return f"LetterPdf({len(self.pdf)} bytes)"

    def sealed_to(self, print_key: bytes) -> bytes:
        """For the owner of an X25519 key made for one print, and nobody else."""
        return SealedBox(PublicKey(print_key)).encrypt(self.pdf)


def letter_pdf(
    connection: Connection, opener: Opener, letter: StoredLetter
) -> LetterPdf | CannotOpen | WrongBinding:
    """Open a letter's values and draw it."""
    content = open_content(opener, letter.sealed, letter.kid, letter.binding)
    if isinstance(content, CannotOpen | WrongBinding):
        return content
    sheet = compose(letter.frame, content.values, content.secret.check(letter.frame.check_url))
    logo = None
    if letter.frame.letterhead.logo_digest is not None:
        logo = read_logo(connection, letter.frame.letterhead.logo_digest)
    return LetterPdf(render_pdf(sheet, letter.record.made_at, logo))


def file_name(letter: StoredLetter) -> str:
    """``surat-500-007-XI-2026.pdf``: from the number alone."""
    kept = "".join(
        each if each.isascii() and each.isalnum() else "-" for each in letter.frame.number
    )
    words = [word for word in kept.split("-") if word]
    return f"surat-{'-'.join(words)[:80]}.pdf"
