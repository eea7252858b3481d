"""Door contacts and the buzzer of a panel at work."""

import asyncio

import pytest
from panel_bench import PanelBench

from anjungan.appliance.drivers.buttons.buzzer import ACCEPTED, PRESS, BuzzPattern
from anjungan.appliance.drivers.buttons.events import ContactChanged
from anjungan.appliance.drivers.buttons.panel import ContactPin, PanelWiring
from anjungan.appliance.drivers.device import Ready
from anjungan.simulation.panel import FIVE_BUTTONS, PanelSimulator


def panel_with(**contacts):
    return PanelSimulator(PanelWiring(FIVE_BUTTONS, contacts, buzzer=None))


@pytest.mark.parametrize("closed_is_safe", [True, False])
async def test_a_door_is_told_at_the_start_and_when_it_moves(closed_is_safe):
    simulator = panel_with(door=ContactPin(17, closed_is_safe))
    async with PanelBench(simulator) as bench:
        await bench.ready()
        assert bench.doors == [ContactChanged("door", is_safe=True)]
        simulator.open_door("door", bounces=4)
        await bench.until(lambda: len(bench.doors) == 2)
        assert bench.doors[1:] == [ContactChanged("door", is_safe=False)]
        assert simulator.contacts() == {"door": not closed_is_safe}
        simulator.shut_door("door", bounces=3)
        await bench.until(lambda: len(bench.doors) == 3)
        assert bench.doors[2:] == [ContactChanged("door", is_safe=True)]
        assert bench.events == []


async def test_a_door_that_stands_open_at_the_start_is_told_so():
    simulator = panel_with(door=ContactPin(17), lid=ContactPin(22))
    simulator.open_door("door")
    async with PanelBench(simulator) as bench:
        await bench.ready()
        assert bench.doors == [
            ContactChanged("door", is_safe=False),
            ContactChanged("lid", is_safe=True),
        ]
        assert bench.panel.state == Ready("buttons: 5; contacts: 2; open: door")


async def test_an_open_door_is_seen_in_the_state_until_it_is_shut():
    simulator = panel_with(door=ContactPin(17), lid=ContactPin(22))
    async with PanelBench(simulator) as bench:
        await bench.ready()
        simulator.open_door("lid")
        await bench.until(lambda: bench.states[-1][1].detail.endswith("; open: lid"))
        simulator.open_door("door")
        await bench.until(lambda: bench.states[-1][1].detail.endswith("open: door, lid"))
        simulator.shut_door("door")
        simulator.shut_door("lid")
        await bench.until(lambda: bench.states[-1] == ("panel", Ready("buttons: 5; contacts: 2")))


async def test_a_door_whose_edges_were_lost_is_found_by_reading():
    simulator = panel_with(door=ContactPin(17))
    async with PanelBench(simulator) as bench:
        await bench.ready()
        with simulator.losing_edges():
            simulator.open_door("door")
        await bench.until(lambda: bench.doors[-1] == ContactChanged("door", is_safe=False))


async def test_the_buzzer_sounds_while_the_program_goes_on():
    async with PanelBench() as bench:
        await bench.ready()
        bench.panel.buzz(ACCEPTED)
        assert bench.simulator.is_buzzing
        await bench.until(lambda: len(bench.simulator.buzzes_s) == 2)
        assert not bench.simulator.is_buzzing


async def test_buzzing_without_a_buzzer_or_without_a_panel_does_nothing():
    async with PanelBench(panel_with()) as bench:
        bench.panel.buzz(PRESS)
        await bench.ready()
        bench.panel.buzz(PRESS)
        await asyncio.sleep(0.05)
        assert not bench.simulator.is_buzzing
        assert bench.simulator.buzzes_s == ()
        assert bench.panel.state == Ready("buttons: 5")


async def test_a_panel_that_ends_leaves_no_buzzing_behind():
    async with PanelBench() as bench:
        await bench.ready()
        bench.panel.buzz(BuzzPattern((1.9,)))
    assert not bench.simulator.is_buzzing
    assert len(bench.simulator.buzzes_s) == 1
