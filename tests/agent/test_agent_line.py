"""The whole agent with a broker, a small regency, a printer and a resident."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from journey import words
from kiosk_lab import KioskLab, devices_in, make_kiosk, no_devices
from running_agent import PATIENCE_S, stopped
from uplink_lab import Broker, SmallRegency, eventually

from anjungan.appliance.agent.app import DATABASE_NAME, SOCKET_NAME, serve_agent
from anjungan.appliance.session.intents import (
    AskToCancel,
    ConfirmCancel,
    EndVisit,
    EnterText,
    OpenCodeEntry,
    OpenStatusSearch,
    Wake,
)
from anjungan.appliance.session.views import IdleView, StatusView, TicketView, Tone
from anjungan.appliance.storage.records import FailureReason, StorageError
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.messages import Health, ReceiptOutcome
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import UpKind
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.robot import Robot

SERVICE = "keterangan-usaha"


@pytest.fixture
def regency(tmp_path: Path) -> Iterator[SmallRegency]:
    broker = Broker(tmp_path)
    broker.start()
    regency = SmallRegency(broker.port)
    regency.start()
    yield regency
    regency.stop()
    broker.kill()


@pytest.fixture
def kiosk(tmp_path: Path, regency: SmallRegency) -> KioskLab:
    devices = {**devices_in(tmp_path), "card_reader": None, "scanner": None}
    return make_kiosk(tmp_path, devices=devices, line_port=regency._port)


async def test_receipt_and_status_come_back_to_the_screen(
    resident: Robot, regency: SmallRegency
) -> None:
    await printer_is_ready(regency)
    ticket = await resident.submit(await resident.fill_form(SERVICE))
    has_arrived = words().say("ticket.arrived", "id")
    arrived = await resident.view(TicketView, where=lambda view: view.state_line == has_arrived)
    assert arrived.code == ticket.code
    (request_id,) = regency.request_ids()

    await resident.view(TicketView, where=lambda view: view.print_note.tone is Tone.OK)
    resident.act(EndVisit())
    await resident.view(IdleView)
    for intent in (Wake(), OpenStatusSearch(), OpenCodeEntry(), EnterText(text=ticket.code)):
        await resident.act_and_wait(intent)
    before = await resident.view(StatusView)
    regency.send_status(request_id, 1, RequestStatus.READY)
    after = await resident.view(StatusView, where=lambda view: view.chip != before.chip)
    assert after.note == "Silakan diambil"


async def test_a_refused_cancellation_is_told_to_whoever_is_looking(
    resident: Robot, regency: SmallRegency
) -> None:
    """The receipt names the cancellation, not the request that is on the screen."""
    await printer_is_ready(regency)
    regency.answer = lambda kind, _message: (
        ReceiptOutcome.REFUSED if kind is UpKind.CANCEL else ReceiptOutcome.ACCEPTED
    )
    ticket = await resident.submit(await resident.fill_form(SERVICE))
    has_arrived = words().say("ticket.arrived", "id")
    await resident.view(TicketView, where=lambda view: view.state_line == has_arrived)
    await resident.view(TicketView, where=lambda view: view.print_note.tone is Tone.OK)
    resident.act(EndVisit())
    await resident.view(IdleView)
    for intent in (Wake(), OpenStatusSearch(), OpenCodeEntry(), EnterText(text=ticket.code)):
        await resident.act_and_wait(intent)
    before = await resident.view(StatusView)
    for intent in (AskToCancel(), ConfirmCancel()):
        await resident.act_and_wait(intent)
    after = await resident.view(StatusView, where=lambda view: view.chip == before.chip)
    assert after.banner == before.banner


async def test_health_tells_the_devices_and_that_screens_are_there(
    resident: Robot, regency: SmallRegency
) -> None:
    await printer_is_ready(regency)


async def printer_is_ready(regency: SmallRegency) -> None:
    """Wait until the regency has been told so."""

    def told() -> bool:
        reports = [each for each in regency.of(UpKind.HEALTH) if isinstance(each, Health)]
        return any(
            each.screens_up and [(d.name, d.state) for d in each.devices] == [("printer", "ready")]
            for each in reports
        )

    await eventually(told)


async def test_a_print_that_is_confirmed_late_is_noted(
    resident: Robot, printer: PrinterSimulator, kiosk: KioskLab, regency: SmallRegency
) -> None:
    """The paper ends near the end of the ticket; a new roll goes in, and the printer goes on."""
    await printer_is_ready(regency)
    printer.out_after(20)
    await resident.submit(await resident.fill_form(SERVICE))
    await resident.view(
        TicketView, where=lambda view: view.print_note.tone is Tone.WARN, within_s=PATIENCE_S
    )
    assert job_states(kiosk) == ["uncertain"]
    printer.paper_ok()
    await eventually(lambda: job_states(kiosk) == ["confirmed"])
    assert len(printer.pieces) == 1
    await resident.view(TicketView, where=lambda view: view.print_note.tone is Tone.OK)


def job_states(kiosk: KioskLab) -> list[str]:
    path = kiosk.data_dir / DATABASE_NAME
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM print_job")]


def set_clock(kiosk: KioskLab) -> None:
    Path(kiosk.settings.paths.clock_mark_file).touch()


async def test_old_links_go_once_the_clock_is_sure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = asyncio.Event()

    async def fail(_storage: Storage, _now: object) -> None:
        asked.set()
        raise StorageError(FailureReason.IO_ERROR)

    monkeypatch.setattr(Storage, "expire", fail)
    kiosk = make_kiosk(tmp_path, devices=no_devices())
    set_clock(kiosk)
    agent = asyncio.create_task(serve_agent(kiosk.settings))
    async with asyncio.timeout(PATIENCE_S):
        await asked.wait()
    await stopped(agent)
    assert "old links were not removed: storage failed: io_error" in caplog.text


async def test_a_clock_that_may_be_wrong_removes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    async def note(_storage: Storage, now: object) -> None:
        asked.append(now)

    monkeypatch.setattr(Storage, "expire", note)
    kiosk = make_kiosk(tmp_path, devices=no_devices())
    agent = asyncio.create_task(serve_agent(kiosk.settings))
    resident = await Robot.arrive(kiosk.runtime_dir / SOCKET_NAME)
    await resident.close()
    await stopped(agent)
    assert asked == []


async def test_a_disk_that_is_full_at_the_start_keeps_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise StorageError(FailureReason.DISK_FULL)

    monkeypatch.setattr(Storage, "queue_event", fail)
    monkeypatch.setattr(Storage, "abandon_print_jobs", fail)
    kiosk = make_kiosk(tmp_path, devices=no_devices())
    agent = asyncio.create_task(serve_agent(kiosk.settings))
    resident = await Robot.arrive(kiosk.runtime_dir / SOCKET_NAME)
    await resident.view(IdleView)
    await resident.close()
    await stopped(agent)
    assert caplog.text.count("not noted at the start: storage failed: disk_full") == 2
