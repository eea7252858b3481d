"""One contract for every member, over every line it is sold with and over the memory fake."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from contract_stage import Kind, make_stage
from member import Member
from members import MEMBERS
from scenarios import SCENARIOS, Scenario, Scene

from anjungan.appliance.drivers.device import Missing, Ready

CASES = [
    pytest.param(member, scenario, id=f"{member.name}-{scenario.name}")
    for member in MEMBERS
    for scenario in SCENARIOS
    if scenario.suits(member)
]
Told = list[object]


async def told_over_every_line(
    member: type[Member], folder: Path, play: Callable[[Kind, Path], Awaitable[Told]]
) -> tuple[Told, dict[Kind, Told]]:
    """Play over memory and over each real line, side by side, for they mostly wait."""
    kinds: tuple[Kind, ...] = ("memory", *member.real)
    memory, *real = await asyncio.gather(*(play(kind, folder / kind) for kind in kinds))
    return memory, dict(zip(member.real, real, strict=True))


@pytest.mark.parametrize(("member", "scenario"), CASES)
async def test_every_real_line_tells_what_memory_tells(
    member: type[Member], scenario: Scenario, tmp_path: Path
) -> None:
    async def play(kind: Kind, folder: Path) -> Told:
        async with Scene(member(make_stage(kind, folder))) as scene:
            await scenario.play(scene)
            return list(scene.record.told)

    memory, real = await told_over_every_line(member, tmp_path, play)
    assert real == dict.fromkeys(real, memory)


@pytest.mark.parametrize(
    "member",
    [pytest.param(member, id=member.name) for member in MEMBERS if "goes" in member.able],
)
async def test_two_of_them_do_not_disturb_each_other(member: type[Member], tmp_path: Path) -> None:
    async def play(kind: Kind, folder: Path) -> Told:
        first, second = (member(make_stage(kind, folder, name)) for name in ("first", "second"))
        async with Scene(first) as one, Scene(second) as other:
            await one.begin()
            await other.begin()
            await first.use(1)
            await second.use(2)
            one.simulator.unplug()
            await one.record.until_state(Missing)
            await second.use(3)
            one.simulator.plug()
            await one.record.until_state(Ready)
            other.simulator.unplug()
            await first.use(4)
            await other.record.until_state(Missing)
            return [first.record.told, second.record.told]

    memory, real = await told_over_every_line(member, tmp_path, play)
    assert real == dict.fromkeys(real, memory)
