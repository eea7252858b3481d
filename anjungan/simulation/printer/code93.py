"""CODE93 with all of ASCII (AIM USS-93), which python-barcode lacks."""

from typing import Final

_SIGNS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_DOLLAR, _PERCENT, _SLASH, _PLUS, _START_AND_STOP = 43, 44, 45, 46, 47
_VALUES: Final = 47
_END_BAR: Final = "1"
_CHECKS_UP_TO: Final = (20, 15)  # the weights of the first and the second check character

_BARS: Final = [
    "100010100",
    "101001000",
    "101000100",
    "101000010",
    "100101000",
    "100100100",
    "100100010",
    "101010000",
    "100010010",
    "100001010",
    "110101000",
    "110100100",
    "110100010",
    "110010100",
    "110010010",
    "110001010",
    "101101000",
    "101100100",
    "101100010",
    "100110100",
    "100011010",
    "101011000",
    "101001100",
    "101000110",
    "100101100",
    "100010110",
    "110110100",
    "110110010",
    "110101100",
    "110100110",
    "110010110",
    "110011010",
    "101101100",
    "101100110",
    "100110110",
    "100111010",
    "100101110",
    "111010100",
    "111010010",
    "111001010",
    "101101110",
    "101110110",
    "110101110",
    "100100110",
    "111011010",
    "111010110",
    "100110010",
    "101011110",
]
# First character, shift, the letter that stands for it: those after it follow in order.
_SHIFTED: Final = (
    ("\x00", _PERCENT, "U"),
    ("\x01", _DOLLAR, "A"),
    ("\x1b", _PERCENT, "A"),
    ("!", _SLASH, "A"),
    (":", _SLASH, "Z"),
    (";", _PERCENT, "F"),
    ("@", _PERCENT, "V"),
    ("[", _PERCENT, "K"),
    ("`", _PERCENT, "W"),
    ("a", _PLUS, "A"),
    ("{", _PERCENT, "P"),
)


def code93(data: bytes) -> tuple[str, str] | None:
    """The modules of ``data``, 1 for a bar, and what is written beside them; None if not ASCII."""
    if not data or not data.isascii():
        return None
    text = data.decode("ascii")
    values = [value for character in text for value in _values_of(character)]
    for most in _CHECKS_UP_TO:
        weighted = (value * (at % most + 1) for at, value in enumerate(reversed(values)))
        values.append(sum(weighted) % _VALUES)
    symbols = (_START_AND_STOP, *values, _START_AND_STOP)
    shown = "".join(character if character.isprintable() else " " for character in text)
    return "".join(_BARS[each] for each in symbols) + _END_BAR, shown


def _values_of(character: str) -> tuple[int, ...]:
    at = _SIGNS.find(character)
    if at >= 0:
        return (at,)
    first, shift, letter = max(each for each in _SHIFTED if each[0] <= character)
    return shift, _SIGNS.index(letter) + ord(character) - ord(first)
