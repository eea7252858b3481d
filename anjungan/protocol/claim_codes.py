"""Claim codes: what a technician types on a kiosk so that it may ask for its certificate.

Eleven random characters (55 bits) and a check character, in groups of four: ``K7QM-2XDF-9HTC``.
The alphabet has no characters that people mistake for each other. A code is bound to one kiosk,
bears five tries and works once, so guessing is hopeless; the check character only tells typing
mistakes before they cost a try.
"""

from typing import Final, NewType

from anjungan.protocol.typed_codes import draw_code, in_groups, read_code

ClaimCode = NewType("ClaimCode", str)

LENGTH: Final = 12
_GROUP: Final = 4


def new_claim_code() -> ClaimCode:
    """Make a random code."""
    return ClaimCode(draw_code(LENGTH))


def parse_claim_code(text: str) -> ClaimCode | None:
    """Read a code as a person types it: any case, with spaces or dashes; None when mistyped."""
    code = read_code(text, LENGTH)
    return None if code is None else ClaimCode(code)


def spell_claim_code(code: ClaimCode) -> str:
    """In groups, for reading aloud and copying."""
    return in_groups(code, _GROUP)
