"""The pin factory of a Raspberry Pi, with the right gpiochip.

The chip behind the 40-pin header has had many numbers (0, 4, and any of 10 to 15 on a Pi 5, by
kernel), but its label is always the same, so it is looked for by label.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

HEADER_LABELS: Final = (
    "pinctrl-rp1",  # Pi 5, Pi 500, Compute Module 5 (drivers/pinctrl/pinctrl-rp1.c)
    "pinctrl-bcm2711",  # Pi 4, Pi 400, Compute Module 4 (drivers/pinctrl/bcm/pinctrl-bcm2835.c)
    "pinctrl-bcm2835",  # Pi 1 to 3, Zero, Zero 2 W, Compute Module 1 to 3 (same file)
)
_LABEL: Final = 3  # lgpio.gpio_get_chip_info gives status, lines, name, label


class NoHeaderChipError(OSError):
    """This machine has no Raspberry Pi header."""


def open_pi_factory() -> Any:
    """Open gpiozero's lgpio factory on the header's chip.

    Raises:
        NoHeaderChipError: no chip has a known label.
        PermissionError: there are chips, and none may be opened.
        ImportError: lgpio or gpiozero is not installed.
        Exception: what lgpio raises.
    """
    import lgpio  # noqa: PLC0415 - hardware is touched when the panel opens, never at import
    from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - see above

    return LGPIOFactory(chip=find_header_chip(lgpio))


def find_header_chip(lgpio: Any, dev: Path = Path("/dev")) -> int:
    """Return the number of the header's chip; ``lgpio`` is that module or something like it.

    Raises:
        NoHeaderChipError: no chip has a known label.
        PermissionError: there is a chip that may not be opened, and no other is the header's.
    """
    is_refused = False
    for number in _chip_numbers(dev):
        try:
            handle = lgpio.gpiochip_open(number)
        except lgpio.error:
            chip = dev / f"gpiochip{number}"
            is_refused = is_refused or not os.access(chip, os.R_OK | os.W_OK)
            continue
        try:
            label = lgpio.gpio_get_chip_info(handle)[_LABEL]
        finally:
            lgpio.gpiochip_close(handle)
        if label in HEADER_LABELS:
            return number
    if is_refused:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    raise NoHeaderChipError("no gpiochip of a Raspberry Pi header")


def _chip_numbers(dev: Path) -> Iterator[int]:
    """The chips there are, without the symbolic link that keeps an old number alive."""
    for chip in sorted(dev.glob("gpiochip*")):
        digits = chip.name.removeprefix("gpiochip")
        if digits.isdecimal() and not chip.is_symlink():
            yield int(digits)
