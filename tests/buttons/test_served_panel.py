"""A panel whose pins fail while it begins to serve them."""

import pytest

from anjungan.appliance.drivers.buttons.debounce import ButtonTimings
from anjungan.appliance.drivers.buttons.open_pins import OpenPins
from anjungan.appliance.drivers.buttons.served import ServedPanel
from anjungan.simulation.panel import PanelSimulator


async def test_pins_that_fail_at_the_start_tell_nothing_afterwards(monkeypatch):
    simulator = PanelSimulator()
    pins = OpenPins(simulator.wiring, simulator.open_factory)
    edges, told = [], []
    monkeypatch.setattr(pins, "listen", lambda _loop, on_edge: edges.append(on_edge))
    served = ServedPanel(
        simulator.wiring,
        pins,
        ButtonTimings(),
        on_button=told.append,
        on_contact=told.append,
        on_change=lambda: told.append("changed"),
    )
    read = pins.is_closed

    def fail_at_the_door(name):
        if name == "door":
            raise OSError("no gpiochip")
        return read(name)

    monkeypatch.setattr(pins, "is_closed", fail_at_the_door)
    with pytest.raises(OSError, match="no gpiochip"):
        served.start({})
    served.stop()
    edges[0]("up", True, 1.0)
    assert told == []
    pins.close()
