import asyncio

import pytest

from anjungan.appliance.drivers.link.byte_link import ByteLink, LinkLost, LinkTimeout
from anjungan.simulation.memory_link import memory_line


async def test_bytes_pass_both_ways_and_silence_times_out() -> None:
    near, far = memory_line()
    link: ByteLink = near
    await link.open()
    await far.open()
    await link.write(b"ask", 1.0)
    assert await far.read(2, 1.0) == b"as"
    assert await far.read(9, 1.0) == b"k"
    await far.write(b"old", 1.0)
    await link.discard_input()
    assert await link.read(9, 0.01) == b""


async def test_a_full_line_blocks_and_then_continues() -> None:
    near, far = memory_line(capacity_bytes=4)
    await near.open()
    await far.open()
    with pytest.raises(LinkTimeout) as caught:
        await near.write(b"123456", 0.01)
    assert caught.value.written_bytes == 4
    writing = asyncio.create_task(near.write(b"56", 5.0))
    await asyncio.sleep(0)
    assert await far.read(9, 1.0) == b"1234"
    await writing
    assert await far.read(9, 1.0) == b"56"


async def test_unplugged_and_plugged_again() -> None:
    near, far = memory_line()
    await near.open()
    await far.open()
    with pytest.raises(RuntimeError):
        await near.open()
    reading = asyncio.create_task(near.read(9, 60.0))
    await asyncio.sleep(0)
    far.unplug()
    with pytest.raises(LinkLost):
        await reading
    await near.close()
    assert not near.is_open
    with pytest.raises(LinkLost):
        await near.open()
    far.plug()
    await near.open()
    assert near.opened_count == 2
    with pytest.raises(LinkLost):
        await far.read(1, 0.01)  # that end must be opened again too
