"""Knowing from outside that a process really serves: each asks once, and never waits long."""

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Final

from anjungan.protocol import contract
from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.messages import Presence, RegencyPresence
from anjungan.protocol.topics import SharedKind, SharedTopic
from anjungan.simulation.mqtt_client import MqttClient, MqttLostError

_ANSWER_WITHIN_S: Final = 5.0
_LISTENING: Final = "0A"  # TCP_LISTEN in /proc/net/tcp


def listens(pid: int, port: int) -> bool:
    """Whether that process itself listens on a port of loopback, and not somebody else.

    True as well where the system does not let us look, because the process protects its memory.
    """
    held = set()
    try:
        for each in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                held.add(str(each.readlink()))
    except PermissionError:
        return True
    except OSError:
        return False
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        local_port = int(fields[1].partition(":")[2], 16)
        if fields[3] == _LISTENING and local_port == port and f"socket:[{fields[9]}]" in held:
            return True
    return False


def watch_works(database: Path) -> bool:
    """Whether the regency's watch has taken its lease, in a database that may not be there yet."""
    try:
        line = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=1.0)
    except sqlite3.OperationalError:
        return False
    with contextlib.closing(line):
        try:
            row = line.execute("SELECT until FROM leases WHERE name = 'watch'").fetchone()
        except sqlite3.OperationalError:
            return False
    return row is not None and bool(row[0] > time.time() * 1000)


async def broker_answers(port: int) -> bool:
    """Whether a broker on loopback takes connections."""
    try:
        client = await MqttClient.connect(port, "readiness")
    except MqttLostError:
        return False
    await client.close()
    return True


async def regency_is_present(port: int, regency: RegencyCode) -> bool:
    """Whether the regency's inbox has said at the broker that it is there."""
    topic = str(SharedTopic(regency, SharedKind.REGENCY))
    said: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def heard(_topic: str, payload: bytes) -> None:
        if not said.done():
            said.set_result(payload)

    try:
        client = await MqttClient.connect(port, "readiness")
    except MqttLostError:
        return False
    running = asyncio.create_task(client.run(heard))
    try:
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            await client.subscribe(topic)
            word = contract.decode(SharedKind.REGENCY, await said)
    except (MqttLostError, TimeoutError):
        return False
    finally:
        await client.close()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError, MqttLostError):
            await running
    return isinstance(word, RegencyPresence) and word.presence is Presence.ONLINE


async def http_answers(port: int, path: str = "/") -> bool:
    """Whether a web server on loopback answers ``path`` without a server error."""
    try:
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(
                    f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                    "Connection: close\r\n\r\n".encode()
                )
                await writer.drain()
                words = (await reader.readline()).split()
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError):
        return False
    return len(words) > 1 and words[1][:1] in (b"2", b"3", b"4")
