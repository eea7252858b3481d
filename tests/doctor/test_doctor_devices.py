"""The devices, asked by the real drivers over real pseudo-terminals."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from doctor_desk import WORDS, about, ask_doctor, no_pins, said
from gpiozero.pins.mock import MockFactory
from kiosk_lab import KioskLab, devices_in, make_kiosk, no_devices
from PIL import Image

from anjungan.appliance.agent import device_making
from anjungan.appliance.agent.app import SOCKET_NAME
from anjungan.appliance.agent.device_making import Machine
from anjungan.appliance.agent.device_report import DeviceReport
from anjungan.appliance.doctor import check_devices as module
from anjungan.appliance.doctor.check_devices import check_devices
from anjungan.appliance.doctor.finding import Verdict
from anjungan.appliance.drivers.device import Fault, Missing, Ready, Starting
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.settings.devices import (
    BacklightSettings,
    CupsSettings,
    DeviceSettings,
    NetworkPrinterSettings,
    PanelSettings,
    PcscSettings,
    Rdm6300Settings,
    SerialPrinterSettings,
    SpeechSettings,
    WedgeSettings,
    kind_of,
)
from anjungan.simulation.pn532.simulator import Pn532Simulator
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.pty_line import PtyLine
from anjungan.simulation.scanner import ScannerSimulator

KINDS = {"card_reader": "pn532", "scanner": "line-scanner", "printer": "escpos-serial"}
PRINTER = module._Subject("printer", SerialPrinterSettings(path="/dev/x"))


class Desk:
    """The three simulators at the places where the settings expect them."""

    def __init__(self, folder: Path) -> None:
        self.reader = Pn532Simulator(folder / "card-reader")
        self.scanner = ScannerSimulator(folder / "scanner")
        self.printer = PrinterSimulator(folder / "printer")

    @asynccontextmanager
    async def plugged(self) -> AsyncIterator[None]:
        self.reader.start()
        self.scanner.start()
        self.printer.start()
        try:
            yield
        finally:
            self.reader.stop()
            self.scanner.stop()
            await self.printer.stop()


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskLab:
    return make_kiosk(tmp_path, devices=devices_in(tmp_path))


@pytest.fixture
def config(kiosk: KioskLab, tmp_path: Path) -> Path:
    return kiosk.write_config(tmp_path / "site.toml")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    async with desk.plugged():
        yield desk


async def test_working_devices_say_who_they_are(desk: Desk, config: Path) -> None:
    diagnosis = await ask_doctor(config)
    assert about(diagnosis, "device.card_reader").answered.values == {"detail": "PN532 1.6"}
    assert about(diagnosis, "device.scanner").verdict is Verdict.GOOD
    assert about(diagnosis, "device.printer").answered.key == "device.ready_to_print"
    assert about(diagnosis, "device.buttons").answered.key == "device.not_fitted"


async def test_nothing_is_printed(desk: Desk, config: Path) -> None:
    await ask_doctor(config)
    assert desk.printer.tear() is None


async def test_the_lines_are_free_again_afterwards(desk: Desk, config: Path) -> None:
    await ask_doctor(config)
    assert about(await ask_doctor(config), "device.card_reader").verdict is Verdict.GOOD


async def test_a_card_that_lies_there_is_nobodys_business(desk: Desk, config: Path) -> None:
    desk.reader.present("a:04a1b2c3d4e5f6")
    desk.scanner.scan("https://contoh.example/t/rahasia")
    diagnosis = await ask_doctor(config)
    assert about(diagnosis, "device.card_reader").verdict is Verdict.GOOD
    assert "04a1b2c3d4e5f6" not in repr(diagnosis)
    assert "rahasia" not in repr(diagnosis)


async def test_absent_devices_are_named_with_their_path(config: Path, tmp_path: Path) -> None:
    diagnosis = await ask_doctor(config)
    assert diagnosis.exit_code == 1
    for family, kind in KINDS.items():
        finding = about(diagnosis, f"device.{family}")
        assert said(finding) == ["device.absent", f"device_expected.{kind}", "device_fix.absent"]
        assert str(tmp_path) in str(finding.answered.values["path"])


async def test_a_line_that_another_program_holds(desk: Desk, config: Path, tmp_path: Path) -> None:
    other = SerialLink(str(tmp_path / "scanner"), 9600)
    await other.open()
    try:
        finding = about(await ask_doctor(config), "device.scanner")
    finally:
        await other.close()
    assert said(finding) == ["device.held", "device_expected.line-scanner", "device_fix.held"]


async def test_a_reader_that_says_nothing(desk: Desk, config: Path) -> None:
    desk.reader.faults.silent = True
    finding = about(await ask_doctor(config), "device.card_reader")
    assert finding.answered.key == "fault.not_answering"
    assert said(finding)[-1] == "device_fix.not_answering"


async def test_a_printer_that_says_nothing(desk: Desk, config: Path) -> None:
    desk.printer.silence()
    finding = about(await ask_doctor(config), "device.printer")
    assert said(finding) == ["fault.silent", "device_expected.escpos-serial", "device_fix.silent"]


@pytest.mark.parametrize(
    ("fault", "fix"),
    [
        (PrinterSimulator.paper_out, "paper_out"),
        (PrinterSimulator.cover_open, "cover_open"),
        (PrinterSimulator.jam_cutter, "cutter_jam"),
        (PrinterSimulator.overheat, "head_hot"),
        (PrinterSimulator.fail, "broken"),
    ],
)
async def test_every_fault_of_the_printer_has_its_remedy(
    desk: Desk, config: Path, fault: "type[PrinterSimulator.paper_out]", fix: str
) -> None:
    fault(desk.printer)
    finding = about(await ask_doctor(config), "device.printer")
    assert finding.verdict is Verdict.WRONG
    assert said(finding)[-1] == f"device_fix.{fix}"


async def test_a_roll_that_ends_soon_is_a_note(desk: Desk, config: Path) -> None:
    desk.printer.near_end()
    finding = about(await ask_doctor(config), "device.printer")
    assert finding.verdict is Verdict.NOTE
    assert said(finding) == ["device.near_end", "device.near_end_fix"]


@asynccontextmanager
async def agent_double(kiosk: KioskLab) -> AsyncIterator[DeviceReport]:
    """A socket that answers, and the report that an agent writes."""
    kiosk.runtime_dir.mkdir()
    server = await asyncio.start_unix_server(
        lambda _reader, writer: writer.close(), kiosk.runtime_dir / SOCKET_NAME
    )
    async with server:
        yield DeviceReport(kiosk.runtime_dir)


async def test_a_running_agent_keeps_its_lines(
    kiosk: KioskLab, config: Path, tmp_path: Path
) -> None:
    """Lines that exist are not touched; one that does not is told all the same."""
    heard: list[bytes] = []
    line = PtyLine(tmp_path / "printer", heard.append)
    line.plug()
    async with agent_double(kiosk) as report:
        unknown = await ask_doctor(config)
        report.write({"printer": Starting()})
        starting = await ask_doctor(config)
        report.write({"printer": Ready("ready")})
        known = await ask_doctor(config)
    line.unplug()
    for diagnosis in (unknown, starting):
        assert about(diagnosis, "device.printer").answered.key == "device.held_by_agent"
        assert about(diagnosis, "device.scanner").answered.key == "device.absent"
    assert about(known, "device.printer").verdict is Verdict.GOOD
    assert heard == []


async def test_beside_a_running_agent_devices_are_as_it_last_heard(
    kiosk: KioskLab, config: Path
) -> None:
    async with agent_double(kiosk) as report:
        report.write(
            {
                "card_reader": Ready("PN532 1.6"),
                "scanner": Missing("absent"),
                "printer": Fault("paper_out", "the printer's own report"),
            }
        )
        diagnosis = await ask_doctor(config)
    assert diagnosis.exit_code == 1
    assert about(diagnosis, "device.card_reader").answered.values == {"detail": "PN532 1.6"}
    scanner, printer = (about(diagnosis, f"device.{kind}") for kind in ("scanner", "printer"))
    assert said(scanner) == ["device.absent", "device_expected.line-scanner", "device_fix.absent"]
    assert said(printer) == [
        "fault.paper_out",
        "device_expected.escpos-serial",
        "device_fix.paper_out",
    ]


async def test_what_an_agent_heard_that_has_ended_is_not_believed(
    kiosk: KioskLab, config: Path
) -> None:
    async with agent_double(kiosk) as report:
        report.write({"printer": Ready("ready")})
    assert about(await ask_doctor(config), "device.printer").answered.key == "device.absent"


class TestButtons:
    async def test_pins_that_open(self, kiosk: KioskLab) -> None:
        devices = no_devices(buttons=PanelSettings())
        findings = await check_devices(devices, heard=None, machine=Machine(open_pins=MockFactory))
        assert findings[-1].answered.values == {"detail": "buttons: 5"}

    async def test_a_machine_without_pins(self, kiosk: KioskLab) -> None:
        devices = {**kiosk.settings.devices, "buttons": PanelSettings()}
        findings = await check_devices(devices, heard=None, machine=Machine(open_pins=no_pins))
        assert said(findings[-1])[-1] == "device_fix.no_header"


class TestRareAnswers:
    @pytest.mark.parametrize(
        ("settings", "reason", "answer", "fix"),
        [
            (SerialPrinterSettings(), "Permission denied", "forbidden", "forbidden"),
            (SerialPrinterSettings(), "hung up", "missing", "missing"),
            (SerialPrinterSettings(), "absent", "absent", "absent"),
            (NetworkPrinterSettings(host="p"), "Connection refused", "missing", "unreachable"),
            (WedgeSettings(), "Permission denied", "forbidden", "forbidden_wedge"),
            (PcscSettings(), "pcscd is not running", "missing", "pcscd"),
            (PcscSettings(), "absent", "not_there", "no_reader"),
            (PcscSettings(), "Permission denied", "missing", "forbidden_pcsc"),
            (CupsSettings(), "CUPS is not installed", "missing", "no_cups"),
            (CupsSettings(queue="a4"), "no such queue", "missing", "no_queue"),
            (SpeechSettings(), "no sound card", "missing", "no_sound_card"),
            (SpeechSettings(), "aplay is not installed", "missing", "no_aplay"),
            (BacklightSettings(), "absent", "not_there", "no_backlight"),
            (BacklightSettings(), "more than one, name one of: a, b", "missing", "which_backlight"),
            (BacklightSettings(), "Permission denied", "missing", "forbidden_backlight"),
            (PanelSettings(), "held by another program", "missing", "pins_held"),
            (PanelSettings(), "Permission denied", "missing", "forbidden_gpio_panel"),
            (PanelSettings(), "NoHeaderChipError: none", "no_header", "no_header"),
        ],
    )
    def test_why_a_device_is_missing(
        self, settings: DeviceSettings, reason: str, answer: str, fix: str
    ) -> None:
        finding = module._asked(module._Subject("x", settings), module.Missing(reason))
        kind = kind_of(settings)
        assert said(finding) == [
            f"device.{answer}",
            f"device_expected.{kind}",
            f"device_fix.{fix}",
        ]

    def test_a_reason_is_told_in_the_technicians_language(self) -> None:
        printer = module._Subject("printer", NetworkPrinterSettings(host="printer-desa"))
        finding = module._asked(printer, module.Missing("connection refused"))
        assert WORDS.text(finding.answered, "id") == "tidak dapat dibuka (sambungan ditolak)"

    @pytest.mark.parametrize(
        ("detail", "fix"), [("stuck: help", "stuck_button"), ("open: pintu", "open_contact")]
    )
    def test_a_panel_that_works_may_still_want_a_hand(self, detail: str, fix: str) -> None:
        panel = module._Subject("buttons", PanelSettings())
        finding = module._asked(panel, Ready(f"buttons: 5; {detail}"))
        assert finding.verdict is Verdict.NOTE
        assert said(finding) == ["device.ready", f"device.{fix}_fix"]

    def test_a_device_with_a_name_of_its_own_is_called_by_it(self) -> None:
        finding = module._asked(module._Subject("pintu", Rdm6300Settings()), Ready("listening"))
        assert finding.subject.values["name"] == "pintu"
        assert finding.answered.key == "device.listening"

    def test_a_printer_without_status_is_a_note(self) -> None:
        finding = module._asked(PRINTER, module.Ready("answers no status"))
        assert finding.verdict is Verdict.NOTE

    async def test_a_device_that_never_comes_to_a_verdict(
        self, kiosk: KioskLab, monkeypatch: pytest.MonkeyPatch, desk: Desk
    ) -> None:
        monkeypatch.setattr(module, "ANSWER_LIMIT_S", 0.0)
        findings = await check_devices(
            kiosk.settings.devices, heard=None, machine=Machine(open_pins=no_pins)
        )
        assert findings[0].answered.key == "device.late"


class TestLogo:
    @staticmethod
    def findings(file: Path) -> list[list[str]]:
        settings = SerialPrinterSettings(logo_file=str(file))
        return [said(finding) for finding in module._logo(settings)]

    def test_without_one_nothing_is_said(self) -> None:
        assert list(module._logo(SerialPrinterSettings())) == []
        assert list(module._logo(None)) == []

    def test_a_good_one_tells_its_size(self, tmp_path: Path) -> None:
        file = tmp_path / "logo.png"
        Image.new("1", (96, 40)).save(file)
        assert self.findings(file) == [["logo.good"]]

    def test_a_broken_one_is_wrong_and_tickets_go_without(self, tmp_path: Path) -> None:
        assert self.findings(tmp_path / "none.png") == [
            ["logo.unreadable", "logo.expected", "logo.fix"]
        ]
        assert device_making._logo(str(tmp_path / "none.png")) is None
