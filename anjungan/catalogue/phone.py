"""Indonesian mobile numbers, written the one way `08…`."""

import enum
from typing import Final

MIN_DIGITS: Final = 10
MAX_DIGITS: Final = 13
_SEPARATORS: Final = str.maketrans("", "", " .-()\u00a0")


class PhoneRefusal(enum.StrEnum):
    """Why a text is no Indonesian mobile number."""

    NOT_DIGITS = "phone_not_digits"
    PREFIX = "phone_prefix"
    LENGTH = "phone_length"


def normalise_phone(text: str) -> str | PhoneRefusal:
    """Return the number as `08…` with 10 to 13 digits, or why it is none.

    `+62 812…`, `0062812…`, `62812…` and `0812…` all mean the same; spaces, dots, hyphens and
    brackets are ignored.
    """
    digits = text.translate(_SEPARATORS).removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return PhoneRefusal.NOT_DIGITS
    for country_code in ("0062", "62"):
        if digits.startswith(country_code):
            # People write +62 0812… too.
            digits = f"0{digits.removeprefix(country_code).removeprefix('0')}"
            break
    if not digits.startswith("08"):
        return PhoneRefusal.PREFIX
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS:
        return PhoneRefusal.LENGTH
    return digits


def mask_phone(digits: str) -> str:
    """Return a number as it may be shown: its first four and last two digits."""
    if len(digits) < MIN_DIGITS:
        return "•" * len(digits)
    return f"{digits[:4]}{'•' * (len(digits) - 6)}{digits[-2:]}"
