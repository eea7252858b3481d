"""The sound cards of this machine, looked up without opening any."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

Cards = Callable[[], frozenset[str]]

_NODES_DIR: Final = Path("/dev/snd")


def sound_cards() -> frozenset[str]:
    """The kernel's playback devices, for example ``pcmC0D0p``; empty without a sound card."""
    try:
        return frozenset(node.name for node in _NODES_DIR.glob("pcm*p"))
    except OSError:
        return frozenset()
