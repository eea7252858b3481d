import asyncio
import socket
from contextlib import suppress

import pytest

from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout
from anjungan.appliance.drivers.link.tcp_link import TcpLink
from anjungan.simulation.simulated_line import Direction
from anjungan.simulation.tcp_line import TcpLine


def connect(line: TcpLine) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port), timeout=10)


async def until_ended(client: socket.socket) -> None:
    """Wait until ``client`` was reset or hung up on."""
    loop = asyncio.get_running_loop()
    client.setblocking(False)
    async with asyncio.timeout(20):
        with suppress(ConnectionResetError):
            assert await loop.sock_recv(client, 10) == b""


async def test_it_listens_on_loopback_alone_and_keeps_its_port() -> None:
    line = TcpLine("127.0.0.1", 0, lambda _: None)
    assert (line.port, line.is_plugged, line.address) == (0, False, "127.0.0.1:0")
    line.plug()
    port = line.port
    assert port != 0
    assert line.address == f"127.0.0.1:{port}"
    connect(line).close()
    line.unplug()
    with pytest.raises(ConnectionRefusedError):
        connect(line)
    line.plug()
    assert line.port == port
    connect(line).close()
    line.unplug()


async def test_a_port_that_is_taken_cannot_be_had() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        line = TcpLine("127.0.0.1", other.getsockname()[1], lambda _: None)
        with pytest.raises(OSError, match="in use"):
            line.plug()
        assert not line.is_plugged


async def test_a_second_client_is_turned_away_and_does_not_disturb_the_first() -> None:
    got = asyncio.Queue[bytes]()
    log: list[tuple[Direction, bytes]] = []
    line = TcpLine(
        "127.0.0.1", 0, got.put_nowait, byte_log=lambda way, data: log.append((way, data))
    )
    line.plug()
    with connect(line) as first, connect(line) as second:
        await until_ended(second)
        assert line.has_client
        first.sendall(b"mine")
        assert await asyncio.wait_for(got.get(), 20) == b"mine"
        line.send(b"yours")
        assert first.recv(100) == b"yours"
    assert log == [(Direction.FROM_HOST, b"mine"), (Direction.TO_HOST, b"yours")]
    line.unplug()


async def test_a_client_that_goes_makes_room_at_once_for_the_next() -> None:
    """Both happen before the event loop hears of either."""
    got = bytearray()
    line = TcpLine("127.0.0.1", 0, got.extend)
    line.plug()
    for number in range(3):
        client = connect(line)
        client.sendall(b"%d" % number)
        client.close()
    last = connect(line)
    last.sendall(b"last")
    async with asyncio.timeout(20):
        while not got.endswith(b"last"):  # noqa: ASYNC110 - a buffer has no event
            await asyncio.sleep(0.001)
    assert bytes(got) == b"012last"
    last.close()
    line.unplug()


async def test_while_it_reads_nothing_it_holds_to_its_client() -> None:
    line = TcpLine("127.0.0.1", 0, lambda _: None)
    line.plug()
    with connect(line), connect(line) as second:
        line.pause_reading()
        await until_ended(second)
        assert line.has_client
    line.resume_reading()
    async with asyncio.timeout(20):
        while line.has_client:  # noqa: ASYNC110 - has no event
            await asyncio.sleep(0.001)
    line.unplug()


async def test_unplugging_resets_the_connection() -> None:
    line = TcpLine("127.0.0.1", 0, lambda _: None)
    line.plug()
    with connect(line) as client:
        line.send(b"nobody is connected, as far as the line has heard")
        async with asyncio.timeout(20):
            while not line.has_client:  # noqa: ASYNC110 - has no event
                await asyncio.sleep(0.001)
        line.unplug()
        assert not line.has_client
        with pytest.raises(ConnectionResetError):
            client.recv(10)


async def test_a_client_that_resets_while_bytes_wait_for_it_is_forgotten() -> None:
    line = TcpLine("127.0.0.1", 0, lambda _: None)
    line.plug()
    link = TcpLink("127.0.0.1", line.port)
    await link.open()
    async with asyncio.timeout(20):
        while not line.has_client:  # noqa: ASYNC110 - has no event
            await asyncio.sleep(0.001)
    line.pause_reading()
    line.send(bytes(16_000_000))
    assert line.unsent_bytes > 0
    await link.close()
    async with asyncio.timeout(20):
        while line.has_client:  # noqa: ASYNC110 - has no event
            await asyncio.sleep(0.001)
    assert line.unsent_bytes == 0
    with pytest.raises(LinkLost):
        await link.read(1, 0.1)
    line.unplug()


async def test_a_client_that_resets_while_nothing_is_read_makes_room_too() -> None:
    line = TcpLine("127.0.0.1", 0, lambda _: None)
    line.plug()
    link = TcpLink("127.0.0.1", line.port)
    await link.open()
    async with asyncio.timeout(20):
        while not line.has_client:  # noqa: ASYNC110 - has no event
            await asyncio.sleep(0.001)
    line.pause_reading()
    with pytest.raises(LinkTimeout):
        await link.write(bytes(300_000), 0.1)
    await link.close()  # resets, because the line has not taken everything
    with connect(line) as second:
        second.setblocking(False)
        for _ in range(5):  # it is met before the line writes, and so learns of the reset
            await asyncio.sleep(0)
        got = b""
        async with asyncio.timeout(20):
            while not got:
                line.send(b"x")  # lost, until the second is the client
                await asyncio.sleep(0.001)
                with suppress(BlockingIOError):
                    got = second.recv(10)
        assert got.startswith(b"x")
    line.unplug()
