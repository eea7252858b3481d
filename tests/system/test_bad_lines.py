"""Requests arrive whatever the broker and the line do, and the screen stays calm."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from anjungan.appliance.session.own_questions import NAME
from anjungan.appliance.session.views import TicketView, Tone
from anjungan.simulation.control import Command, ask
from anjungan.simulation.regency_view import HeldRequest, held_requests
from anjungan.simulation.robot import Robot
from anjungan.simulation.system import BROKER, System

StartSystem = Callable[..., AbstractAsyncContextManager[System]]
SERVICE = "keterangan-ktp-dalam-proses"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.05)


async def make_request(system: System, name: str) -> TicketView:
    robot = await Robot.arrive(system.agent_socket)
    ticket = await robot.submit(await robot.fill_form(SERVICE, name=name))
    await robot.close()
    return ticket


async def link(system: System, mode: str) -> None:
    reply = await asyncio.to_thread(
        ask, system.places.line_socket, Command(verb="link", words=(mode,))
    )
    assert reply.ok


def by_name(system: System) -> dict[str, HeldRequest]:
    held = held_requests(system.places)
    names = {each.answers[NAME]: each for each in held}
    assert len(names) == len(held), "a request is there twice"
    return names


async def line_tone(robot: Robot, wanted: Tone) -> None:
    def is_it() -> bool:
        return robot.ambient is not None and robot.ambient.line.tone is wanted

    await until(is_it)


async def test_a_cut_line_is_told_calmly_and_everything_arrives_afterwards(
    start_system: StartSystem,
) -> None:
    async with start_system() as system:
        robot = await Robot.arrive(system.agent_socket)
        await line_tone(robot, Tone.OK)
        await link(system, "cut")
        await line_tone(robot, Tone.WARN)
        codes = {}
        for name in ("Contoh Satu", "Contoh Dua", "Contoh Tiga"):
            ticket = await robot.submit(await robot.fill_form(SERVICE, name=name))
            codes[name] = ticket.code.replace("-", "")
            assert ticket.trouble is None
        assert by_name(system) == {}
        await link(system, "ok")
        await until(lambda: set(by_name(system)) == set(codes))
        assert {name: each.ticket_code for name, each in by_name(system).items()} == codes
        await line_tone(robot, Tone.OK)
        await robot.close()


async def test_a_broker_that_was_stopped_and_comes_back_empty_loses_nothing(
    start_system: StartSystem,
) -> None:
    async with start_system() as system:
        await make_request(system, "Contoh Satu")
        await until(lambda: "Contoh Satu" in by_name(system))
        await asyncio.gather(system.supervisor.restart(BROKER), make_request(system, "Contoh Dua"))
        await make_request(system, "Contoh Tiga")
        await until(lambda: len(by_name(system)) == 3)
        assert not system.supervisor.died.is_set()


async def test_a_black_hole_is_told_calmly_and_everything_arrives_afterwards(
    start_system: StartSystem,
) -> None:
    async with start_system(health_interval_s=3_600.0) as system:
        robot = await Robot.arrive(system.agent_socket)
        await line_tone(robot, Tone.OK)
        await link(system, "blackhole")
        ticket = await robot.submit(await robot.fill_form(SERVICE, name="Contoh Satu"))
        assert ticket.trouble is None
        await line_tone(robot, Tone.WARN)
        await link(system, "ok")
        await until(lambda: set(by_name(system)) == {"Contoh Satu"})
        await line_tone(robot, Tone.OK)
        await robot.close()


@pytest.mark.parametrize("mode", ["slow", "blackhole"])
async def test_a_bad_line_delays_and_does_not_double(start_system: StartSystem, mode: str) -> None:
    async with start_system() as system:
        robot = await Robot.arrive(system.agent_socket)
        await line_tone(robot, Tone.OK)
        await link(system, mode)
        for name in ("Contoh Satu", "Contoh Dua"):
            await robot.submit(await robot.fill_form(SERVICE, name=name))
        if mode == "blackhole":
            assert by_name(system) == {}
            await link(system, "ok")
        await until(lambda: len(by_name(system)) == 2)
        await robot.close()
