"""What the figures are compared with comes from Debian and is installed when needed."""

import os
import shutil
import subprocess
from collections.abc import Sequence


def install(*packages: str, missing: bool) -> None:
    """Install ``packages`` if something is ``missing`` and we are root on a Debian.

    Otherwise nothing happens, and the measurement says what it could not find.
    """
    apt = shutil.which("apt-get")
    if not missing or apt is None or os.getuid() != 0:
        return
    _run([apt, "update", "-qq"])
    _run([apt, "install", "-y", "-qq", "--no-install-recommends", *packages])


def _run(command: Sequence[str]) -> None:
    subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
