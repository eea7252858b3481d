"""The stable names of devices: systemd's own udevadm on umockdev's devices."""

import grp
import re
import stat
from pathlib import Path

import pytest
from udev_devices import (
    AGENT_ID,
    CDC,
    KEYBOARD,
    PRINTER,
    RULES,
    VENDOR,
    Mock,
    ask_udev,
    backlight,
    header_port,
    usb_device,
)
from unit_files import FOLDER, lines_of

from anjungan.appliance.settings.devices import (
    LineScannerSettings,
    Pn532Settings,
    Rdm6300Settings,
    SerialPrinterSettings,
    UsbPrinterSettings,
    WedgeSettings,
)

PORTS = "66-anjungan-ports.rules"
CH340 = usb_device("1a86", "7523", "ttyUSB0", interfaces=VENDOR)
NAMED = [
    pytest.param(CH340, Pn532Settings().path, id="CH340"),
    pytest.param(
        usb_device("10c4", "ea60", "ttyUSB0", interfaces=VENDOR),
        Rdm6300Settings().path,
        id="CP2102",
    ),
    pytest.param(
        usb_device("0403", "6001", "ttyUSB0", interfaces=VENDOR), Pn532Settings().path, id="FT232R"
    ),
    pytest.param(
        usb_device("1a86", "55d4", "ttyACM0", interfaces=CDC), Pn532Settings().path, id="CH9102"
    ),
    pytest.param(
        usb_device("067b", "2303", "ttyUSB0", interfaces=VENDOR),
        SerialPrinterSettings().path,
        id="PL2303",
    ),
    pytest.param(
        usb_device("05e0", "1701", "ttyACM0", interfaces=CDC),
        LineScannerSettings().path,
        id="Zebra CDC",
    ),
    pytest.param(
        usb_device("0416", "5011", "usb/lp0", interfaces=PRINTER),
        UsbPrinterSettings().path,
        id="POS-58 on usblp",
    ),
    pytest.param(
        usb_device("04b8", "0e15", "usb/lp0", interfaces=PRINTER),
        UsbPrinterSettings().path,
        id="Epson TM on usblp",
    ),
    pytest.param(
        usb_device("ffff", "0035", "input/event3", interfaces=KEYBOARD),
        WedgeSettings().path,
        id="RFID wedge",
    ),
]
GUESSED = [
    pytest.param(header_port("ttyAMA0"), Pn532Settings().path, id="header"),
    pytest.param(
        usb_device("2dd6", "0001", "ttyACM0", interfaces=CDC),
        LineScannerSettings().path,
        id="unknown CDC",
    ),
    pytest.param(
        usb_device("4b43", "3538", "usb/lp0", interfaces=PRINTER),
        UsbPrinterSettings().path,
        id="unknown usblp",
    ),
]
LEFT_ALONE = [
    pytest.param(header_port("ttyAMA10"), id="debug port of a Pi 5"),
    pytest.param(header_port("ttyS0"), id="mini UART"),
    pytest.param(
        usb_device("04e8", "6860", "ttyACM0", interfaces=("060101", *CDC)), id="telephone"
    ),
    pytest.param(usb_device("12d1", "1506", "ttyUSB0", interfaces=VENDOR), id="modem"),
    pytest.param(usb_device("04b8", "1137", "usb/lp0", interfaces=PRINTER), id="Epson inkjet"),
    pytest.param(usb_device("03f0", "4d17", "usb/lp0", interfaces=PRINTER), id="HP LaserJet"),
    pytest.param(usb_device("046d", "c31c", "input/event3", interfaces=KEYBOARD), id="keyboard"),
]


def name_of(path: str) -> str:
    folder = "/dev/anjungan/"
    assert path.startswith(folder)
    return path.removeprefix(folder)


@pytest.mark.parametrize(("mock", "path"), NAMED)
def test_a_known_model_gets_the_name_that_the_settings_expect(
    mock: Mock, path: str, tmp_path: Path
) -> None:
    made = ask_udev(mock, tmp_path)
    assert made.names == {name_of(path)}
    assert made.priority == 0


@pytest.mark.parametrize(("mock", "path"), GUESSED)
def test_a_guess_gets_the_name_and_gives_way_to_a_known_model(
    mock: Mock, path: str, tmp_path: Path
) -> None:
    made = ask_udev(mock, tmp_path)
    assert made.names == {name_of(path)}
    assert made.priority < 0


@pytest.mark.parametrize("mock", LEFT_ALONE)
def test_other_devices_are_left_alone(mock: Mock, tmp_path: Path) -> None:
    made = ask_udev(mock, tmp_path)
    assert made.names == frozenset()
    assert "ID_MM_DEVICE_IGNORE" not in made.properties


def test_modemmanager_keeps_off_our_lines(tmp_path: Path) -> None:
    made = ask_udev(CH340, tmp_path)
    assert made.properties["ID_MM_DEVICE_IGNORE"] == "1"
    assert made.properties["ID_MM_PORT_IGNORE"] == "1"


