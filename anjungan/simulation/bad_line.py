"""A bad line between a kiosk and its broker: a TCP proxy that delays, throttles, stalls and cuts.

Loss on a real line shows to a TCP program only as a stall, so stalls stand for loss. The figures
of ``slow`` are those of a poor mobile line: 64 kbit/s and 1.2 s a round trip.
"""

import asyncio
import enum
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final

CHUNK_BYTES: Final = 1400
QUEUED_CHUNKS: Final = 64
"""How much the line itself holds before the sender is held back: about 90 kB a direction."""


class LineMode(enum.Enum):
    """How the line behaves now; it can be changed at any time."""

    OK = "ok"
    SLOW = "slow"
    CUT = "cut"
    BLACKHOLE = "blackhole"


@dataclass(frozen=True, slots=True)
class LineQuality:
    """Delay one way, bytes a second (0: no limit), and how often and how long it stalls."""

    latency_s: float = 0.0
    jitter_s: float = 0.0
    rate_bytes_per_s: float = 0.0
    stall_probability: float = 0.0
    stall_s: float = 0.0


QUALITIES: Final[Mapping[LineMode, LineQuality]] = MappingProxyType(
    {
        LineMode.OK: LineQuality(),
        LineMode.SLOW: LineQuality(
            latency_s=0.5,
            jitter_s=0.2,
            rate_bytes_per_s=8_000,
            stall_probability=0.02,
            stall_s=3.0,
        ),
    }
)


class BadLine:
    """The proxy. CUT breaks every connection and refuses new ones; BLACKHOLE keeps them silent."""

    def __init__(
        self,
        upstream_port: int,
        *,
        random: Random,
        qualities: Mapping[LineMode, LineQuality] = QUALITIES,
    ) -> None:
        self._upstream_port = upstream_port
        self._random = random
        self._qualities = qualities
        self._mode = LineMode.OK
        self._passable = asyncio.Event()
        self._passable.set()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def mode(self) -> LineMode:
        """How the line behaves now."""
        return self._mode

    @property
    def connections(self) -> int:
        """How many clients are connected through the line."""
        return len(self._open) // 2

    async def start(self, port: int = 0) -> int:
        """Listen on loopback and return the port."""
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Stop listening and break every connection."""
        if self._server is not None:
            self._server.close()
        self._break_all()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def set_mode(self, mode: LineMode) -> None:
        """Behave differently from now on; bytes held by a black hole flow when it ends."""
        self._mode = mode
        if mode is LineMode.BLACKHOLE:
            self._passable.clear()
        else:
            self._passable.set()
        if mode is LineMode.CUT:
            self._break_all()

    def _break_all(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self._mode is LineMode.CUT:
            writer.transport.abort()
            return
        try:
            await self._passable.wait()
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, up_writer}
        self._open |= ends
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry(reader, up_writer))
                group.create_task(self._carry(up_reader, writer))
        except* OSError:
            pass  # one side has gone; both ends are closed below
        finally:
            for end in ends:
                end.transport.abort()
            self._open -= ends

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one direction; the end of one direction ends the connection."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(QUEUED_CHUNKS)
        sending = asyncio.create_task(self._send(queue, writer))
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                quality = self._qualities.get(self._mode, LineQuality())
                delay_s = quality.latency_s + self._random.uniform(0, quality.jitter_s)
                await queue.put((loop.time() + delay_s, chunk))
            await queue.put((loop.time(), b""))
            await sending
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await sending
        raise ConnectionResetError("one side closed")

    async def _send(
        self, queue: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due_s, chunk = await queue.get()
            if not chunk:
                return
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            quality = self._qualities.get(self._mode, LineQuality())
            if quality.rate_bytes_per_s:
                await asyncio.sleep(len(chunk) / quality.rate_bytes_per_s)
            if self._random.random() < quality.stall_probability:
                await asyncio.sleep(quality.stall_s)
            await self._passable.wait()
            writer.write(chunk)
            await writer.drain()
