"""The panel on gpiozero's mock pins, pressed as fingers do."""

import asyncio
import threading

import pytest
from panel_bench import PanelBench

from anjungan.appliance.drivers.buttons.debounce import ButtonTimings
from anjungan.appliance.drivers.buttons.events import (
    ButtonHeld,
    ButtonPressed,
    ButtonReleased,
    ButtonRepeated,
)
from anjungan.appliance.drivers.buttons.panel import (
    ButtonPanel,
    ButtonPins,
    ContactPin,
    PanelWiring,
)
from anjungan.appliance.drivers.device import Missing, Ready
from anjungan.simulation.panel import FIVE_BUTTONS, PanelSimulator


def pressed_and_released(name):
    return [ButtonPressed(name), ButtonReleased(name)]


async def test_every_button_is_told_by_name_and_once_however_it_bounces():
    async with PanelBench() as bench:
        await bench.ready()
        expected = []
        for name in FIVE_BUTTONS:
            bench.simulator.press(name, bounces=5)
            bench.simulator.release(name, bounces=4)
            expected += pressed_and_released(name)
            await bench.until(lambda: bench.events == expected)  # noqa: B023 - awaited in the turn
        await asyncio.sleep(0.1)
        assert bench.events == expected


async def test_buttons_bear_any_names_and_there_may_be_any_number():
    pins = {f"tombol {number}": ButtonPins(number) for number in range(2, 28)}
    simulator = PanelSimulator(PanelWiring(pins))
    async with PanelBench(simulator) as bench:
        await bench.ready()
        assert bench.panel.state == Ready("buttons: 26")
        for name in pins:
            simulator.press(name)
        for name in pins:
            simulator.release(name)
        await bench.until(lambda: len(bench.events) == 52)
        for name in pins:
            assert [event for event in bench.events if event.name == name] == (
                pressed_and_released(name)
            )


async def test_bounces_as_slow_as_real_ones_are_one_press():
    async with PanelBench() as bench:
        await bench.ready()
        await bench.simulator.bounce("ok", (0.001, 0.002, 0.003, 0.001))
        await bench.simulator.bounce("ok", (0.001, 0.004, 0.002, 0.001))
        await bench.until(lambda: len(bench.events) == 2)
        await asyncio.sleep(0.1)
        assert bench.events == pressed_and_released("ok")


async def test_a_held_button_repeats_until_it_is_released():
    timings = ButtonTimings(settle_s=0.01, hold_s=0.05, repeat_s=0.02)
    async with PanelBench(timings=timings) as bench:
        await bench.ready()
        bench.simulator.press("down")
        await bench.until(lambda: bench.events.count(ButtonRepeated("down")) >= 3)
        bench.simulator.release("down")
        await bench.until(lambda: bench.events[-1] == ButtonReleased("down"))
        assert bench.events[:2] == [ButtonPressed("down"), ButtonHeld("down")]
        assert bench.events.count(ButtonHeld("down")) == 1


async def test_two_buttons_at_once_do_not_disturb_each_other():
    timings = ButtonTimings(settle_s=0.01, hold_s=0.05, repeat_s=0.02)
    async with PanelBench(timings=timings) as bench:
        await bench.ready()
        bench.simulator.press("up")
        await bench.until(lambda: ButtonRepeated("up") in bench.events)
        await bench.simulator.hold("ok", 0.001)
        await bench.until(lambda: ButtonReleased("ok") in bench.events)
        seen = bench.events.count(ButtonRepeated("up"))
        await bench.until(lambda: bench.events.count(ButtonRepeated("up")) > seen)
        assert ButtonReleased("up") not in bench.events


async def test_lost_edges_are_made_up_by_reading():
    async with PanelBench() as bench:
        await bench.ready()
        with bench.simulator.losing_edges():
            bench.simulator.press("ok")
        await bench.until(lambda: ButtonPressed("ok") in bench.events)
        with bench.simulator.losing_edges():
            bench.simulator.release("ok")
        await bench.until(lambda: ButtonReleased("ok") in bench.events)
        assert bench.events.count(ButtonPressed("ok")) == 1


async def test_a_button_that_is_stuck_is_named_and_not_told():
    simulator = PanelSimulator()
    simulator.press("help")
    async with PanelBench(simulator) as bench:
        await bench.ready()
        assert bench.panel.state == Ready("buttons: 5; contacts: 1; stuck: help")
        simulator.press("ok")
        simulator.release("ok")
        simulator.release("help")
        await bench.until(lambda: bench.panel.state == Ready("buttons: 5; contacts: 1"))
        assert bench.events == pressed_and_released("ok")


async def test_edges_come_from_another_thread_and_are_told_on_the_loop():
    threads = []
    async with PanelBench(on_button=lambda _event: threads.append(threading.get_ident())) as bench:
        await bench.ready()
        presser = threading.Thread(target=bench.simulator.press, args=("ok",))
        presser.start()
        presser.join()
        await bench.until(lambda: threads)
    assert threads == [threading.get_ident()]


async def test_lights_are_switched_and_remembered():
    bench = PanelBench()
    bench.panel.set_light("ok", True)
    async with bench:
        await bench.ready()
        assert bench.simulator.lights() == {name: name == "ok" for name in FIVE_BUTTONS}
        bench.panel.set_light("ok", False)
        bench.panel.set_light("help", True)
        assert bench.simulator.lights() == {name: name == "help" for name in FIVE_BUTTONS}
    assert not any(bench.simulator.lights().values())


