"""Devices as umockdev describes them, and what udev makes of them with the rules of systemd/.

udevadm reads its rules from fixed folders and writes to /run/udev and /dev, so it runs with all of
them replaced by temporary ones, in a mount namespace of its own; sysfs is umockdev's. Nothing of
this machine changes.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

RULES: Final = Path(__file__).parents[2] / "systemd" / "udev.rules.d"
PI_4_PCI: Final = "/devices/platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0"
PI_4_HUB: Final = f"{PI_4_PCI}/usb1/1-1"
INSTALL: Final = "apt-get install -y udev umockdev util-linux"

AGENT_ID: Final = 64123

CDC: Final = ("020201", "0a0000")
VENDOR: Final = ("ff0102",)
PRINTER: Final = ("070102",)
KEYBOARD: Final = ("030101",)
_ALL_KEYS: Final = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
_SCRIPT: Final = """
mount --bind "$1" /etc/udev/rules.d
mount --bind "$4" /etc/passwd
mount -t tmpfs none /run
mount --bind /dev/null "$5/null"
mount -t devpts -o newinstance,ptmxmode=0666 none "$5/pts"
mount --rbind "$5" /dev
umockdev-run -d "$2" -- sh -c '
  udevadm test "$1" 2>&1
  echo "--- stored"
  cat /run/udev/data/* 2>/dev/null || true
' sh "/sys$3"
"""


_IN_A_NAMESPACE: Final = (
    *("unshare", "--user", "--map-root-user", "--mount"),
    *("sh", "-eu", "-c", _SCRIPT, "sh"),
)


@dataclass(frozen=True)
class Mock:
    """One device: its path in sysfs, and everything above it."""

    path: str
    text: str


@dataclass(frozen=True)
class Udev:
    """What udev made of a device."""

    said: str
    links: frozenset[str]
    properties: dict[str, str]
    priority: int

    @property
    def names(self) -> frozenset[str]:
        """The links below /dev/anjungan/."""
        folder = "/dev/anjungan/"
        return frozenset(
            link.removeprefix(folder) for link in self.links if link.startswith(folder)
        )

    def last(self, what: str) -> str | None:
        """The ``OWNER``, ``GROUP`` or ``MODE`` that the last rule with one has set."""
        found = re.findall(rf"^\S+: \S+:\d+ {what} (\S+)$", self.said, re.MULTILINE)
        return found[-1] if found else None


def usb_device(
    vendor: str, product: str, node: str, *, interfaces: tuple[str, ...], port: str = "1-1.2"
) -> Mock:
    """Build a device at a port of a Raspberry Pi 4: its kernel node below its first interface."""
    device = f"{PI_4_HUB}/{port}"
    interface = f"{device}/{port}:1.0"
    subsystem, below, number = _below(node)
    # the hub counts as a device of udev's too, so that path_id can walk up to the platform
    blocks = [
        _block("/devices/platform/scb/fd500000.pcie", "platform"),
        _block(PI_4_PCI, "pci"),
        _block(f"{PI_4_PCI}/usb1", "usb", DEVTYPE="usb_device"),
        _block(PI_4_HUB, "usb", DEVTYPE="usb_device"),
        _block(
            device,
            "usb",
            f"A: idVendor={vendor}",
            f"A: idProduct={product}",
            f"H: descriptors={_descriptors(interfaces)}",
            DEVTYPE="usb_device",
        ),
        _block(
            interface,
            "usb",
            f"A: bInterfaceClass={interfaces[0][:2]}",
            f"A: bInterfaceSubClass={interfaces[0][2:4]}",
            "A: bInterfaceNumber=00",
            DEVTYPE="usb_interface",
        ),
    ]
    if subsystem == "input":
        blocks.append(
            _block(
                f"{interface}/input/input7",
                "input",
                "A: capabilities/ev=120013",
                f"A: capabilities/key={_ALL_KEYS}",
            )
        )
    path = f"{interface}/{below}"
    blocks.append(_block(path, subsystem, f"N: {node}", DEVNAME=f"/dev/{node}", **number))
    return Mock(path, "\n".join(blocks))


def header_port(node: str) -> Mock:
    """A serial port of the chip itself."""
    path = f"/devices/platform/soc/fe201000.serial/tty/{node}"
    block = _block(path, "tty", f"N: {node}", DEVNAME=f"/dev/{node}", MAJOR="204", MINOR="64")
    return Mock(path, block)


def backlight(name: str) -> Mock:
    """The light of a DSI panel."""
    path = f"/devices/platform/soc/fe205000.i2c/i2c-11/i2c-10/{name}/backlight/{name}"
    return Mock(path, _block(path, "backlight", "A: brightness=255", "A: bl_power=0"))


def ask_udev(mock: Mock, folder: Path, *, rules: dict[str, str] | None = None) -> Udev:
    """Run the rules of systemd/ on ``mock``; ``rules`` replaces whole files by their name."""
    for program in ("udevadm", "umockdev-run", "unshare"):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is missing: {INSTALL}")
    there = folder / "rules.d"
    there.mkdir(exist_ok=True)
    for file in RULES.glob("*.rules"):
        there.joinpath(file.name).write_text((rules or {}).get(file.name, file.read_text()))
    description = folder / "device.umockdev"
    description.write_text(mock.text)
    users = folder / "passwd"
    agent = f"anjungan:x:{AGENT_ID}:{AGENT_ID}::/:/bin/false\n"
    users.write_text(Path("/etc/passwd").read_text() + agent)
    nodes = folder / "dev"
    if not nodes.exists():
        nodes.joinpath("pts").mkdir(parents=True)
        nodes.joinpath("ptmx").symlink_to("pts/ptmx")
        nodes.joinpath("null").touch()
    paths = (there, description, mock.path, users, nodes)
    done = subprocess.run(
        [*_IN_A_NAMESPACE, *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return _read(done.stdout)


def _read(said: str) -> Udev:
    told, _, stored = said.partition("--- stored\n")
    # the properties come last, after the sentence that says it was only a test
    lines = told.splitlines()
    pairs = dict(line.split("=", 1) for line in lines if "=" in line.split(" ", 1)[0])
    links = frozenset(pairs.get("DEVLINKS", "").split())
    priorities = [int(line[2:]) for line in stored.splitlines() if line.startswith("L:")]
    return Udev(told, links, pairs, priorities[0] if priorities else 0)


def _below(node: str) -> tuple[str, str, dict[str, str]]:
    """Subsystem, the path below the interface, and the device number of a kernel node."""
    name = node.rpartition("/")[2]
    if name.startswith("lp"):
        return "usbmisc", f"usbmisc/{name}", {"MAJOR": "180", "MINOR": "0"}
    if name.startswith("event"):
        return "input", f"input/input7/{name}", {"MAJOR": "13", "MINOR": "71"}
    if name.startswith("ttyUSB"):
        return "tty", f"{name}/tty/{name}", {"MAJOR": "188", "MINOR": "0"}
    return "tty", f"tty/{name}", {"MAJOR": "166", "MINOR": "0"}


def _block(path: str, subsystem: str, *lines: str, **properties: str) -> str:
    # umockdev wants the node first
    nodes = [line for line in lines if line.startswith("N:")]
    others = [line for line in lines if not line.startswith("N:")]
    said = [f"E: {key}={value}" for key, value in properties.items()]
    return "\n".join([f"P: {path}", *nodes, f"E: SUBSYSTEM={subsystem}", *said, *others, ""])


def _descriptors(interfaces: tuple[str, ...]) -> str:
    """USB 2.0, 9.6: descriptors of device, configuration, each interface and its endpoint."""
    device = bytes((18, 1)) + bytes(16)
    each = [
        bytes((9, 4, number, 0, 1))
        + bytes.fromhex(kind)
        + b"\x00"
        + bytes((7, 5, 0x81, 2, 64, 0, 0))
        for number, kind in enumerate(interfaces)
    ]
    length = 9 + sum(map(len, each))
    configuration = bytes((9, 2, length, 0, len(each), 1, 0, 0x80, 50))
    return (device + configuration + b"".join(each)).hex().upper()
