"""The agent as a process of its own, killed again and again while a ticket is on the screen."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from kiosk_lab import KioskLab, make_kiosk

from anjungan.appliance.agent.app import SOCKET_NAME
from anjungan.appliance.session.intents import (
    EndVisit,
    EnterText,
    OpenLetters,
    OpenService,
    StartForm,
    Wake,
)
from anjungan.appliance.session.views import IdleView, KeypadView, NoticeView, TicketView
from anjungan.simulation.robot import Robot

SERVICE = "keterangan-usaha"


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskLab:
    return make_kiosk(tmp_path)


@asynccontextmanager
async def agent(kiosk: KioskLab, folder: Path) -> AsyncIterator[Robot]:
    """An agent and a resident before it; the end is SIGKILL."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "anjungan.cli", "agent", "--config"),
        str(kiosk.write_config(folder / "site.toml")),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        robot = await Robot.arrive(kiosk.runtime_dir / SOCKET_NAME)
        yield robot
    finally:
        assert process.returncode is None, "the agent has ended by itself"
        process.kill()
        await process.wait()
    await robot.close()


async def test_the_ticket_is_there_after_every_kill_until_it_is_left(
    kiosk: KioskLab, tmp_path: Path
) -> None:
    async with agent(kiosk, tmp_path) as robot:
        ticket = await robot.submit(await robot.fill_form(SERVICE))
    for _ in range(3):
        async with agent(kiosk, tmp_path) as robot:
            again = await robot.view(TicketView)
            assert again.code == ticket.code
    async with agent(kiosk, tmp_path) as robot:
        await robot.view(TicketView)
        robot.act(EndVisit())
        await robot.view(IdleView)
    async with agent(kiosk, tmp_path) as robot:
        assert isinstance(robot.shown, IdleView)


async def test_a_long_nik_over_the_socket_gets_an_answer(kiosk: KioskLab, tmp_path: Path) -> None:
    async with agent(kiosk, tmp_path) as robot:
        for intent in (Wake(), OpenLetters(), OpenService(service=SERVICE), StartForm()):
            await robot.act_and_wait(intent)
        view = await robot.act_and_wait(EnterText(text="35059924117000011"))
        assert isinstance(view, KeypadView)
        assert view.error == "NIK hanya 16 angka, ini 17. Mohon periksa."


async def test_an_unfinished_form_is_told_after_every_kill(kiosk: KioskLab, tmp_path: Path) -> None:
    async with agent(kiosk, tmp_path) as robot:
        await robot.fill_form(SERVICE)
    for _ in range(2):
        async with agent(kiosk, tmp_path) as robot:
            notice = await robot.view(NoticeView)
            assert notice.lines[0].value == "Isian tadi belum tersimpan."
