"""The light as a device, on a folder like the kernel's, with both clocks in the test's hands."""

import asyncio
import os
from datetime import time
from random import Random

import pytest

from anjungan.appliance.drivers.backlight import sysfs_light
from anjungan.appliance.drivers.backlight.backlight import Backlight, machine_time
from anjungan.appliance.drivers.backlight.sysfs_light import SysfsLight
from anjungan.appliance.drivers.device import Missing, Pacing, Ready
from anjungan.simulation.backlight import FULL, BacklightSimulator

NOON, NIGHT = time(12), time(23, 30)
PACING = Pacing(base_s=0.01, cap_s=0.02)


class Bench:
    def __init__(self, root, folder_name="", *, pacing=PACING, longest_look_s=0.002):
        self.now_s = 1000.0
        self.local = NOON
        self.states = []
        self.looks = 0
        self.light = Backlight(
            root,
            folder_name,
            off_from="21.00",
            off_until="05.00",
            relight_s=120,
            on_state=lambda _name, state: self.states.append(state),
            pacing=pacing,
            local_time=self._look,
            monotonic=lambda: self.now_s,
            longest_look_s=longest_look_s,
        )
        self.running = None

    def _look(self):
        self.looks += 1
        return self.local

    async def __aenter__(self):
        self.running = asyncio.create_task(self.light.run())
        return self

    async def __aexit__(self, *_):
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    async def until(self, condition):
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - files are waited for
                await asyncio.sleep(0.002)

    async def looked(self):
        """Wait until a look that began after this call has been acted upon."""
        before = self.looks
        await self.until(lambda: self.looks >= before + 2)

    async def dark(self, kernel):
        self.local = NIGHT
        self.now_s += 121
        await self.until(lambda: not kernel.is_lit and not self.light.is_on)


@pytest.fixture(name="root")
def _root(tmp_path):
    return tmp_path / "backlight"


@pytest.fixture(name="kernel", params=[True, False], ids=["bl_power", "brightness"])
def _kernel(root, request):
    return BacklightSimulator(root, has_power=request.param)


async def test_off_at_night_and_on_in_the_morning(root, kernel):
    async with Bench(root) as bench:
        await bench.until(lambda: bench.states == [Ready("10-0045")])
        assert kernel.is_lit
        bench.now_s += 1000
        await bench.looked()
        assert kernel.is_lit
        await bench.dark(kernel)
        bench.local = time(5)
        await bench.until(lambda: kernel.is_lit)
        assert kernel.brightness == FULL
        assert bench.states == [Ready("10-0045")]


async def test_a_touch_at_night_lights_it_for_a_while(root, kernel):
    async with Bench(root) as bench:
        await bench.dark(kernel)
        bench.light.stirred()
        await bench.until(lambda: kernel.is_lit)
        bench.now_s += 119
        await bench.looked()
        assert kernel.is_lit
        bench.light.stirred()
        bench.now_s += 119
        await bench.looked()
        assert kernel.is_lit
        bench.now_s += 2
        await bench.until(lambda: not kernel.is_lit)


async def test_a_touch_need_not_wait_for_the_next_look(root, kernel):
    async with Bench(root, longest_look_s=3600.0) as bench:
        bench.local = NIGHT
        bench.now_s += 121
        await bench.until(lambda: not kernel.is_lit and not bench.light.is_on)
        bench.light.stirred()
        await bench.until(lambda: kernel.is_lit)


async def test_nor_need_a_visit(root, kernel):
    async with Bench(root, longest_look_s=3600.0) as bench:
        bench.local = NIGHT
        bench.now_s += 121
        await bench.until(lambda: not kernel.is_lit and not bench.light.is_on)
        bench.light.set_visit(runs=True)
        await bench.until(lambda: kernel.is_lit)


async def test_a_visit_keeps_it_lit_however_still_it_is(root, kernel):
    async with Bench(root) as bench:
        await bench.dark(kernel)
        bench.light.set_visit(runs=True)
        await bench.until(lambda: kernel.is_lit)
        bench.now_s += 10_000
        await bench.looked()
        assert kernel.is_lit
        bench.light.set_visit(runs=False)
        bench.now_s += 119
        await bench.looked()
        assert kernel.is_lit
        bench.now_s += 2
        await bench.until(lambda: not kernel.is_lit)


async def test_at_a_time_that_is_not_sure_it_stays_on(root, kernel):
    async with Bench(root) as bench:
        await bench.dark(kernel)
        bench.local = None
        await bench.until(lambda: kernel.is_lit)
        bench.now_s += 10_000
        await bench.looked()
        assert kernel.is_lit


async def test_it_is_left_lit_when_the_program_ends(root, kernel):
    async with Bench(root) as bench:
        await bench.dark(kernel)
    assert kernel.is_lit
    assert kernel.brightness == FULL


