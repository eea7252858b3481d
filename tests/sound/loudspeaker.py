"""A loudspeaker for tests: the driver over the simulated programs, without long waits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from anjungan.appliance.drivers.device import DeviceState, Missing, Pacing, Ready
from anjungan.appliance.drivers.sound.speaker import Speaker
from anjungan.simulation.sound import Heard, SimulatedSound

PATIENCE_S = 15.0
QUICK = Pacing(base_s=0.01, cap_s=0.02, floor_s=0.01)


class Loudspeaker:
    """``sound`` is what the room hears; ``states`` everything the driver told."""

    def __init__(self, *, pace: float = 0.0, **settings: object) -> None:
        self._stirred = asyncio.Event()
        self.states: list[DeviceState] = []
        self.sound = SimulatedSound(pace=pace, on_heard=self._noticed)
        wanted: dict[str, object] = {
            "output": "",
            "volume_percent": 70,
            "muted": False,
            "words_per_minute": 140,
            "on_state": lambda _name, state: self._noticed(state),
            "pacing": QUICK,
            "run_command": self.sound.run_command,
            "cards": self.sound.cards,
            "look_every_s": 0.02,
        }
        self.driver = Speaker(**{**wanted, **settings})  # type: ignore[arg-type] # a builder

    def _noticed(self, what: Heard | DeviceState) -> None:
        if isinstance(what, DeviceState):
            self.states.append(what)
        self._stirred.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; it is asked after every change. Fails after a long time."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._stirred.clear()
                await self._stirred.wait()

    async def ready(self) -> None:
        await self.until(lambda: isinstance(self.driver.state, Ready))

    async def missing(self) -> None:
        await self.until(lambda: bool(self.states) and isinstance(self.states[-1], Missing))

    async def heard(self, count: int) -> None:
        """Wait until so many things have been heard or cut short."""
        await self.until(lambda: sum(each.ended is not None for each in self.sound.heard) >= count)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Loudspeaker"]:
        task = asyncio.create_task(self.driver.run())
        try:
            yield self
        finally:
            task.cancel()
            result = (await asyncio.gather(task, return_exceptions=True))[0]
            assert isinstance(result, asyncio.CancelledError), result
