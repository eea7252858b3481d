"""A panel at work on simulated pins, and everything that it tells."""

import asyncio

from anjungan.appliance.drivers.buttons.panel import ButtonPanel
from anjungan.appliance.drivers.device import Pacing, Ready
from anjungan.simulation.panel import PanelSimulator

PACING = Pacing(base_s=0.01, cap_s=0.02)


class PanelBench:
    def __init__(self, simulator=None, *, on_button=None, on_contact=None, timings=None):
        self.simulator = simulator or PanelSimulator()
        self.events = []
        self.doors = []
        self.states = []
        self.panel = ButtonPanel(
            self.simulator.wiring,
            self.simulator.open_factory,
            on_button=on_button or self.events.append,
            on_contact=on_contact or self.doors.append,
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
