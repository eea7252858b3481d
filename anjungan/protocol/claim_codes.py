"""Claim codes: what a technician types on a kiosk so that it may ask for its certificate.

Eleven random characters (55 bits) and a check character, in groups of four: ``K7QM-2XDF-9HTC``.
The alphabet has no characters that people mistake for each other. A code is bound to one kiosk,
bears five tries and works once, so guessing is hopeless; the check character only tells typing
mistakes before they cost a try.
"""

import re
import secrets
from typing import Final, NewType

from anjungan.protocol.tickets import CODE_ALPHABET, check_character

ClaimCode = NewType("ClaimCode", str)

LENGTH: Final = 12
_GROUP: Final = 4


def new_claim_code() -> ClaimCode:
    """Make a random code."""
    while True:
        body = "".join(secrets.choice(CODE_ALPHABET) for _ in range(LENGTH - 1))
        check = check_character(body)
        if check is not None:
            return ClaimCode(body + check)


def parse_claim_code(text: str) -> ClaimCode | None:
    """Read a code as a person types it: any case, with spaces or dashes; None when mistyped."""
    compact = re.sub(r"[\s-]", "", text).upper()
    if len(compact) != LENGTH or any(each not in CODE_ALPHABET for each in compact):
        return None
    if check_character(compact[:-1]) != compact[-1]:
        return None
    return ClaimCode(compact)


def spell_claim_code(code: ClaimCode) -> str:
    """In groups, for reading aloud and copying."""
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))
