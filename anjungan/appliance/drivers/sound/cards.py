"""The sound cards of this machine, looked up without opening any."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

Cards = Callable[[], frozenset[str]]

_NODES_DIR: Final = Path("/dev/snd")


def sound_cards(nodes_dir: Path = _NODES_DIR) -> frozenset[str]:
    """The kernel's playback devices, for example ``pcmC0D0p``; empty without a sound card."""
    return frozenset(node.name for node in nodes_dir.glob("pcm*p"))
