"""Small files that others read at any moment: they find the old one or the new one, whole."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Put ``content`` at ``path`` in one step; not synced, so for what may be lost with the power.

    ``mode`` holds whatever the umask says; without it the umask decides.

    Raises:
        OSError: the file before is still there, as it was.
    """
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        file.write(content)
    draft.replace(path)
