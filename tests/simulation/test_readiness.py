"""Being ready is asked from outside: nothing, silence and errors are not ready."""

import asyncio
import contextlib
import os
import socket
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from anjungan.protocol.identity import RegencyCode
from anjungan.simulation import ports, readiness
from anjungan.simulation.notify import notify_ready
from anjungan.simulation.ports import free_port
from anjungan.simulation.readiness import (
    broker_answers,
    http_answers,
    listens,
    regency_is_present,
    watch_works,
)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def with_server(serve: Serve, ask: Callable[[int], Awaitable[bool]]) -> bool:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        return await ask(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await asyncio.sleep(0)


def answering(line: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(line)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return serve


@pytest.mark.parametrize(
    ("line", "is_ready"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 303 See Other\r\n\r\n", True),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", True),
        (b"HTTP/1.1 500 Internal Server Error\r\n\r\n", False),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", False),
        (b"", False),
    ],
)
async def test_a_web_server_that_fails_is_not_ready(line: bytes, is_ready: bool) -> None:
    assert await with_server(answering(line), http_answers) is is_ready


async def test_nobody_listens() -> None:
    port = free_port()
    assert not await http_answers(port)
    assert not await broker_answers(port)
    assert not await regency_is_present(port, RegencyCode("3505"))


async def test_somebody_who_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_ANSWER_WITHIN_S", 0.05)
    done = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()

    async def ask(port: int) -> bool:
        try:
            return await http_answers(port)
        finally:
            done.set()

    assert not await with_server(silent, ask)


def test_only_the_listener_itself_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as mine:
        mine.bind(("127.0.0.1", 0))
        port = mine.getsockname()[1]
        assert not listens(os.getpid(), port), "bound is not listening"
        mine.listen()
        assert listens(os.getpid(), port)
        assert not listens(os.getppid(), port)
    assert not listens(os.getpid(), port)
    assert not listens(2**22 + 1, port), "no such process"

    def forbidden(_folder: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", forbidden)
    assert listens(os.getpid(), port), "where we may not look we cannot say no"


def test_a_taken_port_is_not_given() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert free_port(taken) != taken
    assert free_port(taken) == taken


def test_random_ports_are_none_of_those_for_outgoing_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "range"
    monkeypatch.setattr(ports, "_RANGE_OF_CLIENTS", chosen)
    for text in ("20000 60999", "damaged", ""):
        chosen.write_text(text)
        below = 20_000 if text.startswith("2") else 32_768
        assert all(15_000 <= free_port() < below for _ in range(50))
    monkeypatch.setattr(ports, "_is_free", lambda _port: False)
    with pytest.raises(OSError, match="no free port"):
        free_port()


def test_readiness_is_told_where_somebody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify_ready()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as waiting:
        waiting.bind(str(tmp_path / "n"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
        notify_ready()
        assert waiting.recv(64) == b"READY=1"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as waiting:
        waiting.bind(f"\0anjungan-test-{os.getpid()}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@anjungan-test-{os.getpid()}")
        notify_ready()
        assert waiting.recv(64) == b"READY=1"
    notify_ready()  # nobody waits there any more


def test_a_watch_works_while_its_lease_lasts(tmp_path: Path) -> None:
    database = tmp_path / "regency.db"
    assert not watch_works(database), "nobody has made the database yet"
    with contextlib.closing(sqlite3.connect(database)) as line:
        assert not watch_works(database), "nor its tables"
        line.execute("CREATE TABLE leases (name TEXT, holder TEXT, until INTEGER)")
        line.commit()
        assert not watch_works(database), "nobody has taken it"
        line.execute("INSERT INTO leases VALUES ('watch', 'a', 1000)")
        line.commit()
        assert not watch_works(database), "it ran out long ago"
        line.execute("UPDATE leases SET until = ?", (round(time.time() * 1000) + 60_000,))
        line.commit()
        assert watch_works(database)
