"""Two residents, one after the other, and a roll of paper that ends in between."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from kiosk_lab import KioskLab, devices_in, make_kiosk
from running_agent import PATIENCE_S
from uplink_lab import eventually

from anjungan.appliance.agent.app import DATABASE_NAME
from anjungan.appliance.agent.device_report import read_device_report
from anjungan.appliance.drivers.device import Fault, Ready
from anjungan.appliance.session.intents import EndVisit, PrintAgain
from anjungan.appliance.session.views import IdleView, TicketView, Tone
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.robot import Robot

SERVICE = "keterangan-usaha"


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskLab:
    devices = {**devices_in(tmp_path), "card_reader": None, "scanner": None}
    return make_kiosk(tmp_path, devices=devices)


def job_states(kiosk: KioskLab) -> list[str]:
    path = kiosk.data_dir / DATABASE_NAME
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM print_job")]


async def test_the_ticket_of_one_resident_does_not_come_out_for_the_next(
    resident: Robot, printer: PrinterSimulator, kiosk: KioskLab
) -> None:
    def printer_is(state: type[Ready] | type[Fault]) -> bool:
        return isinstance(read_device_report(kiosk.runtime_dir).get("printer"), state)

    await eventually(lambda: printer_is(Ready))
    printer.out_after(3)
    first = await resident.submit(await resident.fill_form(SERVICE))
    await resident.view(
        TicketView, where=lambda view: view.print_note.tone is Tone.WARN, within_s=PATIENCE_S
    )
    stopped = await resident.view(TicketView)
    assert "Kertas habis saat mencetak" in stopped.print_note.text
    assert printer.buffered_bytes > 0
    resident.act(EndVisit())
    await resident.view(IdleView)

    second = await resident.submit(await resident.fill_form(SERVICE))
    await resident.view(TicketView, where=lambda view: view.trouble is not None)
    printer.paper_ok()
    await eventually(lambda: printer_is(Ready))
    await resident.view(
        TicketView, where=lambda view: any(b.press == PrintAgain() for b in view.buttons)
    )
    resident.act(PrintAgain())
    await resident.view(
        TicketView, where=lambda view: view.print_note.tone is Tone.OK, within_s=PATIENCE_S
    )
    papers = [piece.text for piece in printer.pieces]
    assert [first.code in paper for paper in papers] == [False, False]
    assert [second.code in paper for paper in papers] == [False, True]
    # the first stays as it was closed; the second was refused, and then printed by a job of its own
    assert job_states(kiosk) == ["uncertain", "failed", "confirmed"]
