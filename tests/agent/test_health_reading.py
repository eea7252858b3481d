"""How the machine feels, read from file trees as a Raspberry Pi has them.

The texts are those of the kernel's documentation and of Raspberry Pis: get_throttled prints
hexadecimal without 0x (raspberrypi/linux pull request 2397), /proc/net/wireless has dots behind
its numbers, an eMMC's life_time is two bytes, /sys/block/*/stat has seventeen numbers.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from anjungan.appliance.agent import health as module
from anjungan.appliance.agent.health import HealthReader
from anjungan.appliance.agent.machine.certificate import CertificateExpiry
from anjungan.appliance.agent.machine.disk import (
    life_used_percent,
    read_disk,
    whole_device,
    written_bytes,
)
from anjungan.appliance.agent.machine.memory import Memory, read_memory
from anjungan.appliance.agent.machine.network import (
    default_interface,
    has_rtc,
    network_kind,
    signal_dbm,
)
from anjungan.appliance.agent.machine.power import read_cpu_temperature_c, read_power
from anjungan.protocol.health import NetworkKind, PowerFault, PowerHealth
from anjungan.protocol.messages import DeviceHealth

PRINTER = DeviceHealth(name="printer", kind="printer", state="ready", code="")
NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)

ROUTE = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
"""
NONE = "0" * 32
ROUTE6 = f"""\
fe800000000000000000000000000000 40 {NONE} 00 {NONE} 00000100 00000001 00000000 00000001     eth0
{NONE} 00 {NONE} 00 fe80000000000000dea632fffe010203 00000258 00000001 00000000 00000003    wlan0
{NONE} 00 {NONE} 00 {NONE} ffffffff 00000001 00000000 00200200       lo
"""
WIRELESS = """\
Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
 wlan0: 0000   54.  -56.  -256        0      0      0      2      0        0
"""
MEMINFO = """\
MemTotal:        3884348 kB
MemFree:          213492 kB
MemAvailable:    2931208 kB
Buffers:           98360 kB
"""
STAT = "   13478     5326  1204746    20361     9221    11804   482126   162012        0   101364\n"


def put(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="ascii")
    return file


def test_a_pi_that_has_been_without_enough_power(tmp_path: Path) -> None:
    put(tmp_path, "sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")
    both = (PowerFault.UNDER_VOLTAGE, PowerFault.THROTTLED)
    assert read_power(tmp_path) == PowerHealth(now=both, since_boot=both)


@pytest.mark.parametrize(
    ("text", "now", "since_boot"),
    [
        ("0\n", (), ()),
        ("50000\n", (), (PowerFault.UNDER_VOLTAGE, PowerFault.THROTTLED)),
        ("80008\n", (PowerFault.SOFT_TEMPERATURE_LIMIT,), (PowerFault.SOFT_TEMPERATURE_LIMIT,)),
        ("20002\n", (PowerFault.FREQUENCY_CAPPED,), (PowerFault.FREQUENCY_CAPPED,)),
    ],
)
def test_the_words_of_the_firmware_wherever_its_file_is(tmp_path, text, now, since_boot) -> None:
    put(tmp_path, "sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled", text)
    assert read_power(tmp_path) == PowerHealth(now=now, since_boot=since_boot)


