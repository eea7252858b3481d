"""What the doctor says of a declared A4 printer, with the real scheduler."""

import asyncio

import pytest
from doctor_desk import no_pins, said
from private_cups import private_cups

from anjungan.appliance.agent.device_making import Machine
from anjungan.appliance.doctor.check_devices import check_devices
from anjungan.appliance.doctor.finding import Finding, Verdict
from anjungan.appliance.doctor.words import say
from anjungan.appliance.settings.devices import CupsSettings

LIMIT_S = 30.0


async def examined() -> Finding:
    async with asyncio.timeout(LIMIT_S):
        (finding,) = await check_devices(
            {"a4": CupsSettings(queue="Kantor")}, heard=None, machine=Machine(open_pins=no_pins)
        )
    return finding


async def test_the_doctor_tells_how_the_a4_printer_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    with private_cups() as cups:
        monkeypatch.setenv("CUPS_SERVER", str(cups.socket))
        absent = await examined()
        assert absent.verdict is Verdict.WRONG
        assert said(absent) == [
            "device.missing",
            "device_expected.cups",
            "device_fix.cups_not_running",
        ]
        await asyncio.to_thread(cups.start)
        assert said(await examined())[2] == "device_fix.no_queue"
        await asyncio.to_thread(cups.add, "Kantor")
        ready = await examined()
        assert ready.verdict is Verdict.GOOD
        assert ready.answered == say("device.ready", detail="Kantor")
        cups.do("cupsdisable", "Kantor")
        assert said(await examined())[2] == "device_fix.queue_stopped"
