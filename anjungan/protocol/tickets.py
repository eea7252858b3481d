"""Ticket tokens, typed ticket codes and queue numbers.

A ticket carries a 128-bit token (in its QR, for the tracking address), a code of eight characters
and a check character (for typing), and a queue number ``ddmmyy-NNN``. The code is valid only
together with its village: 8 characters of 32 are 40 bits, which rate limits and the village make
enough.
"""

import re
import secrets
from datetime import date
from typing import Final, NewType

TicketToken = NewType("TicketToken", str)
TicketCode = NewType("TicketCode", str)
QueueNumber = NewType("QueueNumber", str)

CODE_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mistake for each other on paper."""
CODE_LENGTH: Final = 9
_CODE_BODY: Final = CODE_LENGTH - 1
_BITS_A_CHARACTER: Final = 5
_CHECK_MODULUS: Final = 37
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
TOKEN_BYTES: Final = 16


def new_token() -> TicketToken:
    """Make a random 128-bit token, 22 URL-safe characters."""
    return TicketToken(secrets.token_urlsafe(TOKEN_BYTES))


def parse_token(text: str) -> TicketToken | None:
    """Return ``text`` as a token, or None when it is not one."""
    return TicketToken(text) if _TOKEN.fullmatch(text) else None


def check_character(body: str) -> str | None:
    """The check character of the eight characters ``body``; None where none is readable.

    The weighted sum is taken modulo 37, a prime greater than the alphabet, so that every single
    wrong character and every swap of neighbours is found. The five remainders that the alphabet
    cannot spell have no check character, and such bodies are not issued.
    """
    total = 0
    for position, character in enumerate(body, start=1):
        total += position * CODE_ALPHABET.index(character)
    remainder = total % _CHECK_MODULUS
    return CODE_ALPHABET[remainder] if remainder < len(CODE_ALPHABET) else None


def new_code() -> TicketCode:
    """Make a random code."""
    while True:
        bits = secrets.randbits(_BITS_A_CHARACTER * _CODE_BODY)
        body = "".join(
            CODE_ALPHABET[(bits >> _BITS_A_CHARACTER * place) & (len(CODE_ALPHABET) - 1)]
            for place in range(_CODE_BODY)
        )
        check = check_character(body)
        if check is not None:
            return TicketCode(body + check)


def parse_code(text: str) -> TicketCode | None:
    """Read a code as a person types it: any case, with spaces or dashes; None when wrong."""
    compact = re.sub(r"[\s-]", "", text).upper()
    if len(compact) != CODE_LENGTH or any(c not in CODE_ALPHABET for c in compact):
        return None
    if check_character(compact[:_CODE_BODY]) != compact[_CODE_BODY]:
        return None
    return TicketCode(compact)


def spell_code(code: TicketCode) -> str:
    """The code in groups of three for reading aloud and copying: ``7KQ-M2X-HRT``."""
    return "-".join(code[start : start + 3] for start in range(0, CODE_LENGTH, 3))


def format_queue_number(day: date, number: int, *, letter: str = "") -> QueueNumber:
    """``ddmmyy-NNN``: three digits, four past 999; a letter where a village has two kiosks."""
    if number < 1:
        raise ValueError("queue numbers begin at 1")
    return QueueNumber(f"{day:%d%m%y}-{letter}{number:03d}")
