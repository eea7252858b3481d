"""The whole agent in this process, and the world around it in another: one visit, and after it.

Devices speak their real bytes over pseudo-terminals, the screens speak over the real socket.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kiosk_lab import KIOSK, KioskLab, devices_in, make_kiosk, no_devices
from planted import (
    found_in_files,
    found_in_memory,
    found_in_text,
    planted_name,
    planted_nik,
)
from uplink_lab import eventually

from anjungan.appliance.agent.app import (
    DATABASE_NAME,
    EXIT_FAILED,
    EXIT_SETTINGS,
    SOCKET_NAME,
    run_agent,
    serve_agent,
)
from anjungan.appliance.agent.device_report import DeviceReport, read_device_report
from anjungan.appliance.drivers.device import Missing, Ready
from anjungan.appliance.storage.records import PrintJobId, PrintState
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.messages import Request
from anjungan.protocol.sealing import Opened, binding_of, unseal
from anjungan.protocol.topics import UpKind

FOLDER = Path(__file__).parent
PATIENCE_S = 60.0


def now() -> datetime:
    return datetime.now(UTC)


class World:
    """The other process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def begin(cls, kiosk: KioskLab, devices: Path) -> "World":
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                str(FOLDER / "visitor.py"),
                str(kiosk.runtime_dir / SOCKET_NAME),
                str(devices),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(FOLDER)},
            )
        )

    async def reaches(self, stage: str) -> dict[str, Any]:
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            line = await self._process.stdout.readline()
        told: dict[str, Any] = json.loads(line)
        assert told["stage"] == stage
        return told

    def may_go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")

    async def ends(self) -> int:
        async with asyncio.timeout(PATIENCE_S):
            return await self._process.wait()

    async def clean_up(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()


class Agent:
    """The agent as a task of this process; it ends by the signal that systemd sends."""

    def __init__(self, kiosk: KioskLab) -> None:
        self._task = asyncio.create_task(serve_agent(kiosk.settings))

    async def stop(self) -> None:
        if not self._task.done():
            os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            await self._task


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Where the service manager listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listening


async def word(systemd: socket.socket) -> bytes:
    """The next word but those to the watchdog, which come by the clock."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            said = await asyncio.get_running_loop().sock_recv(systemd, 100)
            if said != b"WATCHDOG=1":
                return said


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskLab:
    return make_kiosk(tmp_path, devices=devices_in(tmp_path))


@pytest.fixture
async def agent(kiosk: KioskLab, systemd: socket.socket) -> AsyncIterator[Agent]:
    agent = Agent(kiosk)
    assert await word(systemd) == b"READY=1"
    yield agent
    await agent.stop()
    assert await word(systemd) == b"STOPPING=1"


@pytest.fixture
async def world(kiosk: KioskLab, tmp_path: Path) -> AsyncIterator[World]:
    """Begun before the agent, so that no driver has to wait for its device."""
    world = await World.begin(kiosk, tmp_path)
    await world.reaches("devices are there")
    yield world
    await world.clean_up()


async def what_was_sent(kiosk: KioskLab) -> tuple[Request, Opened]:
    """The request that waits in the outbox, and its answers as the regency opens them."""
    path = kiosk.data_dir / DATABASE_NAME
    async with (await Storage.open(path, clock_now=now)).storage as storage:
        waiting = await storage.unsent(max_messages=99, max_bytes=1_000_000)
        job = await storage.print_job(PrintJobId(1))
    assert job is not None
    assert job.state is PrintState.CONFIRMED
    (sealed,) = [each for each in waiting if each.kind is UpKind.REQUEST]
    request = msgspec.json.decode(sealed.payload, type=Request)
    opened = unseal(request.sealed, binding_of(KIOSK, request), kiosk.private_key)
    assert isinstance(opened, Opened)
    return request, opened


async def test_a_whole_visit_leaves_a_request_and_nothing_of_the_resident(
    kiosk: KioskLab, world: World, agent: Agent, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await world.reaches("idle at first")
    world.may_go_on()

    await world.reaches("review")
    assert {"nik", "name"} <= set(found_in_memory()), "the search cannot find what is there"
    world.may_go_on()

    ticket = await world.reaches("ticket")
    assert ticket["papers"] == 2
    assert ticket["ticket_has_the_code"]
    assert not ticket["ticket_names_the_resident"]
    assert ticket["sheet_names_the_resident"]
    world.may_go_on()

    await world.reaches("idle again")
    assert found_in_memory() == {}
    assert found_in_files((kiosk.data_dir, kiosk.runtime_dir)) == set()
    assert found_in_text(caplog.text) == set()
    world.may_go_on()
    assert await world.ends() == 0
    await agent.stop()

    assert found_in_files((kiosk.data_dir, kiosk.runtime_dir)) == set()
    request, opened = await what_was_sent(kiosk)
    assert ticket["code"].replace("-", "") == request.ticket_code
    assert ticket["queue_number"] == request.queue_number
    values = {each.value for each in opened.answers.items}
    assert {planted_nik(), planted_name()} <= values
    assert request.card_link


class TestStartAndEnd:
    async def test_a_second_start_keeps_the_data_and_counts_the_boot(
        self, kiosk: KioskLab, systemd: socket.socket, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO")
        for boot in (1, 2):
            agent = Agent(kiosk)
            assert await word(systemd) == b"READY=1"
            await agent.stop()
            assert await word(systemd) == b"STOPPING=1"
            assert f"agent ready, boot {boot}" in caplog.text

    async def test_folders_belong_to_the_agent_alone(self, kiosk: KioskLab, agent: Agent) -> None:
        modes = {folder: folder.stat().st_mode & 0o777 for folder in folders(kiosk)}
        assert modes == {kiosk.data_dir: 0o700, kiosk.runtime_dir: 0o750}

    async def test_the_doctor_learns_what_the_agent_hears(
        self, kiosk: KioskLab, agent: Agent
    ) -> None:
        absent = dict.fromkeys(("card_reader", "scanner", "printer"), Missing("absent"))
        await eventually(lambda: read_device_report(kiosk.runtime_dir) == absent)

    async def test_what_an_earlier_agent_heard_is_no_news(
        self, tmp_path: Path, systemd: socket.socket
    ) -> None:
        kiosk = make_kiosk(tmp_path, devices=no_devices())
        kiosk.runtime_dir.mkdir()
        DeviceReport(kiosk.runtime_dir).write({"printer": Ready("ready")})
        agent = Agent(kiosk)
        assert await word(systemd) == b"READY=1"
        assert read_device_report(kiosk.runtime_dir) == {}
        await agent.stop()

    def test_wrong_keys_end_with_3(
        self, kiosk: KioskLab, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path(kiosk.settings.paths.village_key_file).unlink()
        assert run_agent(kiosk.settings) == EXIT_SETTINGS
        assert "village.key: cannot be read" in capsys.readouterr().err

    def test_a_database_that_cannot_be_opened_ends_with_1(
        self, kiosk: KioskLab, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (kiosk.data_dir / DATABASE_NAME).mkdir(parents=True)
        assert run_agent(kiosk.settings) == EXIT_FAILED
        assert "storage failed" in capsys.readouterr().err

    def test_a_part_that_fails_ends_with_1_and_is_logged(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A socket's path has at most 107 bytes (unix(7))."""
        kiosk = make_kiosk(tmp_path / ("x" * 100), devices=no_devices())
        assert run_agent(kiosk.settings) == EXIT_FAILED
        assert "the agent failed" in caplog.text


def folders(kiosk: KioskLab) -> tuple[Path, Path]:
    return kiosk.data_dir, kiosk.runtime_dir
