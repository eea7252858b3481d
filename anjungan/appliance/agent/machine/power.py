"""Power and heat, as the firmware of a Raspberry Pi tells the kernel."""

from pathlib import Path
from typing import Final

from anjungan.appliance.agent.machine.kernel_files import read_number, read_text
from anjungan.protocol.health import PowerFault, PowerHealth

_THROTTLED: Final = "sys/devices/platform/soc/soc:firmware/get_throttled"
_THROTTLED_ELSEWHERE: Final = "*/*:firmware/get_throttled"
"""Below sys/devices/platform: the name of the bus differs between models and kernels."""
_BITS: Final = (
    (PowerFault.UNDER_VOLTAGE, 0),
    (PowerFault.FREQUENCY_CAPPED, 1),
    (PowerFault.THROTTLED, 2),
    (PowerFault.SOFT_TEMPERATURE_LIMIT, 3),
)
_SINCE_BOOT_SHIFT: Final = 16
_MILLI: Final = 1000.0


def read_power(root: Path) -> PowerHealth | None:
    """What is wrong with power and heat now and since the boot.

    ``get_throttled`` is a word in hexadecimal without ``0x``: bits 0 to 3 are now, 16 to 19 since
    the boot (Raspberry Pi documentation, "get_throttled"). Kernels that no longer have that file
    tell of low voltage alone, in the ``rpi_volt`` sensor (hwmon/raspberrypi-hwmon in the kernel's
    documentation).
    """
    word = read_number(root / _THROTTLED, 16)
    if word is None:
        for place in (root / "sys/devices/platform").glob(_THROTTLED_ELSEWHERE):
            word = read_number(place, 16)
    if word is None:
        return _from_sensor(root)
    return PowerHealth(now=_faults(word), since_boot=_faults(word >> _SINCE_BOOT_SHIFT))


def read_cpu_temperature_c(root: Path) -> float | None:
    """The processor's temperature in degrees Celsius."""
    milli = read_number(root / "sys/class/thermal/thermal_zone0/temp")
    return None if milli is None else round(milli / _MILLI, 1)


def _faults(word: int) -> tuple[PowerFault, ...]:
    return tuple(fault for fault, bit in _BITS if word >> bit & 1)


def _from_sensor(root: Path) -> PowerHealth | None:
    for sensor in sorted((root / "sys/class/hwmon").glob("hwmon*")):
        if read_text(sensor / "name") == "rpi_volt":
            alarm = read_number(sensor / "in0_lcrit_alarm")
            if alarm is not None:
                now = (PowerFault.UNDER_VOLTAGE,) if alarm else ()
                return PowerHealth(now=now)
    return None
