"""UPC-E, the short form of a UPC-A number (GS1 General Specifications, 5.2), of number system 0."""

import re
from typing import Final

_ODD: Final = [
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
]
_EVEN: Final = ["".join("1" if module == "0" else "0" for module in reversed(odd)) for odd in _ODD]
_EVEN_PLACES: Final = ["012", "013", "014", "015", "023", "034", "045", "024", "025", "035"]
"""By the check digit: which of the six digits have even parity."""
_GUARD_BEFORE, _GUARD_AFTER = "101", "010101"
_SHORT: Final = re.compile(r"[0-9]{6}|0[0-9]{6,7}")
_LONG: Final = re.compile(r"0[0-9]{10,11}")
_NUMBER_DIGITS: Final = 11


def upc_e(data: bytes) -> tuple[str, str] | None:
    """The modules of 6, 7, 8, 11 or 12 digits, and what is written beside them.

    None when the digits are not so many, or the long number has no short form.  A check digit that
    is given is reckoned anew.
    """
    digits = data.decode("ascii", "replace")
    if _SHORT.fullmatch(digits):
        short = digits if len(digits) == 6 else digits[1:7]  # noqa: PLR2004 - without the 0 before
    elif _LONG.fullmatch(digits):
        short = _shortened(digits[:_NUMBER_DIGITS])
    else:
        return None
    if not short:
        return None
    check = _check_digit(_lengthened(short))
    even = _EVEN_PLACES[check]
    bars = (
        (_EVEN if str(place) in even else _ODD)[int(digit)] for place, digit in enumerate(short)
    )
    return _GUARD_BEFORE + "".join(bars) + _GUARD_AFTER, f"0{short}{check}"


def _lengthened(short: str) -> str:
    last = short[5]
    match last:
        case "0" | "1" | "2":
            return f"0{short[:2]}{last}0000{short[2:5]}"
        case "3":
            return f"0{short[:3]}00000{short[3:5]}"
        case "4":
            return f"0{short[:4]}00000{short[4]}"
        case _:
            return f"0{short[:5]}0000{last}"


def _shortened(number: str) -> str:
    """The six digits that stand for ``number``; empty when none do."""
    maker, product = number[1:6], number[6:11]
    candidates = (
        maker[:2] + product[2:] + maker[2],
        maker[:3] + product[3:] + "3",
        maker[:4] + product[4:] + "4",
        maker + product[4],
    )
    return next((each for each in candidates if _lengthened(each) == number), "")


def _check_digit(number: str) -> int:
    total = 3 * sum(map(int, number[0::2])) + sum(map(int, number[1::2]))
    return -total % 10
