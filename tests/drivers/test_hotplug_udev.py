"""Hot-plug with udev's own messages, as umockdev sends them.

Needs Debian's ``umockdev``; a machine without it fails these tests, it does not skip them.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from udev_stage import SCENES

STAGE = Path(__file__).with_name("udev_stage.py")


@pytest.mark.parametrize("scene", SCENES)
def test_with_umockdev(scene: str) -> None:
    played = subprocess.run(
        ["umockdev-wrapper", sys.executable, str(STAGE), scene],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (played.returncode, played.stderr) == (0, "")