def test_only_the_agent_may_open_what_types(tmp_path: Path) -> None:
    wedge = usb_device("ffff", "0035", "input/event3", interfaces=KEYBOARD)
    made = ask_udev(wedge, tmp_path)
    assert (made.last("OWNER"), made.last("MODE")) == (str(AGENT_ID), "0600")
    assert made.properties["LIBINPUT_IGNORE_DEVICE"] == "1"


@pytest.mark.parametrize(
    ("mock", "group"),
    [
        pytest.param(CH340, "dialout", id="serial"),
        pytest.param(usb_device("0416", "5011", "usb/lp0", interfaces=PRINTER), "lp", id="usblp"),
    ],
)
def test_the_agents_groups_may_open_the_others(mock: Mock, group: str, tmp_path: Path) -> None:
    made = ask_udev(mock, tmp_path)
    assert (made.last("GROUP"), made.last("MODE")) == (str(grp.getgrnam(group).gr_gid), "0660")
    joined = [line.split() for line in lines_of(FOLDER / "sysusers.d" / "anjungan.conf")]
    assert ["m", "anjungan", group] in joined


def test_udev_has_nothing_to_say_about_the_rules(tmp_path: Path) -> None:
    said = ask_udev(CH340, tmp_path).said
    ours = [line for line in said.splitlines() if "anjungan" in line and "Reading" not in line]
    assert not [line for line in ours if re.search(r"[Ii]nvalid|[Uu]nknown|[Ff]ailed", line)]


def test_a_misspelt_rule_would_be_noticed(tmp_path: Path) -> None:
    broken = {PORTS: 'SUBSYSTEM=="tty", SYMLINKS+="anjungan/x"\n'}
    said = ask_udev(CH340, tmp_path, rules=broken).said
    assert re.search(rf"{PORTS}.*(Invalid|Unknown)", said)


class TestTheVillagesOwnChoice:
    """Two adapters with the same chip are told apart by their USB port: the file's examples."""

    @staticmethod
    def example(number: int) -> str:
        """One of the examples in the file, with its mark taken off."""
        marked = re.findall(r"^#(SUBSYSTEM.*)$", (RULES / PORTS).read_text(), re.MULTILINE)
        return str(marked[number]) + "\n"

    def test_the_shipped_file_decides_nothing(self) -> None:
        assert list(lines_of(RULES / PORTS)) == []

    def test_two_adapters_with_the_same_chip(self, tmp_path: Path) -> None:
        rules = {PORTS: self.example(0) + self.example(1)}
        first = usb_device("1a86", "7523", "ttyUSB0", interfaces=VENDOR, port="1-1.1")
        second = usb_device("1a86", "7523", "ttyUSB1", interfaces=VENDOR, port="1-1.2")
        found = [ask_udev(mock, tmp_path, rules=rules) for mock in (first, second)]
        assert [made.names for made in found] == [{"card-reader"}, {"printer"}]
        assert all(made.priority > 0 for made in found)

    def test_a_printer_on_usblp(self, tmp_path: Path) -> None:
        office = usb_device("04b8", "1137", "usb/lp0", interfaces=PRINTER, port="1-1.3")
        made = ask_udev(office, tmp_path, rules={PORTS: self.example(2)})
        assert made.names == {"printer"}

    def test_a_reader_that_types(self, tmp_path: Path) -> None:
        reader = usb_device("1a2c", "0c23", "input/event3", interfaces=KEYBOARD, port="1-1.4")
        made = ask_udev(reader, tmp_path, rules={PORTS: self.example(3)})
        assert made.names == {"wedge"}
        assert made.properties["LIBINPUT_IGNORE_DEVICE"] == "1"

    def test_a_name_of_their_own(self, tmp_path: Path) -> None:
        rules = {PORTS: self.example(1).replace('"printer"', '"printer-2"')}
        assert ask_udev(CH340, tmp_path, rules=rules).names == {"printer-2"}

    def test_none_of_ours(self, tmp_path: Path) -> None:
        rules = {PORTS: self.example(1).replace('"printer"', '"none"')}
        made = ask_udev(CH340, tmp_path, rules=rules)
        assert made.names == frozenset()
        assert "ID_MM_DEVICE_IGNORE" not in made.properties


def test_the_agent_may_switch_the_panels_light(tmp_path: Path) -> None:
    mock = backlight("10-0045")
    runs = re.findall(r"^run: '(.*)'$", ask_udev(mock, tmp_path).said, re.MULTILINE)
    files = f"/sys{mock.path}/brightness /sys{mock.path}/bl_power"
    assert f"/usr/bin/chgrp anjungan {files}" in runs
    assert f"/usr/bin/chmod g+w {files}" in runs


def test_the_programs_that_the_rules_run_exist() -> None:
    text = "".join(file.read_text() for file in RULES.glob("*.rules"))
    programs = re.findall(r'RUN\+="(\S+)', text)
    assert programs
    for program in programs:
        assert Path(program).stat().st_mode & stat.S_IXUSR


def test_the_kernels_nfc_drivers_leave_the_acr122u_to_pcscd() -> None:
    lines = set(lines_of(FOLDER / "modprobe.d" / "anjungan.conf"))
    assert lines == {"blacklist pn533_usb", "blacklist pn533", "blacklist nfc"}
