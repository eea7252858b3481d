"""By what the kiosk reaches out: the interface of the default route, its kind and signal."""

from pathlib import Path
from typing import Final

from anjungan.appliance.agent.machine.kernel_files import read_text
from anjungan.protocol.health import NetworkKind

_DEFAULT_V4: Final = "00000000"
_DEFAULT_V6: Final = "0" * 32
_ROUTE_UP: Final = 1
_ROUTE_REJECT: Final = 0x200
_MODEM_DRIVERS: Final = frozenset(
    {"qmi_wwan", "cdc_mbim", "huawei_cdc_ncm", "sierra_net", "rndis_host", "option"}
)
"""``rndis_host`` is a modem that plays a network card, or a telephone that lends its line."""
_MODEM_NAMES: Final = ("wwan", "ppp", "wwp")
_WEAKEST_DBM: Final = -150
_SIGNAL_COLUMN: Final = 3


def default_interface(root: Path) -> str | None:
    """The interface of the default route with the least metric; None where there is no route.

    /proc/net/route is IPv4 (proc_net_route(5)), /proc/net/ipv6_route the other.
    """
    found: list[tuple[int, str]] = []
    for line in (read_text(root / "proc/net/route") or "").splitlines()[1:]:
        fields = line.split()
        if len(fields) >= 8 and fields[1] == _DEFAULT_V4 and fields[7] == _DEFAULT_V4:  # noqa: PLR2004 - the mask's column
            _add(found, flags=fields[3], metric=fields[6], base=10, name=fields[0])
    for line in (read_text(root / "proc/net/ipv6_route") or "").splitlines():
        fields = line.split()
        if len(fields) >= 10 and fields[0] == _DEFAULT_V6 and fields[1] == "00":  # noqa: PLR2004 - ten columns
            _add(found, flags=fields[8], metric=fields[5], base=16, name=fields[9])
    return min(found)[1] if found else None


def network_kind(root: Path, interface: str | None) -> NetworkKind:
    """What kind of interface it is; a modem that plays an Ethernet card cannot always be told."""
    if interface is None:
        return NetworkKind.NONE
    place = root / "sys/class/net" / interface
    if (place / "wireless").exists() or (place / "phy80211").exists():
        return NetworkKind.WIFI
    if interface.startswith(_MODEM_NAMES) or "DEVTYPE=wwan" in (read_text(place / "uevent") or ""):
        return NetworkKind.CELLULAR
    driver = place / "device/driver"
    if driver.exists() and driver.resolve().name in _MODEM_DRIVERS:
        return NetworkKind.CELLULAR
    return NetworkKind.ETHERNET


def signal_dbm(root: Path, interface: str | None) -> int | None:
    """The signal of a Wi-Fi interface in dBm, from /proc/net/wireless; None for any other.

    The level is signed where the driver tells dBm; others tell a number without a meaning.
    """
    for line in (read_text(root / "proc/net/wireless") or "").splitlines():
        name, _, rest = line.partition(":")
        if interface is None or name.strip() != interface:
            continue
        fields = rest.split()
        try:
            level = round(float(fields[_SIGNAL_COLUMN - 1]))
        except (IndexError, ValueError):
            return None
        return level if _WEAKEST_DBM <= level < 0 else None
    return None


def has_rtc(root: Path) -> bool:
    """Whether there is a clock that runs without power; whether its battery is good is unknown."""
    return (root / "sys/class/rtc/rtc0").exists()


def _add(found: list[tuple[int, str]], *, flags: str, metric: str, base: int, name: str) -> None:
    try:
        bits, cost = int(flags, 16), int(metric, base)
    except ValueError:
        return
    if bits & _ROUTE_UP and not bits & _ROUTE_REJECT and name != "lo":
        found.append((cost, name))
