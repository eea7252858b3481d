"""Private numbers as they may stand on a screen others can see."""

from typing import Final

_HEAD: Final = 4
_TAIL: Final = 4
_DOTS: Final = "••••"


def mask_phone(text: str) -> str:
    """The first and last four digits: ``0812 •••• 4471``."""
    compact = "".join(character for character in text if character.isdigit())
    if len(compact) <= _HEAD + _TAIL:
        return _DOTS
    return f"{compact[:_HEAD]} {_DOTS} {compact[-_TAIL:]}"
