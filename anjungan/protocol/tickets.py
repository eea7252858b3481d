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

from anjungan.protocol.typed_codes import draw_code, in_groups, read_code

TicketToken = NewType("TicketToken", str)
TicketCode = NewType("TicketCode", str)
QueueNumber = NewType("QueueNumber", str)

CODE_LENGTH: Final = 9
_CODE_GROUP: Final = 3
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
TOKEN_BYTES: Final = 16


def new_token() -> TicketToken:
    """Make a random 128-bit token, 22 URL-safe characters."""
    return TicketToken(secrets.token_urlsafe(TOKEN_BYTES))


def parse_token(text: str) -> TicketToken | None:
    """Return ``text`` as a token, or None when it is not one."""
    return TicketToken(text) if _TOKEN.fullmatch(text) else None


def new_code() -> TicketCode:
    """Make a random code."""
    return TicketCode(draw_code(CODE_LENGTH))


def parse_code(text: str) -> TicketCode | None:
    """Read a code as a person types it: any case, with spaces or dashes; None when wrong."""
    code = read_code(text, CODE_LENGTH)
    return None if code is None else TicketCode(code)


def spell_code(code: TicketCode) -> str:
    """The code in groups of three for reading aloud and copying: ``7KQ-M2X-HRT``."""
    return in_groups(code, _CODE_GROUP)


def format_queue_number(day: date, number: int, *, letter: str = "") -> QueueNumber:
    """``ddmmyy-NNN``: three digits, four past 999; a letter where a village has two kiosks."""
    if number < 1:
        raise ValueError("queue numbers begin at 1")
    return QueueNumber(f"{day:%d%m%y}-{letter}{number:03d}")
