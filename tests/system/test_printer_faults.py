"""A printer that fails before, during or after a ticket: the right words, no false "printed"."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from anjungan.appliance.session.intents import PrintAgain
from anjungan.appliance.session.views import TicketView, Tone
from anjungan.simulation.control import Command, Reply, ask
from anjungan.simulation.regency_view import held_requests
from anjungan.simulation.robot import Robot
from anjungan.simulation.system import System

StartSystem = Callable[..., AbstractAsyncContextManager[System]]
SERVICE = "keterangan-ktp-dalam-proses"
ARRIVAL_LIMIT_S = 60.0


async def tell(system: System, *words: str) -> Reply:
    verb, *rest = words
    command = Command(verb=verb, words=tuple(rest))
    reply = await asyncio.to_thread(ask, system.places.devices_socket, command)
    assert reply.ok, reply.text
    return reply


def tickets_on_paper(system: System, code: str) -> list[str]:
    papers = sorted(system.places.paper_dir.glob("paper-*.txt"))
    texts = [paper.read_text(encoding="utf-8") for paper in papers]
    return [text for text in texts if code in text]


async def settled(robot: Robot) -> TicketView:
    """The ticket once its print job has ended, one way or another."""
    return await robot.view(
        TicketView, where=lambda ticket: ticket.print_note.tone is not Tone.INFO
    )


async def put_right_and_print_again(system: System, robot: Robot, *words: str) -> TicketView:
    await tell(system, *words)

    def can_print(ticket: TicketView) -> bool:
        return any(isinstance(button.press, PrintAgain) for button in ticket.buttons)

    await robot.view(TicketView, where=can_print)
    robot.act(PrintAgain())
    return await robot.view(TicketView, where=lambda ticket: ticket.print_note.tone is Tone.OK)


@pytest.mark.parametrize(
    ("fault", "cure"),
    [
        (("paper", "out"), ("paper", "ok")),
        (("cover", "open"), ("cover", "closed")),
        (("unplug", "printer"), ("plug", "printer")),
    ],
)
async def test_a_fault_before_the_ticket_is_told_and_the_ticket_is_not_lost(
    start_system: StartSystem, fault: tuple[str, ...], cure: tuple[str, ...]
) -> None:
    async with start_system() as system:
        robot = await Robot.arrive(system.agent_socket)
        await tell(system, *fault)
        ticket = await robot.submit(await robot.fill_form(SERVICE))
        failed = await settled(robot)
        assert failed.print_note.tone is not Tone.OK
        assert failed.code == ticket.code
        assert tickets_on_paper(system, ticket.code) == []
        printed = await put_right_and_print_again(system, robot, *cure)
        assert printed.code == ticket.code
        assert len(tickets_on_paper(system, ticket.code)) == 1
        await robot.close()


async def test_paper_that_ends_in_the_middle_is_never_called_printed(
    start_system: StartSystem,
) -> None:
    async with start_system() as system:
        robot = await Robot.arrive(system.agent_socket)
        await tell(system, "paper", "out", "after", "6")
        ticket = await robot.submit(await robot.fill_form(SERVICE))
        failed = await settled(robot)
        assert failed.print_note.tone is not Tone.OK
        await put_right_and_print_again(system, robot, "paper", "ok")
        whole = [text for text in tickets_on_paper(system, ticket.code) if "Matur nuwun" in text]
        assert whole
        await robot.close()


async def test_a_silent_printer_is_uncertain_and_the_request_arrives_all_the_same(
    start_system: StartSystem,
) -> None:
    async with start_system() as system:
        robot = await Robot.arrive(system.agent_socket)
        await tell(system, "printer", "silent")
        ticket = await robot.submit(await robot.fill_form(SERVICE))
        unsure = await settled(robot)
        assert unsure.print_note.tone is not Tone.OK
        assert unsure.qr_text
        async with asyncio.timeout(ARRIVAL_LIMIT_S):
            while not (held := held_requests(system.places)):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        assert [each.ticket_code for each in held] == [ticket.code.replace("-", "")]
        await robot.close()
