"""A backlight without hardware: a folder like those of ``/sys/class/backlight``, and its faults."""

import shutil
from pathlib import Path
from typing import Final

FULL: Final = 255


class BacklightSimulator:
    """One light called ``name`` in ``root``.  Give ``root`` to the driver.

    Without ``has_power`` there is no ``bl_power``, as with some drivers; the brightness tells.
    """

    def __init__(self, root: Path, name: str = "10-0045", *, has_power: bool = True) -> None:
        self._folder = root / name
        self._has_power = has_power
        root.mkdir(parents=True, exist_ok=True)
        self.plug()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._folder.name

    @property
    def plugged(self) -> bool:
        """Whether the kernel shows the light."""
        return self._folder.exists()

    @property
    def is_lit(self) -> bool:
        """Whether the screen can be seen."""
        if not self.plugged:
            return False
        return self._read("bl_power", "0") == "0" and self.brightness > 0

    @property
    def brightness(self) -> int:
        """The brightness asked for, 0 to ``FULL``."""
        return int(self._read("brightness", "0"))

    def set_brightness(self, level: int) -> None:
        """Let somebody else choose the brightness."""
        self._write("brightness", str(level))

    def switch(self, *, on: bool) -> None:
        """Let somebody else put the light on or off, for example a program that was killed."""
        if self._has_power:
            self._write("bl_power", "0" if on else "4")
        else:
            self._write("brightness", str(FULL if on else 0))

    def plug(self) -> None:
        """Let the kernel show the light, which is on."""
        self._folder.mkdir(exist_ok=True)
        self._write("max_brightness", str(FULL))
        self._write("brightness", str(FULL))
        if self._has_power:
            self._write("bl_power", "0")

    def unplug(self) -> None:
        """Let it vanish, as when a driver is unbound."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _read(self, name: str, absent: str) -> str:
        try:
            return (self._folder / name).read_text("ascii").strip() or absent
        except FileNotFoundError:
            return absent

    def _write(self, name: str, value: str) -> None:
        (self._folder / name).write_text(f"{value}\n", "ascii")
