"""Codes that people read from paper or a screen and type: alphabet, check character, spelling."""

import re
import secrets
from typing import Final

CODE_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mistake for each other on paper."""
_CHECK_MODULUS: Final = 37


def check_character(body: str) -> str | None:
    """The check character of ``body``; None where none is readable.

    The weighted sum is taken modulo 37, a prime greater than the alphabet, so that every single
    wrong character and every swap of neighbours is found. The five remainders that the alphabet
    cannot spell have no check character, and such bodies are not issued.
    """
    total = 0
    for position, character in enumerate(body, start=1):
        total += position * CODE_ALPHABET.index(character)
    remainder = total % _CHECK_MODULUS
    return CODE_ALPHABET[remainder] if remainder < len(CODE_ALPHABET) else None


def draw_code(length: int) -> str:
    """A random code of ``length`` characters, the last of which is the check character."""
    while True:
        body = "".join(secrets.choice(CODE_ALPHABET) for _ in range(length - 1))
        check = check_character(body)
        if check is not None:
            return body + check


def read_code(text: str, length: int) -> str | None:
    """A code as a person types it: any case, with spaces or dashes; None when it is wrong."""
    compact = re.sub(r"[\s-]", "", text).upper()
    if len(compact) != length or any(each not in CODE_ALPHABET for each in compact):
        return None
    return compact if check_character(compact[:-1]) == compact[-1] else None


def in_groups(code: str, group: int) -> str:
    """The code in groups of ``group`` characters, for reading aloud and copying."""
    return "-".join(code[start : start + group] for start in range(0, len(code), group))