async def test_a_button_without_a_light_is_left_alone():
    bench = PanelBench(PanelSimulator(PanelWiring({"ok": ButtonPins(5)})))
    async with bench:
        await bench.ready()
        bench.panel.set_light("ok", True)
        bench.panel.set_light("nobody", True)
        assert bench.simulator.lights() == {}
        assert bench.panel.state == Ready("buttons: 1")


async def test_without_pins_the_panel_is_missing_and_comes_when_they_do():
    bench = PanelBench()
    bench.simulator.unplug()
    bench.panel.set_light("up", True)
    async with bench:
        await bench.until(lambda: bench.states != [])
        assert bench.states[0] == ("panel", Missing("OSError: no gpiochip"))
        bench.simulator.plug()
        await bench.ready()
        assert bench.simulator.lights()["up"]
        bench.simulator.press("ok")
        await bench.until(lambda: bench.events == [ButtonPressed("ok")])
    assert (bench.panel.name, bench.panel.kind) == ("panel", "buttons")


async def test_pins_that_no_longer_obey_are_opened_anew():
    async with PanelBench() as bench:
        await bench.ready()
        bench.simulator.open_door("door")
        await bench.until(lambda: bench.panel.state.detail.endswith("open: door"))
        bench.simulator.unplug()
        bench.panel.set_light("ok", True)
        bench.panel.set_light("up", True)  # before anybody could notice that the first failed
        await bench.until(lambda: isinstance(bench.panel.state, Missing))
        bench.simulator.plug()
        await bench.ready()
        assert bench.simulator.lights()["ok"]
        assert bench.panel.state == Ready("buttons: 5; contacts: 1; open: door")


async def test_pins_that_fail_unused_are_noticed_by_reading():
    async with PanelBench() as bench:
        await bench.ready()
        bench.simulator.unplug()
        await bench.until(lambda: isinstance(bench.panel.state, Missing))


async def test_a_panel_closed_in_the_middle_gives_its_pins_back():
    simulator = PanelSimulator()
    async with PanelBench(simulator) as first:
        await first.ready()
        simulator.press("ok")
        simulator.release("ok")
    simulator.press("up")  # nobody listens
    simulator.release("up")
    async with PanelBench(simulator) as second:
        await second.ready()
        simulator.press("down")
        await second.until(lambda: second.events == [ButtonPressed("down")])


async def test_an_edge_that_comes_after_the_end_is_told_to_nobody():
    async with PanelBench() as bench:
        await bench.ready()
        bench.running.cancel()
        bench.simulator.press("ok")  # on its way when the panel ends
        await asyncio.gather(bench.running, return_exceptions=True)
        await asyncio.sleep(0.05)
    assert bench.events == []


async def test_a_panel_ended_while_it_opens_gives_its_pins_back():
    simulator = PanelSimulator()
    opening, may_open = threading.Event(), threading.Event()
    closed = threading.Event()

    def slow_factory():
        factory = simulator.open_factory()
        close = factory.close

        def close_and_tell():
            close()
            closed.set()

        factory.close = close_and_tell
        opening.set()
        may_open.wait(20)
        return factory

    panel = ButtonPanel(
        simulator.wiring, slow_factory, on_button=print, on_contact=print, on_state=print
    )
    running = asyncio.create_task(panel.run())
    await asyncio.to_thread(opening.wait, 20)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not closed.is_set()
    may_open.set()
    async with asyncio.timeout(20):
        while not closed.is_set():  # noqa: ASYNC110 - a thread is waited for
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("pin", ["contact", "light", "door", "buzzer"])
async def test_a_pin_that_another_program_holds_is_opened_when_it_is_free(pin):
    simulator = PanelSimulator()
    wiring = simulator.wiring
    held = {
        "contact": wiring.buttons["help"].contact,
        "light": wiring.buttons["help"].light,
        "door": wiring.contacts["door"].pin,
        "buzzer": wiring.buzzer,
    }[pin]
    simulator.occupy(held)
    async with PanelBench(simulator) as bench:
        await bench.until(lambda: bench.states != [])
        assert bench.states == [("panel", Missing("held by another program"))]
        simulator.vacate(held)
        await bench.ready()
        simulator.press("help")
        await bench.until(lambda: bench.events == [ButtonPressed("help")])


async def test_a_listener_that_fails_does_not_harm_the_panel(caplog):
    told = []

    def fail(event):
        told.append(event)
        raise RuntimeError("listener")

    async with PanelBench(on_button=fail, on_contact=fail) as bench:
        await bench.ready()
        bench.simulator.press("ok")
        await bench.until(lambda: ButtonPressed("ok") in told)
        bench.simulator.press("up")
        await bench.until(lambda: ButtonPressed("up") in told)
    assert "the listener of device panel failed" in caplog.text


def test_what_is_wired_twice_is_found():
    wiring = PanelWiring(
        {"up": ButtonPins(5, 6), "down": ButtonPins(6), "ok": ButtonPins(7, 7)},
        {"door": ContactPin(9), "lid": ContactPin(5)},
        buzzer=9,
    )
    assert wiring.pins_used_twice == (5, 6, 7, 9)
    assert PanelSimulator().wiring.pins_used_twice == ()
    with pytest.raises(ValueError, match="twice"):
        ButtonPanel(wiring, print, on_button=print, on_contact=print, on_state=print)


def test_a_button_and_a_contact_of_one_name_are_refused():
    wiring = PanelWiring({"door": ButtonPins(5)}, {"door": ContactPin(6)})
    with pytest.raises(ValueError, match="same name"):
        ButtonPanel(wiring, print, on_button=print, on_contact=print, on_state=print)
