"""The bad line carries every byte in order, and behaves as told while it is in use."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.simulation.bad_line import BadLine, LineMode, LineQuality
from anjungan.simulation.ports import free_port

JITTERY = {
    LineMode.OK: LineQuality(),
    LineMode.SLOW: LineQuality(
        latency_s=0.001,
        jitter_s=0.01,
        rate_bytes_per_s=2e6,
        stall_probability=0.1,
        stall_s=0.01,
    ),
}


def seeded(seed: int = 1) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the weather of a line is no secret


@asynccontextmanager
async def behind_a_line(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], seed: int = 1
) -> AsyncIterator[tuple[BadLine, int]]:
    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    line = BadLine(server.sockets[0].getsockname()[1], random=seeded(seed), qualities=JITTERY)
    try:
        async with asyncio.timeout(30):
            yield line, await line.start()
    finally:
        await line.close()
        server.close()
        await settle()


async def settle() -> None:
    """Let transports whose other end has gone close themselves."""
    for _round in range(5):
        await asyncio.sleep(0)


@asynccontextmanager
async def connected(
    port: int,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        await settle()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve nobody."""


async def is_broken(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read(1) == b""
    except ConnectionError:
        return True


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    size=st.integers(1, 150_000),
    modes=st.lists(st.sampled_from([LineMode.OK, LineMode.SLOW, LineMode.BLACKHOLE]), max_size=4),
)
def test_every_byte_arrives_in_order_through_any_change_of_mode(
    seed: int, size: int, modes: list[LineMode]
) -> None:
    data = seeded(seed).randbytes(size)

    async def run() -> bytes:
        async with behind_a_line(echo, seed) as (line, port), connected(port) as (reader, writer):

            async def change() -> None:
                for mode in [*modes, LineMode.SLOW]:
                    line.set_mode(mode)
                    await asyncio.sleep(0.002)

            changing = asyncio.create_task(change())
            writer.write(data)
            back = await reader.readexactly(len(data))
            await changing
            return back

    assert asyncio.run(run()) == data


async def test_cut_breaks_the_open_connection_and_refuses_the_next() -> None:
    async with behind_a_line(echo) as (line, port):
        async with connected(port) as (reader, writer):
            writer.write(b"halo")
            assert await reader.readexactly(4) == b"halo"
            assert line.connections == 1
            line.set_mode(LineMode.CUT)
            assert await is_broken(reader)
        async with connected(port) as (reader, writer):
            assert await is_broken(reader)
        line.set_mode(LineMode.OK)
        async with connected(port) as (reader, writer):
            writer.write(b"lagi")
            assert await reader.readexactly(4) == b"lagi"


async def test_a_black_hole_keeps_the_connection_and_passes_nothing() -> None:
    async with behind_a_line(echo) as (line, port), connected(port) as (reader, writer):
        writer.write(b"satu")
        assert await reader.readexactly(4) == b"satu"
        line.set_mode(LineMode.BLACKHOLE)
        writer.write(b"dua.")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.1)
        line.set_mode(LineMode.OK)
        assert await reader.readexactly(4) == b"dua."


async def test_the_client_is_told_when_the_broker_hangs_up() -> None:
    async with behind_a_line(hang_up) as (_line, port), connected(port) as (reader, _writer):
        assert await is_broken(reader)


async def test_the_client_is_told_when_no_broker_listens() -> None:
    line = BadLine(free_port(), random=seeded())
    async with connected(await line.start()) as (reader, _writer):
        assert await is_broken(reader)
    await line.close()


async def test_closing_the_line_ends_everything() -> None:
    async with behind_a_line(echo) as (line, port), connected(port) as (reader, writer):
        writer.write(b"halo")
        assert await reader.readexactly(4) == b"halo"
        await line.close()
        assert line.connections == 0
        assert await is_broken(reader)
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", port)
