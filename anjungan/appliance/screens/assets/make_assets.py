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

from fontTools import subset
from fontTools.ttLib import TTFont

from anjungan.appliance.screens.assets.drawings import draw_all

_HERE: Final = Path(__file__).parent
_TEXT_PACKAGE: Final = "@fontsource/atkinson-hyperlegible-next@5.3.0"
_MONO_PACKAGE: Final = "@fontsource/atkinson-hyperlegible-mono@5.3.0"
_ICON_PACKAGE: Final = "@tabler/icons-webfont@3.49.0"
_TEXT_WEIGHTS: Final = (400, 600, 700, 800)
_MONO_WEIGHTS: Final = (700, 800)

_OUTLINE_ICONS: Final = ["a-b", "accessible", "adjustments", "alarm", "alert-circle", "alert-triangle", "ambulance", "archive", "arrow-back-up", "arrow-big-up", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "award", "baby-carriage", "backpack", "backspace", "ban", "barcode", "basket", "battery", "bell", "book", "book-2", "books", "box", "briefcase", "briefcase-off", "building", "building-bank", "building-carousel", "building-community", "building-factory", "building-hospital", "building-mosque", "building-store", "building-warehouse", "bulb", "bus", "calendar", "calendar-check", "calendar-due", "calendar-event", "calendar-off", "calendar-time", "camera", "candle", "car", "cash", "certificate", "chart-bar", "chart-line", "check", "checklist", "checks", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle", "circle-arrow-right", "circle-check", "circle-dashed", "circle-x", "clipboard", "clipboard-check", "clipboard-list", "clipboard-text", "clipboard-x", "clock", "clock-check", "clock-hour-4", "cloud", "cloud-check", "cloud-off", "cloud-upload", "cash-off", "coin", "coins", "confetti", "contrast", "contrast-2", "copy", "credit-card", "cross", "database", "database-export", "device-gamepad", "player-skip-forward", "writing-sign", "device-floppy", "device-mobile", "device-tablet", "dots", "dots-circle-horizontal", "download", "droplet", "e-passport", "edit", "edit-circle", "eraser", "exclamation-circle", "eye", "eye-off", "face-id", "file", "file-alert", "file-certificate", "file-check", "file-description", "file-dollar", "file-info", "file-off", "file-plus", "file-search", "file-text", "file-x", "files", "filter", "first-aid-kit", "fish", "flag", "folder", "folders", "friends", "gavel", "gender-female", "gender-male", "gift", "grid-dots", "hammer", "hand-click", "hand-finger", "hand-stop", "headset", "heart", "heart-broken", "heart-handshake", "heart-rate-monitor", "heartbeat", "help", "help-circle", "history", "home", "home-check", "home-dollar", "home-edit", "home-heart", "home-off", "home-plus", "hourglass", "hourglass-empty", "hourglass-high", "id", "id-badge", "id-badge-2", "id-off", "inbox", "info-circle", "info-square", "key", "keyboard", "keyboard-off", "language", "leaf", "letter-case", "license", "list", "list-check", "list-details", "list-search", "lock", "lock-open", "login", "logout", "mail", "map", "map-2", "map-pin", "medical-cross", "message", "message-2", "message-exclamation", "message-report", "microphone", "minus", "moon", "moped", "motorbike", "music", "needle-thread", "news", "nfc", "nfc-off", "note", "notebook", "notes", "notes-off", "number", "package", "paperclip", "paw", "pencil", "pencil-off", "phone", "phone-call", "photo", "pig-money", "pill", "plane", "plant", "plant-2", "player-play", "plug", "plug-connected", "plug-connected-x", "plug-x", "plus", "point", "pointer", "printer", "printer-off", "progress-check", "qrcode", "question-mark", "receipt", "receipt-2", "receipt-off", "receipt-tax", "recycle", "refresh", "repeat", "report", "report-medical", "report-money", "ribbon-health", "rings", "road", "rocket", "rotate-clockwise", "school", "school-off", "scale", "scan", "scissors", "search", "search-off", "seedling", "send", "settings", "shield", "shield-check", "shield-half", "shield-lock", "shield-x", "shirt", "shopping-cart", "signature", "sitemap", "space", "speakerphone", "square-check", "star", "stethoscope", "sun", "switch-2", "table", "temperature", "text-size", "text-caption", "thumb-up", "ticket", "ticket-off", "timeline", "tool", "tools", "tools-kitchen-2", "tractor", "transfer", "trash", "trees", "trophy", "truck", "typography", "umbrella", "upload", "urgent", "user", "user-cancel", "user-check", "user-circle", "user-edit", "user-exclamation", "user-heart", "user-minus", "user-off", "user-plus", "user-question", "user-search", "user-shield", "user-x", "users", "users-group", "users-plus", "vaccine", "vaccine-bottle", "video", "volume", "volume-off", "wallet", "walk", "wheelchair", "wifi", "wifi-off", "windmill", "woman", "world", "world-off", "writing", "writing-off", "x", "zoom-question"]
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
        missing = [name for name in _OUTLINE_ICONS if name not in outline]
        if missing:
            sys.stderr.write(f"not in the icon font: {' '.join(missing)}\n")
        chosen = {name: outline[name] for name in _OUTLINE_ICONS if name in outline}
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
    subprocess.run(  # noqa: S603: a fixed command with pinned package names
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
