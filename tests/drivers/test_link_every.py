"""What every link promises, over every simulated line it can run on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from anjungan.appliance.drivers.link.byte_link import ByteLink, LinkLost, LinkTimeout
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.link.tcp_link import TcpLink
from anjungan.appliance.drivers.link.usb_printer_link import UsbPrinterLink
from anjungan.simulation.line_place import MemoryPlace, Place, TcpPlace, open_simulated_line
from anjungan.simulation.memory_link import MemoryLink
from anjungan.simulation.simulated_line import Direction, SimulatedLine
from anjungan.simulation.tcp_line import TcpLine

EVERY_BYTE = bytes(range(256))
FULL_LINE_BYTES = 300_000  # more than any of the lines holds


class Far:
    """The device's end of the line."""

    def __init__(self, place: Place) -> None:
        self.received = bytearray()
        self.log: list[tuple[Direction, bytes]] = []
        self._changed = asyncio.Event()
        self.line: SimulatedLine = open_simulated_line(
            place, self._take, lambda way, data: self.log.append((way, data))
        )
        self.line.plug()

    def _take(self, data: bytes) -> None:
        self.received += data
        self._changed.set()

    async def has(self, count: int) -> bytes:
        async with asyncio.timeout(20):
            while len(self.received) < count:
                self._changed.clear()
                await self._changed.wait()
        return bytes(self.received)


class Pair:
    def __init__(self, kind: str, folder: Path) -> None:
        memory = MemoryLink(14_336)
        places: dict[str, Place] = {
            "serial": folder / "dev",
            "usb": folder / "dev",
            "tcp": TcpPlace(0),
            "memory": MemoryPlace(memory),
        }
        self.kind = kind
        self.far = Far(places[kind])
        self.link: ByteLink
        match self.far.line:
            case TcpLine(port=port):
                self.link = TcpLink("127.0.0.1", port)
            case _ if kind == "serial":
                self.link = SerialLink(self.far.line.address)
            case _ if kind == "usb":
                self.link = UsbPrinterLink(self.far.line.address)
            case _:
                self.link = memory

    async def open(self) -> None:
        """Open the link, and wait until the far end knows of it."""
        await self.link.open()
        if isinstance(line := self.far.line, TcpLine):
            await until(lambda: line.has_client)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.001)


