"""Personal data that is planted in a visit, and the search for what is left of it.

Both processes of the test hold it backwards only, so that a search never finds the test itself.
"""

import gc
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_NIK_BACKWARDS = "2000185052995053"
_NAME_BACKWARDS = "MANAT MENIAP"
_CARD_BACKWARDS = "695a2b3c7e1d40"


def planted_nik() -> str:
    """Valid in form; Kabupaten Blitar has no district 99."""
    return _NIK_BACKWARDS[::-1]


def planted_name() -> str:
    return _NAME_BACKWARDS[::-1]


def planted_card() -> bytes:
    """The seven bytes of a type A card."""
    return bytes.fromhex(_CARD_BACKWARDS[::-1])


def needles() -> dict[str, tuple[str | None, bytes]]:
    """What is looked for, by its name: as text where it is text, and as bytes."""
    nik, name, card = planted_nik(), planted_name(), planted_card()
    return {
        "nik": (nik, nik.encode()),
        "name": (name, name.encode()),
        "card": (None, card),
        "card in hex": (card.hex(), card.hex().encode()),
    }


def found_in_files(folders: Iterable[Path]) -> set[str]:
    """Which needles are in any file below the folders."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    contents = [file.read_bytes() for file in files]
    return {
        name
        for name, (_text, raw) in needles().items()
        if any(raw in content for content in contents)
    }


def found_in_text(text: str) -> set[str]:
    return {name for name, (needle, _raw) in needles().items() if needle and needle in text}


def found_in_memory() -> dict[str, list[str]]:
    """Which needles any object of this process holds, and who refers to that object.

    Everything the collector tracks is walked, and everything reachable from there: containers,
    instances, frames, closures; strings and bytes are leaves of that walk.
    """
    gc.collect()
    wanted = needles()
    own = {id(part) for pair in wanted.values() for part in pair}
    found: dict[str, list[str]] = {}
    seen: set[int] = {id(wanted), *map(id, wanted.values())}
    pending = gc.get_objects()
    seen.add(id(pending))
    while pending:
        holder = pending.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        for part in gc.get_referents(holder):
            if isinstance(part, str | bytes | bytearray | memoryview):
                if id(part) not in own:
                    for name in _needles_in(part, wanted):
                        found.setdefault(name, []).append(_describe(holder))
            elif id(part) not in seen:
                pending.append(part)
    return found


def _needles_in(
    part: str | bytes | bytearray | memoryview, wanted: dict[str, tuple[str | None, bytes]]
) -> list[str]:
    if isinstance(part, str):
        return [name for name, (text, _raw) in wanted.items() if text and text in part]
    try:
        content = bytes(part)
    except ValueError:  # a view whose buffer is gone
        return []
    return [name for name, (_text, raw) in wanted.items() if raw in content]


def _describe(holder: Any) -> str:
    """The kind of the holder and of those that hold it; never its content."""
    above = {type(each).__name__ for each in gc.get_referrers(holder)}
    return f"{type(holder).__module__}.{type(holder).__qualname__} in {sorted(above)}"
