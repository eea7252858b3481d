import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout
from anjungan.appliance.drivers.link.open_line import INPUT_LIMIT_BYTES, READ_CHUNK_BYTES
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.simulation.pty_line import PtyLine

EVERY_BYTE = bytes(range(256))


class Far:
    """The device's end of the line."""

    def __init__(self, path: Path) -> None:
        self.received = bytearray()
        self._changed = asyncio.Event()
        self.line = PtyLine(path, self._take)
        self.line.plug()

    def _take(self, data: bytes) -> None:
        self.received += data
        self._changed.set()

    async def has(self, count: int) -> bytes:
        async with asyncio.timeout(10):
            while len(self.received) < count:
                self._changed.clear()
                await self._changed.wait()
        return bytes(self.received)


@pytest.fixture
async def far(tmp_path: Path) -> AsyncIterator[Far]:
    far = Far(tmp_path / "nfc")
    yield far
    far.line.unplug()


@pytest.fixture
async def link(far: Far) -> AsyncIterator[SerialLink]:
    link = SerialLink(str(far.line.path))
    await link.open()
    yield link
    await link.close()


async def test_every_byte_passes_unchanged_both_ways(far: Far, link: SerialLink) -> None:
    await link.write(EVERY_BYTE, 1.0)
    assert await far.has(256) == EVERY_BYTE
    far.line.send(EVERY_BYTE)
    got = b""
    while len(got) < 256:
        got += await link.read(100, 5.0)
    assert got == EVERY_BYTE


async def test_reading_silence_gives_no_bytes(link: SerialLink) -> None:
    assert await link.read(10, 0.01) == b""


async def test_read_gives_at_most_what_was_asked(far: Far, link: SerialLink) -> None:
    far.line.send(b"abc")
    assert await link.read(2, 5.0) == b"ab"
    assert await link.read(2, 5.0) == b"c"


async def test_a_line_that_takes_no_bytes_times_out_and_says_how_far_it_came(
    far: Far, link: SerialLink
) -> None:
    far.line.pause_reading()
    with pytest.raises(LinkTimeout) as caught:
        await link.write(bytes(100_000), 0.05)
    assert 0 < caught.value.written_bytes < 100_000
    far.line.resume_reading()
    await far.has(caught.value.written_bytes)


async def test_a_long_write_continues_when_the_device_takes_bytes_again(
    far: Far, link: SerialLink
) -> None:
    far.line.pause_reading()
    writing = asyncio.create_task(link.write(EVERY_BYTE * 400, 10.0))
    await asyncio.sleep(0)
    far.line.resume_reading()
    await writing
    assert await far.has(102_400) == EVERY_BYTE * 400


async def test_discarded_input_is_never_read(far: Far, link: SerialLink) -> None:
    far.line.send(b"in the program")
    async with asyncio.timeout(10):
        while not link._line._arrived:  # noqa: ASYNC110 - the link has no event for it
            await asyncio.sleep(0.001)
    far.line.send(b"in the kernel")
    await link.discard_input()
    far.line.send(b"new")
    assert await link.read(99, 5.0) == b"new"


async def test_a_flood_nobody_reads_is_held_back_and_nothing_of_it_is_lost(
    far: Far, link: SerialLink
) -> None:
    flood = EVERY_BYTE * 1000
    far.line.send(flood)
    async with asyncio.timeout(10):
        while len(link._line._arrived) < INPUT_LIMIT_BYTES:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.001)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(link._line._arrived) < INPUT_LIMIT_BYTES + READ_CHUNK_BYTES
    assert far.line.unsent_bytes > 0
    got = bytearray()
    while len(got) < len(flood):
        piece = await link.read(10_000, 5.0)
        assert piece
        got += piece
    assert got == flood


async def test_discarding_a_flood_lets_the_next_bytes_in(far: Far, link: SerialLink) -> None:
    far.line.send(bytes(INPUT_LIMIT_BYTES + 1000))
    async with asyncio.timeout(10):
        while len(link._line._arrived) < INPUT_LIMIT_BYTES:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.001)
    far.line.forget_unsent()
    await link.discard_input()
    far.line.send(b"new")
    assert await link.read(99, 5.0) == b"new"


async def test_two_tasks_reading_or_writing_at_once_are_a_bug(far: Far, link: SerialLink) -> None:
    far.line.pause_reading()
    reading = asyncio.create_task(link.read(1, 10.0))
    writing = asyncio.create_task(link.write(bytes(300_000), 10.0))
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError):
        await link.read(1, 1.0)
    with pytest.raises(RuntimeError):
        await link.write(b"x", 1.0)
    far.line.resume_reading()
    far.line.send(b"x")
    assert await reading == b"x"
    await writing


async def test_absent_device(tmp_path: Path) -> None:
    link = SerialLink(str(tmp_path / "nothing"))
    with pytest.raises(LinkLost) as caught:
        await link.open()
    assert caught.value.reason == "absent"
    with pytest.raises(LinkLost):
        await link.read(1, 0.01)


async def test_something_that_is_no_serial_device(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"text")
    link = SerialLink(str(tmp_path / "file"))
    with pytest.raises(LinkLost):
        await link.open()
    await link.close()


async def test_a_second_program_is_refused_the_line(far: Far, link: SerialLink) -> None:
    other = SerialLink(str(far.line.path))
    with pytest.raises(LinkLost) as caught:
        await other.open()
    assert caught.value.reason == "held by another program"


async def test_opening_twice_is_a_bug(link: SerialLink) -> None:
    with pytest.raises(RuntimeError):
        await link.open()


async def test_unplugging_ends_a_waiting_read(far: Far, link: SerialLink) -> None:
    reading = asyncio.create_task(link.read(10, 60.0))
    await asyncio.sleep(0)
    far.line.unplug()
    with pytest.raises(LinkLost):
        await reading
    with pytest.raises(LinkLost):
        await link.write(b"x", 1.0)
    with pytest.raises(LinkLost):
        await link.read(1, 1.0)


async def test_unplugging_ends_a_waiting_write(far: Far, link: SerialLink) -> None:
    far.line.pause_reading()
    writing = asyncio.create_task(link.write(bytes(100_000), 60.0))
    await asyncio.sleep(0)
    far.line.unplug()
    with pytest.raises(LinkLost):
        await writing


async def test_a_replugged_device_is_found_through_the_same_symlink(
    far: Far, link: SerialLink
) -> None:
    before = far.line.path.readlink()
    blocker = PtyLine(far.line.path.with_name("other"), lambda _: None)
    far.line.unplug()
    await link.close()
    with pytest.raises(LinkLost):
        await link.open()
    blocker.plug()  # takes the number of the old terminal, so that the new one differs
    far.line.plug()
    assert far.line.path.readlink() != before
    await link.open()
    far.line.send(b"back")
    assert await link.read(10, 5.0) == b"back"
    blocker.unplug()


async def test_closing_ends_a_waiting_read_and_may_be_done_twice(link: SerialLink) -> None:
    reading = asyncio.create_task(link.read(10, 60.0))
    await asyncio.sleep(0)
    await link.close()
    with pytest.raises(LinkLost):
        await reading
    await link.close()
    await link.open()
    assert await link.read(1, 0.01) == b""


async def test_read_and_write_may_wait_together(far: Far, link: SerialLink) -> None:
    far.line.pause_reading()
    writing = asyncio.create_task(link.write(bytes(50_000), 10.0))
    reading = asyncio.create_task(link.read(10, 10.0))
    await asyncio.sleep(0)
    far.line.send(b"reply")
    assert await reading == b"reply"
    far.line.resume_reading()
    await writing
