"""From a card on the reader to the event: the PN532 simulator on a real pseudo-terminal.

Cards are laid down at random moments of the reader's poll, on an empty reader or in place of
another card. The clock stands still for nobody: driver and simulator share a processor here, and
what the simulator uses of it counts against us.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Final

from anjungan.appliance.drivers.card_reader.card import CardEvent, CardPresented
from anjungan.appliance.drivers.card_reader.pn532_reader import POLL_INTERVAL_S, Pn532Reader
from anjungan.appliance.drivers.card_reader.tap import DEBOUNCE_S
from anjungan.appliance.drivers.device import DeviceState, Ready
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.simulation.pn532.simulator import Pn532Simulator
from bench.figures import Goal, Limit, Row, percentile
from bench.quiet import wait_until_quiet
from bench.scratch import scratch

TAP: Final = Goal(
    name="card tap to event, slowest",
    unit="ms",
    anchor_name="the reader's own poll interval",
    goal=1.2,
)
LEFT: Final = Limit(name="card left on the reader, told again", unit="times", limit=0.0)
GOALS: Final = (TAP, LEFT)
TAPS: Final = 150
LEFT_S: Final = 20.0
_SEED: Final = 1
_DEBOUNCE_S: Final = 0.05
"""For taps: short, so that a reader counts as empty soon; it is no part of the way of a tap."""
_WITHIN_S: Final = 5.0
_CARDS: Final = ("a:04a1b2c3", "a:04a1b2c3d4e5f6", "a:04f6e5d4c3b2a1,ats=7577810280", "b:11223344")
_MS: Final = 1000.0


class _Counter:
    """When each card was told."""

    def __init__(self) -> None:
        self.presented = 0
        self._told: asyncio.Event = asyncio.Event()
        self._at_s = 0.0

    def take(self, event: CardEvent) -> None:
        if isinstance(event, CardPresented):
            self._at_s = asyncio.get_running_loop().time()
            self.presented += 1
            self._told.set()

    async def next_after(self, began_s: float) -> float:
        """Seconds from ``began_s`` to the next card."""
        async with asyncio.timeout(_WITHIN_S):
            await self._told.wait()
        self._told.clear()
        return self._at_s - began_s


def measure() -> Sequence[Row]:
    """Both rows."""
    quiet = wait_until_quiet()
    taps_s, left = asyncio.run(_run())
    shares = [tap_s / POLL_INTERVAL_S for tap_s in taps_s]
    note = (
        f"{len(taps_s)} taps, {len(_CARDS)} kinds of card; of the interval: median "
        f"{percentile(shares, 50):.2f}, 95 % {percentile(shares, 95):.2f}, slowest "
        f"{max(shares):.2f}{'' if quiet else '; the machine was not quiet'}"
    )
    slowest_ms = max(taps_s) * _MS
    return (
        TAP.compared([(slowest_ms, POLL_INTERVAL_S * _MS)], note),
        LEFT.measured([float(left)], f"each of {len(_CARDS)} kinds of card lay {LEFT_S:.0f} s"),
    )


async def _run() -> tuple[list[float], int]:
    random = Random(_SEED)  # noqa: S311 - moments of a poll, no secret
    async with _reader(_DEBOUNCE_S) as (simulator, counter):
        taps_s = [await _tap(simulator, counter, random, number) for number in range(TAPS)]
    async with _reader(DEBOUNCE_S) as (simulator, counter):
        return taps_s, await _leave(simulator, counter)


async def _tap(simulator: Pn532Simulator, counter: _Counter, random: Random, number: int) -> float:
    """Take the card away for a while (long enough to count, or a moment) and lay another down."""
    card = _CARDS[number % len(_CARDS)]
    simulator.remove()
    on_empty_reader = random.random() < 0.5
    gone_s = 2 * POLL_INTERVAL_S + _DEBOUNCE_S if on_empty_reader else 0.0
    await asyncio.sleep(gone_s + random.uniform(0.0, POLL_INTERVAL_S))
    began_s = asyncio.get_running_loop().time()
    simulator.present(card)
    return await counter.next_after(began_s)


async def _leave(simulator: Pn532Simulator, counter: _Counter) -> int:
    """How often a card that stays is told more than once."""
    too_often = 0
    for card in _CARDS:
        simulator.remove()
        await asyncio.sleep(DEBOUNCE_S + 2 * POLL_INTERVAL_S)
        before = counter.presented
        simulator.present(card)
        await asyncio.sleep(LEFT_S)
        too_often += abs(counter.presented - before - 1)
    return too_often


@asynccontextmanager
async def _reader(debounce_s: float) -> AsyncIterator[tuple[Pn532Simulator, _Counter]]:
    ready = asyncio.Event()

    def on_state(_name: str, state: DeviceState) -> None:
        if isinstance(state, Ready):
            ready.set()

    counter = _Counter()
    with scratch() as folder:
        simulator = Pn532Simulator(folder / "card-reader")
        simulator.start()
        link = SerialLink(str(folder / "card-reader"))
        reader = Pn532Reader(link, on_card=counter.take, on_state=on_state, debounce_s=debounce_s)
        running = asyncio.create_task(reader.run())
        try:
            async with asyncio.timeout(_WITHIN_S):
                await ready.wait()
            yield simulator, counter
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            simulator.stop()
