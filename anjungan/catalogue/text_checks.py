"""Mistakes in one text."""

from collections.abc import Iterator
from typing import Final

from anjungan.catalogue.clean_text import CleanRefusal, clean_text
from anjungan.catalogue.structure import Mistake
from anjungan.catalogue.texts import LocalText


def check_text(
    text: LocalText, where: str, max_chars: int, max_chars_jv: int | None = None
) -> Iterator[Mistake]:
    """Yield the mistakes of a text that may have `max_chars` characters in each language."""
    if not text.id.strip():
        yield f"{where}.id", "teks Indonesia belum diisi"
    for language, words in (("id", text.id), ("jv", text.jv), ("en", text.en)):
        place = f"{where}.{language}"
        limit = (max_chars_jv or max_chars) if language == "jv" else max_chars
        if len(words) > limit:
            yield place, f"{len(words)} huruf, paling banyak {limit}"
        cleaned = clean_text(words, multiline=False)
        if cleaned is CleanRefusal.FORBIDDEN_CHARACTER:
            yield place, "memuat ganti baris atau tanda yang tidak terlihat"
        elif cleaned != words:
            yield place, "ada spasi berlebih"
        missing = "".join(sorted(set(words) & _NOT_IN_FONT))
        if missing:
            yield place, f"huruf layar tidak memiliki {missing}"


_NOT_IN_FONT: Final = frozenset("→←↑↓✓✔✗≥≤₂")
"""Signs often used in such texts that the shipped fonts lack."""
