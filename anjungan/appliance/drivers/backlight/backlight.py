"""The panel's light as a supervised device.

When in doubt it is on: at every start, when the time of day is unsure, while a visit runs, and when
the program ends.  A screen without such a light (most on HDMI) is a missing device, no more.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Final, NoReturn

from anjungan.appliance.drivers.backlight.night import LightPlan, Night
from anjungan.appliance.drivers.backlight.sysfs_light import (
    NoLightError,
    SysfsLight,
    find_light,
)
from anjungan.appliance.drivers.device import (
    Missing,
    Pacing,
    Ready,
    StateListener,
)
from anjungan.appliance.drivers.reported_device import ReportedDevice

LONGEST_LOOK_S: Final = 60.0
"""The wall clock may be set while we wait, so the schedule is looked at this often."""

SLOW_PACING: Final = Pacing(cap_s=300.0)
"""A light that is not there at boot hardly ever comes later."""


def machine_time() -> time_of_day:
    """The machine's own time of day, trusted as it is."""
    return datetime.now().astimezone().time()


class Backlight(ReportedDevice):
    """The light ``folder_name`` in ``root``; an empty name takes the only one.

    It is off from ``off_from`` until ``off_until`` (``21.00``), except for ``relight_s`` seconds
    after :meth:`stirred`.  ``local_time`` gives the time of day, or None when it is not to be
    trusted: then the light stays on.

    Raises:
        ValueError: a time of day is none.
    """

    kind = "backlight"

    def __init__(
        self,
        root: Path,
        folder_name: str,
        *,
        off_from: str,
        off_until: str,
        relight_s: float,
        on_state: StateListener,
        name: str = "backlight",
        pacing: Pacing | None = None,
        local_time: Callable[[], time_of_day | None] = machine_time,
        monotonic: Callable[[], float] = time.monotonic,
        longest_look_s: float = LONGEST_LOOK_S,
    ) -> None:
        super().__init__(name, on_state)
        self._root = root
        self._folder_name = folder_name
        self._pacing = pacing or SLOW_PACING
        self._local_time = local_time
        self._monotonic = monotonic
        self._longest_look_s = longest_look_s
        night = Night.parse(off_from, off_until)
        self._plan = LightPlan(night, relight_s, at_s=monotonic())
        self._is_on = True
        self._woken = asyncio.Event()

    @property
    def is_on(self) -> bool:
        """Whether the light is on, as far as we know; one that is missing counts as on."""
        return self._is_on

    def stirred(self) -> None:
        """Somebody touched the screen, pressed a button, or put a card or a code before a reader.

        Cheap enough for every touch; a dark screen is lit at once.
        """
        self._plan.stirred(self._monotonic())
        if not self._is_on:
            self._woken.set()

    def set_visit(self, *, runs: bool) -> None:
        """Tell that a visit began or ended: the light stays on through a visit."""
        self._plan.set_visit(runs=runs, at_s=self._monotonic())
        self._woken.set()

    async def run(self) -> None:
        """Serve the light for ever; ends only by being cancelled, and leaves it on."""
        failures = 0
        while True:
            opened_s = self._pacing.monotonic()
            try:
                light = await asyncio.to_thread(find_light, self._root, self._folder_name)
                await self._serve(light)
            except NoLightError as error:
                self._report.set(Missing(error.reason))
            self._is_on = True
            failures += 1
            if self._pacing.monotonic() - opened_s >= self._pacing.stable_after_s:
                failures = 1
            await self._pacing.sleep(self._pacing.delay_s(failures))

    async def _serve(self, light: SysfsLight) -> NoReturn:
        """Light it, then follow the plan until the light is lost."""
        try:
            await self._switch(light, on=True)
            self._report.set(Ready(light.name))
            while True:
                self._woken.clear()
                at_s, local = self._monotonic(), self._local_time()
                wanted = self._plan.is_on(at_s, local)
                if wanted != self._is_on:
                    await self._switch(light, on=wanted)
                await self._wait(self._plan.next_look_s(at_s, local))
        except asyncio.CancelledError:
            # The screen must not stay dark for whoever comes next, a technician or the start-up.
            with suppress(NoLightError):
                light.switch(on=True)
            raise

    async def _switch(self, light: SysfsLight, *, on: bool) -> None:
        self._is_on = on  # first: whoever stirs meanwhile must find out and wake us
        switching = asyncio.ensure_future(asyncio.to_thread(light.switch, on=on))
        try:
            await asyncio.shield(switching)
        except asyncio.CancelledError:
            with suppress(NoLightError):
                await switching  # or it could put out what is lit afterwards
            raise

    async def _wait(self, look_s: float | None) -> None:
        limit_s = self._longest_look_s if look_s is None else min(look_s, self._longest_look_s)
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self._woken.wait()
