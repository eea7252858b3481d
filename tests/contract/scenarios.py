"""What happens to devices in a village, one scenario a function; ``SCENARIOS`` lists them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from contract_stage import ANY_MISSING, Tampered
from member import Ability, Member

from anjungan.appliance.drivers.card_reader.card import CardPresented, CardRemoved
from anjungan.appliance.drivers.device import Fault, Missing, Ready, Starting


class Scene:
    """A member whose driver runs while the scene lasts."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.simulator = member.simulator
        self.record = member.record
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cancel()
        await self.member.stop()

    async def begin(self, *, plugged: bool = True) -> None:
        """Start device and driver; wait until it is ready, or missed."""
        self.simulator.start()
        if not plugged:
            self.simulator.unplug()
        self.run()
        await self.record.until_state(Ready if plugged else Missing)

    def run(self) -> None:
        """Start the driver alone."""
        self._running = asyncio.create_task(self.member.driver.run())

    async def cancel(self) -> None:
        """Cancel the driver, which must end by it and by nothing else."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.wait_for(running, 20)
            assert running.cancelled()

    @property
    def kinds(self) -> list[type]:
        """The states told, by their kind."""
        return [type(state) for state in self.record.states]

    def has_told(self, *kinds: type) -> bool:
        """Whether these are all states there were; not every member tells that it starts."""
        return self.kinds == [kind for kind in kinds if self.member.starts or kind is not Starting]


async def absent_at_start(scene: Scene) -> None:
    """It is told once, however often the driver tries."""
    await scene.begin(plugged=False)
    await scene.record.until_tried(4)
    assert scene.record.told == [ANY_MISSING]


async def plugged_in_later(scene: Scene) -> None:
    await scene.begin(plugged=False)
    await scene.record.until_tried(2)
    scene.simulator.plug()
    await scene.record.until_state(Ready)
    await scene.member.use(1)
    assert scene.has_told(Missing, Starting, Ready)


async def unplugged_idle(scene: Scene) -> None:
    await scene.begin()
    await scene.member.use(1)
    for number in (2, 3):
        scene.simulator.unplug()
        await scene.record.until_state(Missing)
        await scene.record.until_tried(2)
        scene.simulator.plug()
        await scene.record.until_state(Ready)
        await scene.member.use(number)
    assert scene.has_told(Starting, Ready, *[Missing, Starting, Ready] * 2)


async def unplugged_in_the_middle_of_a_frame(scene: Scene) -> None:
    await scene.begin()
    await scene.member.break_off()
    await scene.record.until_state(Missing)
    await scene.record.until_tried(2)
    scene.simulator.plug()
    await scene.record.until_state(Ready)
    await scene.member.use(2)
    assert scene.has_told(Starting, Ready, Missing, Starting, Ready)


async def unplugged_with_a_card_on_it(scene: Scene) -> None:
    """The card is told as removed: nobody is served by a card that cannot be seen."""
    await scene.begin()
    for number in (1, 2):
        await scene.member.lay_down(number)
        scene.simulator.unplug()
        await scene.record.until_state(Missing)
        scene.member.take_away()
        scene.simulator.plug()
        await scene.record.until_state(Ready)
        await scene.member.use(number + 2)
    presented = sum(isinstance(event, CardPresented) for event in scene.record.events)
    assert presented == scene.record.events.count(CardRemoved()) == 4


async def a_loose_plug(scene: Scene) -> None:
    """Out and in again before the driver could see it."""
    await scene.begin()
    scene.simulator.unplug()
    scene.simulator.plug()
    await scene.record.until(lambda: ANY_MISSING in scene.record.told)
    await scene.record.until_state(Ready)
    await scene.member.use(1)
    assert scene.has_told(Starting, Ready, Missing, Starting, Ready)


async def noise(scene: Scene) -> None:
    await scene.begin()
    for number in (1, 2, 3):
        await scene.member.make_noise(number)
        await scene.member.use(number)
    assert scene.has_told(Starting, Ready)


async def a_partial_frame(scene: Scene) -> None:
    await scene.begin()
    for number in (1, 2):
        await scene.member.begin_a_frame(number)
        await scene.member.use(number)
    assert scene.has_told(Starting, Ready)


async def frames_in_pieces(scene: Scene) -> None:
    """Every byte comes alone."""
    await scene.begin()
    Tampered(scene.simulator.line).in_pieces()
    await scene.member.use(1)
    await scene.member.use(2)
    assert scene.has_told(Starting, Ready)


async def power_cycled(scene: Scene) -> None:
    await scene.begin()
    await scene.member.use(1)
    await scene.member.power_cycle()
    await scene.record.until_state(Ready)
    await scene.member.use(2)
    assert Missing not in scene.kinds


async def cancelled(scene: Scene) -> None:
    """Whatever state it is in; then it can be started again, so it let go of its line."""
    await scene.begin(plugged=False)
    await scene.cancel()
    scene.run()
    await scene.record.until_tried(1)
    scene.simulator.plug()
    await scene.record.until_state(Ready)
    for number in (1, 2):
        await scene.cancel()
        told = len(scene.record.told)
        scene.run()
        await scene.member.until_served(told)
        await scene.member.use(number)


async def never_answers(scene: Scene) -> None:
    scene.simulator.start()
    scene.run()
    await scene.member.fall_silent()
    await scene.record.until_tried(0)
    await scene.member.speak()
    await scene.record.until_state(Ready)
    await scene.member.use(1)
    assert scene.has_told(Starting, Fault, Ready)


async def falls_silent(scene: Scene) -> None:
    await scene.begin()
    await scene.member.use(1)
    await scene.member.fall_silent()
    await scene.member.speak()
    await scene.record.until_state(Ready)
    await scene.member.use(2)
    assert scene.has_told(Starting, Ready, Fault, Ready)


async def answers_late(scene: Scene) -> None:
    """Late, but while it is waited for."""
    await scene.begin()
    scene.member.answer_later(0.03)
    await scene.member.use(1)
    await scene.member.use(2)
    assert scene.has_told(Starting, Ready)


async def answers_too_late(scene: Scene) -> None:
    """All that was given up comes at once; it answers none of the questions to come."""
    await scene.begin()
    line = Tampered(scene.simulator.line)
    line.held()
    await scene.record.until_state(Fault)
    line.as_before()
    await scene.record.until_state(Ready)
    await scene.member.use(1)
    assert scene.has_told(Starting, Ready, Fault, Ready)


async def answers_for_another_command(scene: Scene) -> None:
    await scene.begin()
    for number in (1, 2):
        await scene.member.answer_for_another()
        await scene.member.use(number)
    assert scene.has_told(Starting, Ready)


async def takes_no_bytes(scene: Scene) -> None:
    """The line is full, as a pseudo-terminal is after about 14 kB."""
    scene.simulator.start()
    scene.simulator.line.pause_reading()
    scene.member.stage.link.is_stuffed = True
    scene.run()
    await scene.record.until_state(Fault)
    scene.member.stage.link.is_stuffed = False
    scene.simulator.line.resume_reading()
    await scene.record.until_state(Ready)
    await scene.member.use(1)
    assert scene.has_told(Starting, Fault, Ready)


@dataclass(frozen=True, slots=True)
class Scenario:
    """``needs`` is what a member must be able to do so that the scenario makes sense."""

    play: Callable[[Scene], Awaitable[None]]
    needs: frozenset[Ability] = frozenset()

    @property
    def name(self) -> str:
        return self.play.__name__

    def suits(self, member: type[Member]) -> bool:
        return self.needs <= member.able


def _scenario(play: Callable[[Scene], Awaitable[None]], *needs: Ability) -> Scenario:
    return Scenario(play, frozenset(needs))


SCENARIOS: tuple[Scenario, ...] = (
    _scenario(absent_at_start),
    _scenario(plugged_in_later),
    _scenario(cancelled),
    _scenario(unplugged_idle, "goes"),
    _scenario(unplugged_in_the_middle_of_a_frame, "goes", "frames"),
    _scenario(unplugged_with_a_card_on_it, "goes", "cards"),
    _scenario(a_loose_plug, "goes", "hangs up"),
    _scenario(noise, "frames"),
    _scenario(a_partial_frame, "frames"),
    _scenario(frames_in_pieces, "line"),
    _scenario(power_cycled, "power"),
    _scenario(never_answers, "asks"),
    _scenario(falls_silent, "asks"),
    _scenario(answers_late, "late"),
    _scenario(answers_too_late, "asks", "line"),
    _scenario(answers_for_another_command, "asks", "line"),
    _scenario(takes_no_bytes, "asks", "line"),
)
