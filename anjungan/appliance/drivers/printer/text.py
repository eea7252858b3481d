"""Which characters a receipt printer can be trusted with.

Every printer knows ASCII; most know code page 437 when it is asked for.  Everything else is brought
into that set before words are wrapped, so that a line never changes its width afterwards.
"""

import unicodedata

_PUNCTUATION = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2022": "-",
        "\u00b7": "-",
        "\u2026": "...",
        "\u00d7": "x",
        "\u00a0": " ",
        "\u202f": " ",
    }
)
# The Latin letters of code page 437; each has a single ASCII letter to stand in for it.
_LETTERS = frozenset("ÇüéâäàåçêëèïîìÄÅÉôöòûùÿÖÜáíóúñÑ")
_FIRST_PRINTABLE, _LAST_PRINTABLE = 0x20, 0x7E


def is_printable(text: str) -> bool:
    """Whether every character is ASCII without controls, or a Latin letter of code page 437."""
    return all(_is_ascii(character) or character in _LETTERS for character in text)


def printable(text: str) -> str:
    """Bring ``text`` into the printable set.

    Typographic quotes, dashes, dots and spaces become their ASCII forms, foreign accents are
    dropped, control characters (a resident's answer must not reach the printer as a command)
    become spaces, and what is left over becomes a question mark.
    """
    composed = unicodedata.normalize("NFC", text).translate(_PUNCTUATION)
    return "".join(_printable_character(character) for character in composed)


def ascii_text(text: str) -> str:
    """Return printable ``text`` in ASCII alone, one character for one, for simple printers."""
    return "".join(
        character if _is_ascii(character) else _base_letter(character) for character in text
    )


def _is_ascii(character: str) -> bool:
    return _FIRST_PRINTABLE <= ord(character) <= _LAST_PRINTABLE


def _base_letter(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[0]
    return base if _is_ascii(base) else "?"


def _printable_character(character: str) -> str:
    if _is_ascii(character) or character in _LETTERS:
        return character
    category = unicodedata.category(character)
    if category[0] in "CZ":
        # An invisible joiner leaves no gap; a control or a separator does.
        return "" if category == "Cf" else " "
    if category[0] == "M":
        return ""
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(letter for letter in decomposed if _is_ascii(letter)) or "?"
