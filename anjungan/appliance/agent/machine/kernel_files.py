"""Reading one small file of /proc or /sys."""

from pathlib import Path


def read_text(path: Path) -> str | None:
    """Its text without the white space around; None where it cannot be read."""
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except (OSError, ValueError):
        return None


def read_number(path: Path, base: int = 10) -> int | None:
    """The whole number in it; None where it cannot be read or is none."""
    text = read_text(path)
    try:
        return None if text is None else int(text, base)
    except ValueError:
        return None
