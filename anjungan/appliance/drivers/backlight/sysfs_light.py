"""One folder of ``/sys/class/backlight`` (Linux, Documentation/ABI/stable/sysfs-class-backlight).

``bl_power`` 0 is on and 4 is off (FB_BLANK_UNBLANK, FB_BLANK_POWERDOWN); where a driver has no such
file the brightness is set to 0 and back.
"""

import os
from pathlib import Path
from typing import Final

from anjungan.appliance.drivers.link.byte_link import reason_of

_ON: Final = "0"
_OFF: Final = "4"


class NoLightError(Exception):
    """There is no such light, or it cannot be set; ``reason`` is fit for a log and the doctor."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SysfsLight:
    """The light in ``folder``; every call reads or writes small files and may block for a moment.

    Raises:
        NoLightError: from every method, when the light is gone or may not be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._level = ""

    @property
    def name(self) -> str:
        """The folder's name, which the kernel chose."""
        return self._folder.name

    def switch(self, *, on: bool) -> None:
        """Put the light on or off."""
        try:
            if (self._folder / "bl_power").exists():
                self._write("bl_power", _ON if on else _OFF)
            elif not on:
                self._level = self._brightness() or self._level
                self._write("brightness", "0")
            if on:
                self._restore_brightness()
        except (OSError, UnicodeError) as error:
            raise NoLightError(reason_of(error)) from error

    def _restore_brightness(self) -> None:
        """Leave a brightness that somebody chose; replace the 0 of a program that was killed."""
        if not self._brightness():
            self._write("brightness", self._level or self._read("max_brightness"))

    def _brightness(self) -> str:
        level = self._read("brightness")
        return "" if level == "0" else level

    def _read(self, name: str) -> str:
        return (self._folder / name).read_text("ascii").strip()

    def _write(self, name: str, value: str) -> None:
        # Never created: these are the kernel's files, present or not.
        file = os.open(self._folder / name, os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC)
        try:
            os.write(file, f"{value}\n".encode("ascii"))
        finally:
            os.close(file)


def find_light(root: Path, folder_name: str) -> SysfsLight:
    """Find the light called ``folder_name`` in ``root``, or the only one when that is empty.

    Raises:
        NoLightError: there is none of that name, or none, or no telling which.
    """
    try:
        names = sorted(folder.name for folder in root.iterdir())
    except OSError as error:
        raise NoLightError(reason_of(error)) from error
    if folder_name:
        names = [name for name in names if name == folder_name]
    match names:
        case []:
            raise NoLightError("absent")
        case [name]:
            return SysfsLight(root / name)
        case _:
            raise NoLightError(f"more than one, name one of: {', '.join(names)}")
