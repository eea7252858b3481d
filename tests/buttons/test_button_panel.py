"""The panel on gpiozero's mock pins, pressed as fingers do."""

import asyncio
import sys
import threading
from types import SimpleNamespace

import pytest
from gpiozero import DigitalInputDevice

from anjungan.appliance.drivers.buttons.debounce import ButtonTimings
from anjungan.appliance.drivers.buttons.events import (
    BUTTON_NAMES,
    ButtonHeld,
    ButtonPressed,
    ButtonReleased,
    ButtonRepeated,
)
from anjungan.appliance.drivers.buttons.gpio_chip import (
    NoHeaderChipError,
    find_header_chip,
    open_pi_factory,
)
from anjungan.appliance.drivers.buttons.panel import ButtonPanel, ButtonPins
from anjungan.appliance.drivers.device import Missing, Pacing, Ready
from anjungan.simulation.panel import PanelSimulator

PACING = Pacing(base_s=0.01, cap_s=0.02)


class Bench:
    def __init__(self, simulator=None, on_button=None, timings=None):
        self.simulator = simulator or PanelSimulator()
        self.events = []
        self.states = []
        self.panel = ButtonPanel(
            self.simulator.pins,
            self.simulator.open_factory,
            on_button=on_button or self.events.append,
            on_state=lambda name, state: self.states.append((name, state)),
            timings=timings,
            pacing=PACING,
        )
        self.running = None

    async def __aenter__(self):
        self.running = asyncio.create_task(self.panel.run())
        return self

    async def __aexit__(self, *_):
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    async def until(self, condition):
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - events, states and lights are waited for
                await asyncio.sleep(0.005)

    async def ready(self):
        await self.until(lambda: isinstance(self.panel.state, Ready))


async def test_every_button_is_told_by_name_and_once_however_it_bounces():
    async with Bench() as bench:
        await bench.ready()
        expected = []
        for name in BUTTON_NAMES:
            bench.simulator.press(name, bounces=5)
            expected += [ButtonPressed(name)]
            await bench.until(lambda: bench.events == expected)  # noqa: B023 - awaited in the turn
            await asyncio.sleep(0.05)
            bench.simulator.release(name, bounces=4)
            expected += [ButtonReleased(name)]
            await bench.until(lambda: bench.events == expected)  # noqa: B023 - awaited in the turn
            await asyncio.sleep(0.05)
        assert bench.events == expected


async def test_a_held_button_repeats_until_it_is_released():
    timings = ButtonTimings(settle_s=0.01, hold_s=0.05, repeat_s=0.02)
    async with Bench(timings=timings) as bench:
        await bench.ready()
        bench.simulator.press("down")
        await bench.until(lambda: bench.events.count(ButtonRepeated("down")) >= 3)
        bench.simulator.release("down")
        await bench.until(lambda: bench.events[-1] == ButtonReleased("down"))
        assert bench.events[:2] == [ButtonPressed("down"), ButtonHeld("down")]
        assert bench.events.count(ButtonHeld("down")) == 1


async def test_holding_for_a_while_presses_and_releases():
    async with Bench() as bench:
        await bench.ready()
        await bench.simulator.hold("help", 0.1)
        await bench.until(lambda: ButtonReleased("help") in bench.events)
        assert bench.events[0] == ButtonPressed("help")


async def test_edges_come_from_another_thread_and_are_told_on_the_loop():
    threads = []
    async with Bench(on_button=lambda _event: threads.append(threading.get_ident())) as bench:
        await bench.ready()
        presser = threading.Thread(target=bench.simulator.press, args=("ok",))
        presser.start()
        presser.join()
        await bench.until(lambda: threads)
    assert threads == [threading.get_ident()]


async def test_lights_are_switched_and_remembered():
    bench = Bench()
    bench.panel.set_light("ok", True)
    async with bench:
        await bench.ready()
        assert bench.simulator.lights() == {name: name == "ok" for name in BUTTON_NAMES}
        bench.panel.set_light("ok", False)
        bench.panel.set_light("help", True)
        assert bench.simulator.lights() == {name: name == "help" for name in BUTTON_NAMES}