async def test_it_is_left_lit_when_the_program_ends_while_it_goes_out(root, kernel, monkeypatch):
    leaving, left = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    switch = SysfsLight.switch

    def slow(self, *, on):
        if on:
            switch(self, on=True)
            return
        loop.call_soon_threadsafe(leaving.set)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), loop).result()
        switch(self, on=False)
        loop.call_soon_threadsafe(left.set)

    monkeypatch.setattr(SysfsLight, "switch", slow)
    async with Bench(root) as bench:
        await bench.until(lambda: bench.states != [])
        bench.local = NIGHT
        bench.now_s += 121
        await leaving.wait()
    await left.wait()
    assert kernel.is_lit


async def test_a_start_at_night_lights_it_first(root, kernel):
    kernel.switch(on=False)
    assert not kernel.is_lit
    bench = Bench(root)
    bench.local = NIGHT
    async with bench:
        await bench.until(lambda: kernel.is_lit)
        bench.now_s += 121
        await bench.until(lambda: not kernel.is_lit)


async def test_the_brightness_that_somebody_chose_is_kept(root, kernel):
    kernel.set_brightness(90)
    async with Bench(root) as bench:
        await bench.dark(kernel)
        bench.light.stirred()
        await bench.until(lambda: kernel.is_lit)
        assert kernel.brightness == 90


async def test_a_light_that_is_not_there_is_missing_and_comes_when_it_does(root):
    async with Bench(root) as bench:
        await bench.until(lambda: bench.states == [Missing("absent")])
        bench.light.stirred()
        kernel = BacklightSimulator(root)
        await bench.until(lambda: bench.states[-1] == Ready("10-0045"))
        kernel.unplug()
        await bench.until(lambda: not kernel.plugged)
        bench.local = NIGHT
        bench.now_s += 1000
        await bench.until(lambda: bench.states[-1] == Missing("absent"))
        assert bench.light.is_on
        kernel.plug()
        await bench.until(lambda: bench.states[-1] == Ready("10-0045"))
    assert (bench.light.name, bench.light.kind) == ("backlight", "backlight")


class Longest(Random):
    def uniform(self, _low, high):
        return high


async def test_one_that_held_long_is_looked_for_soon_again(root):
    delays_s = []

    async def sleep(delay_s):
        delays_s.append(delay_s)
        await asyncio.sleep(0.001)

    pacing = Pacing(monotonic=lambda: bench.now_s, sleep=sleep, random=Longest())
    bench = Bench(root, pacing=pacing)
    async with bench:
        await bench.until(lambda: len(delays_s) >= 3)
        assert delays_s[:3] == [0.5, 1.0, 2.0]
        kernel = BacklightSimulator(root)
        await bench.until(lambda: bench.states[-1] == Ready("10-0045"))
        delays_s.clear()
        kernel.unplug()
        bench.local = NIGHT
        bench.now_s += 1000
        await bench.until(lambda: len(delays_s) >= 2)
        assert delays_s[:2] == [0.5, 1.0]


async def test_of_several_lights_the_settings_name_one(root):
    first, second = BacklightSimulator(root, "panel-1"), BacklightSimulator(root, "panel-2")
    async with Bench(root) as bench:
        await bench.until(lambda: bench.states != [])
        assert bench.states == [Missing("more than one, name one of: panel-1, panel-2")]
    async with Bench(root, "panel-2") as bench:
        await bench.until(lambda: bench.states == [Ready("panel-2")])
        await bench.dark(second)
        assert first.is_lit
    async with Bench(root, "panel-3") as bench:
        await bench.until(lambda: bench.states == [Missing("absent")])


async def test_a_light_that_may_not_be_set_says_so(root, monkeypatch):
    BacklightSimulator(root)

    def refuse(path, flags):
        raise PermissionError(13, os.strerror(13), str(path))

    monkeypatch.setattr(sysfs_light.os, "open", refuse)
    async with Bench(root) as bench:
        await bench.until(lambda: bench.states != [])
        assert bench.states == [Missing("Permission denied")]
        monkeypatch.undo()
        await bench.until(lambda: bench.states[-1] == Ready("10-0045"))


async def test_a_folder_with_nonsense_is_missing_and_no_crash(root):
    kernel = BacklightSimulator(root)
    (root / kernel.name / "brightness").write_bytes(b"\xff\xfe")
    async with Bench(root) as bench:
        await bench.until(lambda: bench.states != [])
        assert bench.states == [Missing("UnicodeDecodeError")]


def test_the_driver_makes_no_file_where_the_kernel_has_none(root):
    kernel = BacklightSimulator(root, has_power=False)
    light = SysfsLight(root / kernel.name)
    light.switch(on=False)
    light.switch(on=True)
    assert sorted(file.name for file in (root / kernel.name).iterdir()) == [
        "brightness",
        "max_brightness",
    ]


def test_the_machines_own_time_is_a_time_of_day():
    assert isinstance(machine_time(), time)
