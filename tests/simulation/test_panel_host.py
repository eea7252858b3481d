"""The panel's host moves what it is told, tells what the kiosk lights, and keeps what was said."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from anjungan.appliance.settings.devices import ContactSettings, PanelSettings
from anjungan.simulation.control import Command
from anjungan.simulation.feed import Event, PanelCondition, Spoken
from anjungan.simulation.panel_host import PanelHost

SETTINGS = PanelSettings(contacts={"door": ContactSettings(pin=17)}, buzzer=27)


@pytest.fixture
async def host() -> AsyncIterator[PanelHost]:
    yield PanelHost(SETTINGS, asyncio.get_running_loop())
    await asyncio.sleep(0)


async def do(host: PanelHost, verb: str, *words: str) -> bool:
    return (await host.handle(Command(verb=verb, words=words))).ok


async def told(
    host: PanelHost, act: Callable[[], object], wanted: Callable[[Event], bool]
) -> Event:
    """What a watcher hears after ``act`` until what is wanted came."""
    watcher = host.feed.subscribe()
    await watcher.take()
    act()
    async with asyncio.timeout(10):
        while True:
            for event in await watcher.take():
                if wanted(event):
                    host.feed.unsubscribe(watcher)
                    return event


def button(event: Event, name: str) -> tuple[bool, bool | None]:
    assert isinstance(event, PanelCondition)
    return next((each.pressed, each.lit) for each in event.buttons if each.name == name)


async def test_a_new_watcher_hears_of_every_button_and_door(host: PanelHost) -> None:
    (condition,) = await host.feed.subscribe().take()
    assert isinstance(condition, PanelCondition)
    assert [each.name for each in condition.buttons] == ["up", "down", "ok", "back", "help"]
    assert [each.does for each in condition.buttons] == ["up", "down", "ok", "back", "help"]
    assert condition.doors == {"door": False}
    assert condition.buzzing is False
    assert condition.plugged


async def test_a_finger_stays_until_it_is_lifted(host: PanelHost) -> None:
    assert await do(host, "down", "ok")
    assert host.panel.pressed()["ok"]
    assert await do(host, "up", "ok")
    assert not host.panel.pressed()["ok"]


async def test_a_light_of_the_kiosk_is_told(host: PanelHost) -> None:
    pin = host.panel.open_factory().pin(SETTINGS.buttons["ok"].light)
    pin.function = "output"

    def light() -> None:
        pin.state = 1

    event = await told(host, light, lambda event: button(event, "ok")[1] is True)
    assert button(event, "up") == (False, False)
    reply = await host.handle(Command(verb="status"))
    assert reply.facts == {"panel": "plugged in", "lights": "ok", "door": "shut"}


async def test_doors_and_the_plug_are_told(host: PanelHost) -> None:
    assert await do(host, "door", "door", "open")
    assert (await latest(host)).doors == {"door": True}
    assert await do(host, "door", "door", "shut")
    assert (await latest(host)).doors == {"door": False}
    assert await do(host, "unplug")
    assert not (await latest(host)).plugged
    assert await do(host, "plug")
    assert (await latest(host)).plugged


async def latest(host: PanelHost) -> PanelCondition:
    (condition,) = await host.feed.subscribe().take()
    assert isinstance(condition, PanelCondition)
    return condition


async def test_what_was_said_is_kept_for_who_comes_later(host: PanelHost) -> None:
    def say() -> None:
        for number in range(25):
            host.said(Spoken(device="sound", text=str(number), language="id"))

    await told(host, say, lambda event: isinstance(event, Spoken) and event.text == "24")
    events = await host.feed.subscribe().take()
    said = [event.text for event in events if isinstance(event, Spoken)]
    assert said == [str(number) for number in range(5, 25)]


@pytest.mark.parametrize(
    ("verb", "words"),
    [("down", ("kettle",)), ("door", ("gate", "open")), ("door", ("door", "ajar")), ("dance", ())],
)
async def test_unknown_wishes_are_refused(
    host: PanelHost, verb: str, words: tuple[str, ...]
) -> None:
    assert not await do(host, verb, *words)