async def test_a_button_without_a_light_is_left_alone():
    bench = Bench(PanelSimulator({"ok": ButtonPins(5)}))
    async with bench:
        await bench.ready()
        bench.panel.set_light("ok", True)
        assert bench.simulator.lights() == {}
        assert bench.panel.state == Ready("1 buttons")


async def test_without_pins_the_panel_is_missing_and_comes_when_they_do():
    bench = Bench()
    bench.simulator.unplug()
    bench.panel.set_light("up", True)
    async with bench:
        await bench.until(lambda: bench.states != [])
        assert bench.states[0] == ("buttons", Missing("OSError: no gpiochip"))
        bench.simulator.plug()
        await bench.ready()
        assert bench.simulator.lights()["up"]
        bench.simulator.press("ok")
        await bench.until(lambda: bench.events == [ButtonPressed("ok")])
    assert (bench.panel.name, bench.panel.kind) == ("buttons", "buttons")


async def test_a_panel_closed_in_the_middle_gives_its_pins_back():
    simulator = PanelSimulator()
    async with Bench(simulator) as first:
        await first.ready()
        simulator.press("ok")
    simulator.press("up")  # nobody listens
    async with Bench(simulator) as second:
        await second.ready()
        simulator.press("down")
        await second.until(lambda: second.events == [ButtonPressed("down")])


async def test_a_pin_that_is_taken_gives_back_the_others():
    simulator = PanelSimulator()
    other = DigitalInputDevice(
        simulator.pins["help"].contact, pull_up=True, pin_factory=simulator.open_factory()
    )
    async with Bench(simulator) as bench:
        await bench.until(lambda: bench.states != [])
        assert isinstance(bench.panel.state, Missing)
        assert "GPIOPinInUse" in bench.panel.state.reason
        other.close()
        await bench.ready()


async def test_a_listener_that_fails_does_not_harm_the_panel(caplog):
    told = []

    def fail(event):
        told.append(event)
        raise RuntimeError("listener")

    async with Bench(on_button=fail) as bench:
        await bench.ready()
        bench.simulator.press("ok")
        await bench.until(lambda: told == [ButtonPressed("ok")])
        bench.simulator.press("up")
        await bench.until(lambda: len(told) == 2)
    assert "the listener of panel buttons failed" in caplog.text


def test_a_pin_used_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        ButtonPanel(
            {"up": ButtonPins(5, 6), "down": ButtonPins(6)},
            lambda: None,
            on_button=print,
            on_state=print,
        )


class FakeLgpio:
    """Stands for the lgpio module on a machine with the given chips."""

    error = type("error", (Exception,), {})

    def __init__(self, labels):
        self._labels = labels
        self.open_handles = set()

    def gpiochip_open(self, number):
        if number not in self._labels:
            raise self.error("can not open gpiochip")
        self.open_handles.add(number)
        return number

    def gpio_get_chip_info(self, handle):
        return [0, 54, f"gpiochip{handle}", self._labels[handle]]

    def gpiochip_close(self, handle):
        self.open_handles.remove(handle)


@pytest.mark.parametrize(
    ("labels", "number"),
    [
        ({0: "pinctrl-bcm2711", 1: "raspberrypi-exp-gpio"}, 0),
        ({0: "gpio-brcmstb@107d508500", 4: "pinctrl-rp1"}, 4),
        ({0: "pinctrl-rp1", 10: "gpio-brcmstb@107d508500"}, 0),
        ({1: "pinctrl-bcm2835"}, 1),
    ],
)
def test_the_headers_chip_is_found_by_its_label(labels, number):
    lgpio = FakeLgpio(labels)
    assert find_header_chip(lgpio) == number
    assert lgpio.open_handles == set()


def test_a_machine_without_a_header_says_so():
    with pytest.raises(NoHeaderChipError):
        find_header_chip(FakeLgpio({0: "some-expander"}))


def test_the_factory_is_opened_on_the_chip_that_was_found(monkeypatch):
    opened = SimpleNamespace(LGPIOFactory=lambda chip: ("factory", chip))
    monkeypatch.setitem(sys.modules, "lgpio", FakeLgpio({4: "pinctrl-rp1"}))
    monkeypatch.setitem(sys.modules, "gpiozero.pins.lgpio", opened)
    assert open_pi_factory() == ("factory", 4)
