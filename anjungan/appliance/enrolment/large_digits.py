"""A fingerprint in large digits, readable from a step away on any terminal."""

from typing import Final

_ROWS: Final = 5
_GLYPHS: Final = {
    "0": ("███", "█ █", "█ █", "█ █", "███"),
    "1": ("  █", "  █", "  █", "  █", "  █"),
    "2": ("███", "  █", "███", "█  ", "███"),
    "3": ("███", "  █", "███", "  █", "███"),
    "4": ("█ █", "█ █", "███", "  █", "  █"),
    "5": ("███", "█  ", "███", "  █", "███"),
    "6": ("███", "█  ", "███", "█ █", "███"),
    "7": ("███", "  █", "  █", "  █", "  █"),
    "8": ("███", "█ █", "███", "█ █", "███"),
    "9": ("███", "█ █", "███", "  █", "███"),
}
_GROUPS_A_LINE: Final = 3


def large_digits(fingerprint: str) -> str:
    """The groups of a fingerprint drawn large, three a line, and once more as text."""
    groups = fingerprint.split()
    lines = []
    for start in range(0, len(groups), _GROUPS_A_LINE):
        chosen = groups[start : start + _GROUPS_A_LINE]
        for row in range(_ROWS):
            drawn = ("  ".join(_GLYPHS[digit][row] for digit in group) for group in chosen)
            lines.append("  " + "      ".join(drawn).rstrip())
        lines.append("")
    lines.append(f"  {fingerprint}")
    return "\n".join(lines)