@pytest.fixture(params=["serial", "usb", "tcp", "memory"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Pair]:
    pair = Pair(request.param, tmp_path)
    await pair.open()
    yield pair
    await pair.link.close()
    pair.far.line.unplug()


async def test_every_byte_passes_unchanged_both_ways(pair: Pair) -> None:
    await pair.link.write(EVERY_BYTE, 5.0)
    assert await pair.far.has(256) == EVERY_BYTE
    pair.far.line.send(EVERY_BYTE)
    got = b""
    while len(got) < 256:
        piece = await pair.link.read(100, 5.0)
        assert 0 < len(piece) <= 100
        got += piece
    assert got == EVERY_BYTE
    assert await pair.link.read(10, 0.01) == b""
    assert b"".join(data for way, data in pair.far.log if way is Direction.FROM_HOST) == EVERY_BYTE
    assert b"".join(data for way, data in pair.far.log if way is Direction.TO_HOST) == EVERY_BYTE


async def test_a_device_that_takes_nothing_makes_a_write_end_in_time(pair: Pair) -> None:
    pair.far.line.pause_reading()
    with pytest.raises(LinkTimeout) as caught:
        await pair.link.write(bytes(FULL_LINE_BYTES), 0.3)
    written_bytes = caught.value.written_bytes
    assert 0 < written_bytes < FULL_LINE_BYTES
    with pytest.raises(LinkTimeout) as caught:  # the kernel may have found a little more room
        await pair.link.write(bytes(FULL_LINE_BYTES), 0.01)
    written_bytes += caught.value.written_bytes
    pair.far.line.resume_reading()
    assert len(await pair.far.has(written_bytes)) == written_bytes
    await pair.link.write(b"room", 5.0)
    assert (await pair.far.has(written_bytes + 4)).endswith(b"room")


async def test_a_long_write_goes_on_when_the_device_takes_bytes_again(pair: Pair) -> None:
    pair.far.line.pause_reading()
    writing = asyncio.create_task(pair.link.write(EVERY_BYTE * 40_000, 30.0))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not writing.done()
    pair.far.line.resume_reading()
    await writing
    assert await pair.far.has(10_240_000) == EVERY_BYTE * 40_000


async def test_unplugging_ends_a_waiting_write(pair: Pair) -> None:
    pair.far.line.pause_reading()
    writing = asyncio.create_task(pair.link.write(bytes(FULL_LINE_BYTES), 60.0))
    for _ in range(5):
        await asyncio.sleep(0)
    pair.far.line.unplug()
    with pytest.raises(LinkLost):
        await asyncio.wait_for(writing, 20)


async def test_unplugging_ends_a_waiting_read(pair: Pair) -> None:
    if pair.kind == "usb":  # over a terminal a hang-up reads as an empty packet; see its own tests
        pair.far.line.unplug()
        with pytest.raises(LinkLost):
            await pair.link.write(b"x", 1.0)
        return
    reading = asyncio.create_task(pair.link.read(10, 60.0))
    await asyncio.sleep(0)
    pair.far.line.unplug()
    with pytest.raises(LinkLost):
        await asyncio.wait_for(reading, 20)
    for _ in range(2):
        with pytest.raises(LinkLost):
            await pair.link.read(10, 1.0)
        with pytest.raises(LinkLost):
            await pair.link.write(b"x", 1.0)


async def test_closing_ends_all_waiting_and_may_be_done_twice(pair: Pair) -> None:
    pair.far.line.pause_reading()
    reading = asyncio.create_task(pair.link.read(10, 60.0))
    writing = asyncio.create_task(pair.link.write(bytes(FULL_LINE_BYTES), 60.0))
    for _ in range(3):
        await asyncio.sleep(0)
    await pair.link.close()
    await pair.link.close()
    for waiting in (reading, writing):
        with pytest.raises(LinkLost):
            await asyncio.wait_for(waiting, 20)
    with pytest.raises(LinkLost):
        await pair.link.write(b"x", 1.0)
    with pytest.raises(LinkLost):
        await pair.link.discard_input()


async def test_plugged_again_it_opens_again_and_is_as_new(pair: Pair) -> None:
    with pytest.raises(RuntimeError):
        await pair.link.open()
    for round_number in range(3):
        pair.far.line.send(bytes(100_000))
        pair.far.line.unplug()
        await pair.link.close()
        with pytest.raises(LinkLost):
            await pair.link.open()
        pair.far.line.send(b"nobody hears")
        pair.far.line.plug()
        await pair.open()
        pair.far.line.send(b"new %d" % round_number)
        assert await pair.link.read(100, 10.0) == b"new %d" % round_number
        await pair.link.write(b"%d" % round_number, 5.0)
        assert (await pair.far.has(round_number + 1)).endswith(b"%d" % round_number)


async def test_reading_and_writing_may_be_cancelled_and_the_line_goes_on(pair: Pair) -> None:
    for _ in range(3):
        reading = asyncio.create_task(pair.link.read(10, 60.0))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    pair.far.line.send(b"after")
    assert await pair.link.read(10, 10.0) == b"after"
    pair.far.line.pause_reading()
    writing = asyncio.create_task(pair.link.write(bytes(FULL_LINE_BYTES), 60.0))
    for _ in range(3):
        await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    pair.far.line.resume_reading()
    await pair.link.write(b"end", 20.0)
    await until(lambda: pair.far.received.endswith(b"end"))


async def test_what_nobody_reads_is_held_back_and_nothing_of_it_is_lost(pair: Pair) -> None:
    flood = EVERY_BYTE * 40_000
    pair.far.line.send(flood)
    pair.far.line.inject(b"end")
    await until(lambda: pair.far.line.unsent_bytes > 0)
    got = bytearray()
    while len(got) < len(flood) + 3:
        piece = await pair.link.read(100_000, 10.0)
        assert piece
        got += piece
    assert got == flood + b"end"
    assert pair.far.line.unsent_bytes == 0


async def test_what_nobody_read_can_be_forgotten(pair: Pair) -> None:
    pair.far.line.send(bytes(16_000_000))
    assert pair.far.line.unsent_bytes > 0
    pair.far.line.forget_unsent()
    assert pair.far.line.unsent_bytes == 0
    while await pair.link.read(100_000, 0.1):
        pass
    await pair.link.discard_input()
    pair.far.line.send(b"new")
    assert await pair.link.read(9, 10.0) == b"new"


async def test_what_was_sent_while_it_was_shut_is_not_read(pair: Pair) -> None:
    if pair.kind == "usb":  # its driver asks the printer, and drains the line first
        return
    await pair.link.close()
    pair.far.line.send(b"stale")
    await pair.open()
    pair.far.line.send(b"new")
    assert await pair.link.read(100, 10.0) == b"new"


async def test_plugging_and_unplugging_twice_is_allowed(pair: Pair) -> None:
    address = pair.far.line.address
    pair.far.line.plug()
    assert pair.far.line.is_plugged
    await pair.link.write(b"still there", 5.0)
    await pair.far.has(11)
    pair.far.line.unplug()
    pair.far.line.unplug()
    assert not pair.far.line.is_plugged
    pair.far.line.pause_reading()
    pair.far.line.resume_reading()
    pair.far.line.forget_unsent()
    assert pair.far.line.address == address
