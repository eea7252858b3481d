"""The pin factory of a Raspberry Pi, with the right gpiochip.

The chip behind the 40-pin header has had different numbers (0 and 4 on a Pi 5, by kernel), but its
label is always the same, so it is looked for by label.
"""

from typing import Any

# pinctrl-rp1: Pi 5 and Compute Module 5; 2711: Pi 4; 2835: Pi 3 and Zero.
HEADER_LABELS = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
_MAX_CHIPS = 16
_LABEL = 3  # lgpio.gpio_get_chip_info gives status, lines, name, label


class NoHeaderChipError(OSError):
    """This machine has no Raspberry Pi header."""


def open_pi_factory() -> Any:
    """Open gpiozero's lgpio factory on the header's chip.

    Raises:
        NoHeaderChipError: no chip has a known label.
        ImportError: lgpio or gpiozero is not installed.
        Exception: what lgpio raises, for example for missing permission.
    """
    import lgpio  # noqa: PLC0415 - hardware is touched when the panel opens, never at import
    from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - see above

    return LGPIOFactory(chip=find_header_chip(lgpio))


def find_header_chip(lgpio: Any) -> int:
    """Return the number of the header's chip; ``lgpio`` is that module or something like it.

    Raises:
        NoHeaderChipError: no chip has a known label.
    """
    for number in range(_MAX_CHIPS):
        try:
            handle = lgpio.gpiochip_open(number)
        except lgpio.error:
            continue
        try:
            label = lgpio.gpio_get_chip_info(handle)[_LABEL]
        finally:
            lgpio.gpiochip_close(handle)
        if label in HEADER_LABELS:
            return number
    raise NoHeaderChipError("no gpiochip of a Raspberry Pi header")
