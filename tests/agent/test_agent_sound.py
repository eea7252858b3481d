"""The whole agent with a loudspeaker: a visit is read aloud, and nothing private is heard."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kiosk_lab import KioskLab, make_kiosk, no_devices
from running_agent import stopped
from uplink_lab import eventually

from anjungan.appliance.agent.app import SOCKET_NAME, serve_agent
from anjungan.appliance.agent.device_making import Machine
from anjungan.appliance.drivers.sound.beeps import Beep
from anjungan.appliance.session.intents import EndVisit, OpenAppearance, SetReadAloud, Wake
from anjungan.appliance.session.views import AppearanceView, HomeView, IdleView
from anjungan.appliance.settings.devices import SpeechSettings
from anjungan.simulation.robot import INVENTED_NAME, INVENTED_NIK, Robot
from anjungan.simulation.sound import SimulatedSound

SERVICE = "keterangan-usaha"


@pytest.fixture
def sound() -> SimulatedSound:
    return SimulatedSound()


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskLab:
    return make_kiosk(tmp_path, devices=no_devices(sound=SpeechSettings()))


@pytest.fixture
async def listener(kiosk: KioskLab, sound: SimulatedSound) -> AsyncIterator[Robot]:
    machine = Machine(run_sound_program=sound.run_command, sound_cards=sound.cards)
    agent = asyncio.create_task(serve_agent(kiosk.settings, machine=machine))
    listener = await Robot.arrive(kiosk.runtime_dir / SOCKET_NAME)
    yield listener
    await listener.close()
    await stopped(agent)


async def switch_on(listener: Robot) -> None:
    listener.act(Wake())
    await listener.view(HomeView, where=lambda view: view.frame.rail.sound is not None)
    listener.act(SetReadAloud(on=True))
    await listener.view(HomeView, where=lambda view: view.frame.rail.sound.on)  # type: ignore[union-attr] # it is there


async def test_a_whole_visit_is_read_aloud_and_nothing_private_is_heard(
    listener: Robot, sound: SimulatedSound
) -> None:
    await switch_on(listener)
    await eventually(lambda: "Suara nyala." in sound.said)
    review = await listener.fill_form(SERVICE)
    await eventually(lambda: "Jawaban tidak dibacakan" in sound.said)
    assert any(INVENTED_NAME.upper() in row.value.upper() for row in review.rows)
    ticket = await listener.submit(review)
    await eventually(lambda: f": {ticket.code[0]}, {ticket.code[1]}" in sound.said)
    assert Beep.ACCEPTED in sound.beeps
    listener.act(EndVisit())
    await listener.view(IdleView)
    heard = len(sound.heard)
    listener.act(Wake())
    await listener.view(HomeView)
    assert INVENTED_NIK not in re.sub(r"\D", "", sound.said)
    assert INVENTED_NAME.lower() not in sound.said.lower()
    assert len(sound.heard) == heard  # the next resident did not ask for a voice


async def test_suara_goes_with_the_sound_card_and_comes_back_with_it(
    listener: Robot, sound: SimulatedSound
) -> None:
    await switch_on(listener)
    listener.act(OpenAppearance())
    await listener.view(AppearanceView, where=lambda view: view.reading is not None)
    sound.plugged = False
    await listener.view(AppearanceView, where=lambda view: view.reading is None)
    sound.plugged = True
    view = await listener.view(AppearanceView, where=lambda view: view.reading is not None)
    assert view.reading is not None
    assert view.reading.on
