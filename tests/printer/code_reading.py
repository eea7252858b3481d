"""Reads the codes on a picture of paper with zbarimg, a program nobody here wrote."""

import subprocess
from pathlib import Path

from PIL import Image


def codes_on(picture: Image.Image, folder: Path) -> set[str]:
    """What zbarimg (Debian: zbar-tools) reads, as ``TYPE:text``.

    It is told of every kind, and looks at the paper twice as large, with white around it, as a
    camera would see it.
    """
    wide = Image.new("L", (picture.width + 80, picture.height + 80), 255)
    wide.paste(picture.convert("L"), (40, 40))
    path = folder / "codes.png"
    wide.resize((wide.width * 2, wide.height * 2)).save(path)
    kinds = (
        "upca",
        "upce",
        "ean13",
        "ean8",
        "i25",
        "code39",
        "code93",
        "code128",
        "codabar",
        "qrcode",
    )
    enabled = [f"-S{kind}.enable" for kind in kinds]
    done = subprocess.run(
        ["zbarimg", "--quiet", "-Senable=0", *enabled, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in {0, 4}, done.stderr  # 4: no code found
    return set(done.stdout.split("\n")) - {""}