@pytest.mark.parametrize(
    ("alarm", "power"),
    [
        ("0\n", PowerHealth()),
        ("1\n", PowerHealth(now=(PowerFault.UNDER_VOLTAGE,))),
        ("?\n", None),
    ],
)
def test_a_kernel_that_tells_of_low_voltage_alone(tmp_path, alarm, power) -> None:
    put(tmp_path, "sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    put(tmp_path, "sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    put(tmp_path, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", alarm)
    assert read_power(tmp_path) == power


def test_temperature_and_memory(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/thermal/thermal_zone0/temp", "48312\n")
    put(tmp_path, "proc/meminfo", MEMINFO)
    assert read_cpu_temperature_c(tmp_path) == pytest.approx(48.3)
    assert read_memory(tmp_path) == Memory(3884348 * 1024, 2931208 * 1024)


def block_device(root: Path, life: str | None) -> Path:
    """A card with a partition, as the kernel shows it."""
    device = root / "sys/devices/platform/mmc/mmc_host/mmc0/mmc0:0001/block/mmcblk0"
    put(root, str((device / "stat").relative_to(root)), STAT)
    put(root, str((device / "mmcblk0p2/partition").relative_to(root)), "2\n")
    if life is not None:
        put(root, str((device / "device/life_time").relative_to(root)), life)
    numbers = root / "sys/dev/block"
    numbers.mkdir(parents=True)
    (numbers / "179:2").symlink_to(device / "mmcblk0p2")
    (numbers / "179:0").symlink_to(device)
    return device


@pytest.mark.parametrize("minor", [2, 0])
def test_the_whole_device_is_found_below_a_partition(tmp_path: Path, minor: int) -> None:
    device = block_device(tmp_path, None)
    found = whole_device(tmp_path, 179, minor)
    assert found == device.resolve()
    assert written_bytes(found) == 482126 * 512
    assert whole_device(tmp_path, 0, 33) is None


@pytest.mark.parametrize(
    ("life", "percent"),
    [
        ("0x01 0x02\n", 20),
        ("0x0b 0x01\n", 110),
        ("0x00 0x00\n", None),
        ("nonsense\n", None),
        (None, None),
    ],
)
def test_how_worn_an_emmc_is(tmp_path: Path, life: str | None, percent: int | None) -> None:
    assert life_used_percent(block_device(tmp_path, life)) == percent


def test_a_stat_that_is_none(tmp_path: Path) -> None:
    put(tmp_path, "stat", "1 2 3\n")
    assert written_bytes(tmp_path) is None
    assert written_bytes(tmp_path / "missing") is None


def test_the_room_of_a_real_folder(tmp_path: Path) -> None:
    disk = read_disk(tmp_path / "nothing", tmp_path)
    assert disk is not None
    assert 0 < disk.free_bytes <= disk.total_bytes
    assert not disk.read_only
    assert read_disk(tmp_path, tmp_path / "missing") is None


def test_the_default_route_with_the_least_metric(tmp_path: Path) -> None:
    put(tmp_path, "proc/net/route", ROUTE)
    put(tmp_path, "proc/net/ipv6_route", ROUTE6)
    assert default_interface(tmp_path) == "eth0"
    put(tmp_path, "proc/net/route", ROUTE.replace("eth0\t00000000", "eth0\t0001A8C0"))
    assert default_interface(tmp_path) == "wlan0"
    put(tmp_path, "proc/net/route", ROUTE.splitlines()[0] + "\n")
    assert default_interface(tmp_path) == "wlan0", "a line of IPv6 alone"


@pytest.mark.parametrize("text", ["", "nonsense", "Iface\nx 00000000 0 zz 0 0 y 00000000"])
def test_no_route(tmp_path: Path, text: str) -> None:
    put(tmp_path, "proc/net/route", text)
    assert default_interface(tmp_path) is None
    assert network_kind(tmp_path, None) is NetworkKind.NONE


def test_kinds_of_interfaces(tmp_path: Path) -> None:
    net = "sys/class/net"
    put(tmp_path, f"{net}/wlan0/wireless/status", "0\n")
    put(tmp_path, f"{net}/eth0/uevent", "INTERFACE=eth0\nIFINDEX=2\n")
    put(tmp_path, f"{net}/usb0/uevent", "DEVTYPE=wwan\nINTERFACE=usb0\n")
    put(tmp_path, f"{net}/usb1/uevent", "INTERFACE=usb1\n")
    driver = tmp_path / "sys/bus/usb/drivers/rndis_host"
    driver.mkdir(parents=True)
    (tmp_path / net / "usb1/device").mkdir()
    (tmp_path / net / "usb1/device/driver").symlink_to(driver)
    kinds = {
        name: network_kind(tmp_path, name) for name in ("wlan0", "eth0", "usb0", "usb1", "wwan0")
    }
    assert kinds == {
        "wlan0": NetworkKind.WIFI,
        "eth0": NetworkKind.ETHERNET,
        "usb0": NetworkKind.CELLULAR,
        "usb1": NetworkKind.CELLULAR,
        "wwan0": NetworkKind.CELLULAR,
    }


def test_the_signal_of_the_interface_in_use(tmp_path: Path) -> None:
    put(tmp_path, "proc/net/wireless", WIRELESS)
    assert signal_dbm(tmp_path, "wlan0") == -56
    assert signal_dbm(tmp_path, "eth0") is None
    assert signal_dbm(tmp_path, None) is None
    put(tmp_path, "proc/net/wireless", WIRELESS.replace("-56.", " 200."))
    assert signal_dbm(tmp_path, "wlan0") is None, "a level without a unit"
    put(tmp_path, "proc/net/wireless", " wlan0: 0000")
    assert signal_dbm(tmp_path, "wlan0") is None


def test_a_clock_of_its_own(tmp_path: Path) -> None:
    assert not has_rtc(tmp_path)
    (tmp_path / "sys/class/rtc/rtc0").mkdir(parents=True)
    assert has_rtc(tmp_path)


# --- certificate --------------------------------------------------------------------------------


def certificate(expires_at: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "3505102001-1")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(expires_at - timedelta(days=365))
        .not_valid_after(expires_at)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def test_the_certificates_end_is_read_again_only_when_the_file_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = CertificateExpiry(tmp_path / "identity")
    assert reader.read() is None
    file = tmp_path / "identity/certificate.pem"
    file.parent.mkdir()
    file.write_bytes(certificate(NOW))
    assert reader.read() == NOW
    read_bytes = Path.read_bytes
    times: list[Path] = []

    def counted(path: Path) -> bytes:
        times.append(path)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    assert reader.read() == NOW
    assert times == []
    file.write_bytes(certificate(NOW + timedelta(days=365)))
    assert reader.read() == NOW + timedelta(days=365)
    assert len(times) == 1
    file.write_bytes(b"nonsense")
    assert reader.read() is None
    file.unlink()
    assert reader.read() is None


# --- the whole ----------------------------------------------------------------------------------


def test_a_machine_that_tells_everything(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root, "sys/devices/platform/soc/soc:firmware/get_throttled", "0\n")
    put(root, "sys/class/thermal/thermal_zone0/temp", "48312\n")
    put(root, "proc/meminfo", MEMINFO)
    put(root, "proc/net/route", ROUTE.replace("eth0", "wlan0"))
    put(root, "proc/net/wireless", WIRELESS)
    put(root, "sys/class/net/wlan0/wireless/status", "0\n")
    (root / "sys/class/rtc/rtc0").mkdir(parents=True)
    reader = HealthReader(tmp_path, identity_dir=tmp_path / "identity", now=lambda: NOW, root=root)
    reading = reader.read(devices=(PRINTER,), screens_up=True)
    assert reading.cpu_temperature_c == pytest.approx(48.3)
    assert reading.memory_available_bytes == 2931208 * 1024
    assert reading.devices == (PRINTER,)
    assert reading.screens_up
    assert reading.power == PowerHealth()
    assert (reading.network_kind, reading.signal_dbm) == (NetworkKind.WIFI, -56)
    assert reading.has_rtc
    assert reading.uptime_s >= 0
    assert reading.disk is not None
    assert reading.load_1min is not None
    assert reading.run is not None
    assert reading.run.host_uptime_s


@pytest.mark.parametrize("content", [None, "nonsense"])
def test_a_machine_that_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    root = tmp_path / "root"
    if content is not None:
        for place in (
            "sys/devices/platform/soc/soc:firmware/get_throttled",
            "sys/class/thermal/thermal_zone0/temp",
            "proc/meminfo",
            "proc/net/route",
        ):
            put(root, place, content)

    def fail() -> None:
        raise OSError

    monkeypatch.setattr(os, "getloadavg", fail)
    reader = HealthReader(tmp_path / "missing", identity_dir=tmp_path, now=lambda: NOW, root=root)
    reading = reader.read(devices=(), screens_up=False)
    assert reading.cpu_temperature_c is None
    assert reading.memory_available_bytes is None
    assert reading.memory_total_bytes is None
    assert reading.disk is None
    assert reading.power is None
    assert reading.load_1min is None
    assert reading.network_kind is NetworkKind.NONE
    assert reading.certificate_expires_at is None
    assert Path("/") == module.ROOT
