"""The pins of a panel, opened and given back; edges as the library's thread tells them."""

import asyncio

import pytest

from anjungan.appliance.drivers.buttons.open_pins import OpenPins
from anjungan.simulation.panel import BusyPinError, PanelSimulator


async def test_edges_hop_from_any_thread_with_their_level_and_their_time():
    loop = asyncio.get_running_loop()
    loop.set_debug(True)  # so that a hop that is not thread-safe fails
    simulator = PanelSimulator()
    pins = OpenPins(simulator.wiring, simulator.open_factory)
    edges = []
    pins.listen(loop, lambda *edge: edges.append(edge))
    began_s = loop.time()
    await asyncio.to_thread(simulator.press, "up")
    await asyncio.to_thread(simulator.release, "up")
    await asyncio.to_thread(simulator.open_door, "door")
    ended_s = loop.time()
    async with asyncio.timeout(20):
        while len(edges) < 3:  # noqa: ASYNC110 - edges of another thread are waited for
            await asyncio.sleep(0.005)
    assert [(name, closed) for name, closed, _ in edges] == [
        ("up", True),
        ("up", False),
        ("door", False),
    ]
    times = [at_s for _, _, at_s in edges]
    assert times == sorted(times)
    assert began_s <= times[0] <= times[-1] <= ended_s
    pins.close()


def test_an_edge_after_the_loop_has_ended_is_dropped():
    simulator = PanelSimulator()
    loop = asyncio.new_event_loop()
    pins = OpenPins(simulator.wiring, simulator.open_factory)
    pins.listen(loop, print)
    loop.close()
    simulator.press("up")
    assert pins.is_closed("up")
    pins.close()


def test_pins_that_cannot_all_be_opened_are_all_given_back():
    simulator = PanelSimulator()
    simulator.occupy(simulator.wiring.buzzer)
    factories = []

    def factory():
        factories.append(simulator.open_factory())
        return factories[-1]

    with pytest.raises(BusyPinError):
        OpenPins(simulator.wiring, factory)
    assert [factory.pins for factory in factories] == [{}]


def test_closed_pins_are_given_back():
    simulator = PanelSimulator()
    factory = simulator.open_factory()
    pins = OpenPins(simulator.wiring, lambda: factory)
    pins.set_light("ok", on=True)
    pins.set_buzzer(on=True)
    assert simulator.lights()["ok"]
    assert simulator.is_buzzing
    pins.close()
    assert factory.pins == {}
    assert not simulator.lights()["ok"]
    assert not simulator.is_buzzing
