"""Comparing the versions kiosks run. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_VERSION: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", re.ASCII)
_SEEN_ON_AT_LEAST: Final = 2

Number = tuple[int, ...]


@lru_cache(maxsize=256)
def parse_version(text: str) -> Number | None:
    """``1.4.2`` as numbers, without zeros at its end; None for anything else."""
    if _VERSION.fullmatch(text) is None:
        return None
    numbers = [int(part) for part in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def newest_version(versions: Iterable[str]) -> str:
    """The newest version that at least two kiosks run; empty where there is none.

    One kiosk alone may try something out, or say something untrue.
    """
    counts = Counter(text for text in versions if parse_version(text) is not None)
    shared = [text for text, times in counts.items() if times >= _SEEN_ON_AT_LEAST]
    return max(shared, key=lambda text: parse_version(text) or (), default="")
