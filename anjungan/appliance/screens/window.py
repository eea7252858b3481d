"""Opens the one Kivy window; everything Kivy reads from outside is decided here.

Kivy reads its settings while it is imported, so this module imports it only inside functions.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import Any, Final

from anjungan.appliance.screens.icons import ASSETS

ACTIVE_FPS: Final = 60
_GRAPHICS: Final = {
    "resizable": "0",
    "borderless": "1",
    "multisamples": "0",
    "allow_screensaver": "0",
    "vsync": "1",
    "maxfps": str(ACTIVE_FPS),
}


def prepare_environment(runtime_dir: str) -> None:
    """Set what must stand before the first import of Kivy.

    The folder for Kivy's own files is in the runtime directory, so that nothing is written to
    the card and no settings file of another user is read.
    """
    home = Path(runtime_dir) / "kivy"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.update(
        KIVY_HOME=str(home),
        KIVY_NO_ARGS="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_NO_CONSOLELOG="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_METRICS_DENSITY="1",
        KIVY_METRICS_FONTSCALE="1",
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_IMAGE="sdl2",
        KIVY_AUDIO="",
        KIVY_CAMERA="",
        KIVY_VIDEO="",
        KIVY_SPELLING="",
        KIVY_CLIPBOARD="dummy",
    )


def configure(width_px: int, height_px: int, *, fullscreen: bool) -> None:
    """Set Kivy's configuration; must run before the window is imported.

    Only SDL's mouse and touch are read: with a second input provider every touch of a panel would
    count twice. There is no key that leaves or opens settings.
    """
    from kivy.config import Config  # noqa: PLC0415 - reads the environment when imported

    Config.set("kivy", "log_level", "warning")
    Config.set("kivy", "log_enable", "0")
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "pause_on_minimize", "0")
    Config.set("kivy", "kivy_clock", "interrupt")
    Config.set("kivy", "desktop", "0")
    for name, value in _GRAPHICS.items():
        Config.set("graphics", name, value)
    Config.set("graphics", "width", str(width_px))
    Config.set("graphics", "height", str(height_px))
    Config.set("graphics", "fullscreen", "auto" if fullscreen else "0")
    Config.set("graphics", "show_cursor", "0" if fullscreen else "1")
    for section in ("input", "modules"):
        for name in list(Config.options(section)):
            Config.remove_option(section, name)
    Config.set("input", "mouse", "mouse,disable_multitouch")
    _leave_out_styles()


def _leave_out_styles() -> None:
    """Give Kivy an empty style sheet: reading its own takes a sixth of the start for nothing."""
    import kivy  # noqa: PLC0415 - the environment must be set first

    own, kivy.kivy_data_dir = kivy.kivy_data_dir, str(ASSETS / "no_styles")
    try:
        importlib.import_module("kivy.lang.builder")
    finally:
        kivy.kivy_data_dir = own


def open_window() -> Any:
    """Import the window, which opens it, and return it."""
    from kivy.core.window import Window  # noqa: PLC0415 - importing it opens the window

    if Window is None:
        sys.stderr.write(
            "screens: no window could be opened (SDL_VIDEODRIVER, groups video, render)\n"
        )
        raise SystemExit(3)
    Window.clearcolor = (0x14 / 255, 0x21 / 255, 0x3F / 255, 1)
    return Window
