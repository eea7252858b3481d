"""The world around an agent, in a process of its own: devices, screens, and a resident.

``python visitor.py SOCKET DEVICES_FOLDER``; tells each stage as a line of JSON on standard output,
and waits for a line on standard input where the test has something to look at.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from planted import planted_card, planted_name, planted_nik

from anjungan.appliance.session.intents import EndVisit, EnterText, PrintSheet
from anjungan.appliance.session.views import IdleView, KeypadView, TicketView, Tone, View
from anjungan.simulation.pn532.simulator import Pn532Simulator
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.robot import Robot
from anjungan.simulation.scanner import ScannerSimulator

SERVICE = "keterangan-usaha"
NIK_DIGITS = 16
PATIENCE_S = 30.0


class Resident(Robot):
    """Types the planted NIK where one is asked for."""

    async def _answer(self, view: View | None, name: str) -> None:
        if isinstance(view, KeypadView) and view.max_length == NIK_DIGITS:
            await self.act_and_wait(EnterText(text=planted_nik()))
        else:
            await super()._answer(view, name)


def tell(stage: str, **facts: Any) -> None:
    print(json.dumps({"stage": stage, **facts}), flush=True)  # noqa: T201 - the test reads it


async def wait_for_the_test() -> None:
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.to_thread(sys.stdin.readline)


def paper_printed(tone: Tone) -> Any:
    return lambda view: view.print_note.tone is tone


async def visit(socket_path: Path, devices: Path) -> None:
    reader = Pn532Simulator(devices / "card-reader")
    scanner = ScannerSimulator(devices / "scanner")
    printer = PrinterSimulator(devices / "printer")
    reader.start()
    scanner.start()
    printer.start()
    tell("devices are there")
    resident = await Resident.arrive(socket_path)
    await resident.view(IdleView)
    tell("idle at first")
    await wait_for_the_test()

    reader.present(f"a:{planted_card().hex()}")
    async with asyncio.timeout(PATIENCE_S):
        while isinstance(resident.shown, IdleView):
            await resident._next_change()
    reader.remove()
    review = await resident.fill_form(SERVICE, name=planted_name())
    tell("review")
    await wait_for_the_test()

    await resident.submit(review)
    ticket = await resident.view(TicketView, where=paper_printed(Tone.OK))
    resident.act(PrintSheet())
    await resident.view(TicketView, where=paper_printed(Tone.INFO))
    await resident.view(TicketView, where=paper_printed(Tone.OK))
    papers = [piece.text for piece in printer.pieces]
    tell(
        "ticket",
        code=ticket.code,
        queue_number=ticket.queue_number,
        ticket_names_the_resident=planted_name() in papers[0] or planted_nik() in papers[0],
        ticket_has_the_code=ticket.code in papers[0],
        sheet_names_the_resident=planted_name() in papers[1],
        papers=len(papers),
    )
    await wait_for_the_test()

    resident.act(EndVisit())
    await resident.view(IdleView)
    tell("idle again")
    await wait_for_the_test()
    await resident.close()
    reader.stop()
    scanner.stop()
    await printer.stop()


if __name__ == "__main__":
    asyncio.run(visit(Path(sys.argv[1]), Path(sys.argv[2])))
