"""Makes the fonts, icons and pictures in this folder; run by a developer, not by the kiosk.

``python -m anjungan.appliance.screens.assets.make_assets`` fetches the pinned packages with npm,
converts the text fonts, takes the used icons out of the icon font and draws the pictures. Code
points of icons move between versions, so ``icons.json`` is written by the same run.
"""

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from fontTools import subset  # type: ignore[import-untyped]  # the library has no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # as above

from anjungan.appliance.screens.assets.drawings import draw_all

_HERE: Final = Path(__file__).parent
_TEXT_PACKAGE: Final = "@fontsource/atkinson-hyperlegible-next@5.3.0"
_MONO_PACKAGE: Final = "@fontsource/atkinson-hyperlegible-mono@5.3.0"
_ICON_PACKAGE: Final = "@tabler/icons-webfont@3.49.0"
_TEXT_WEIGHTS: Final = (400, 600, 700, 800)
_MONO_WEIGHTS: Final = (700, 800)

_FILLED_ICONS: Final = (
    "alert-circle", "alert-triangle", "circle", "circle-check", "circle-x", "info-circle", "star",
)  # fmt: skip


def main() -> int:
    """Make everything; returns the process's exit code."""
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        text = _fetch(_TEXT_PACKAGE, folder / "text")
        mono = _fetch(_MONO_PACKAGE, folder / "mono")
        icons = _fetch(_ICON_PACKAGE, folder / "icons")
        for weight in _TEXT_WEIGHTS:
            _convert(text, "next", weight, _HERE / f"text-{weight}.ttf")
        for weight in _MONO_WEIGHTS:
            _convert(mono, "mono", weight, _HERE / f"mono-{weight}.ttf")
        outline = _code_points(icons / "dist" / "tabler-icons.css")
        filled = _code_points(icons / "dist" / "tabler-icons-filled.css")
        wanted = (_HERE / "icon_names.txt").read_text().split()
        missing = [name for name in wanted if name not in outline]
        if missing:
            sys.stderr.write(f"not in the icon font: {' '.join(missing)}\n")
        chosen = {name: outline[name] for name in wanted if name in outline}
        chosen_filled = {name: filled[name] for name in _FILLED_ICONS}
        fonts = icons / "dist" / "fonts"
        _subset(fonts / "tabler-icons.ttf", chosen, _HERE / "icons.ttf")
        _subset(fonts / "tabler-icons-filled.ttf", chosen_filled, _HERE / "icons-filled.ttf")
        table = {"outline": chosen, "filled": chosen_filled}
        (_HERE / "icons.json").write_text(json.dumps(table, indent=0, sort_keys=True) + "\n")
        shutil.copy(text / "LICENSE", _HERE / "LICENSE-text.txt")
        shutil.copy(mono / "LICENSE", _HERE / "LICENSE-mono.txt")
        shutil.copy(icons / "LICENSE", _HERE / "LICENSE-icons.txt")
    draw_all(_HERE)
    return 0


def _fetch(package: str, folder: Path) -> Path:
    """Fetch one npm package and return the folder of its files."""
    folder.mkdir()
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is needed to make the assets")
    subprocess.run(  # noqa: S603 - a fixed command with pinned package names
        [npm, "pack", "--silent", package], cwd=folder, check=True, timeout=300
    )
    archive = next(folder.glob("*.tgz"))
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def _convert(package: Path, family: str, weight: int, target: Path) -> None:
    """Unpack one weight from woff2 to a plain TrueType file."""
    name = f"atkinson-hyperlegible-{family}-latin-{weight}-normal.woff2"
    font = TTFont(package / "files" / name)
    font.flavor = None
    font.save(target)


def _code_points(css: Path) -> dict[str, int]:
    """Read name and code point of every icon from the package's style sheet."""
    pattern = re.compile(r"\.ti-([a-z0-9-]+):before\s*{\s*content:\s*\"\\([0-9a-f]+)\"")
    return {name: int(code, 16) for name, code in pattern.findall(css.read_text())}


def _subset(font: Path, icons: dict[str, int], target: Path) -> None:
    options = subset.Options(notdef_outline=True, layout_features=[], name_IDs=[0, 1, 2])
    loaded = subset.load_font(str(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=icons.values())
    subsetter.subset(loaded)
    subset.save_font(loaded, str(target), options)


if __name__ == "__main__":
    raise SystemExit(main())
