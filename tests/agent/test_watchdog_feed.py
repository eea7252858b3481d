"""systemd is told the truth: over a real datagram socket, and only while everything works."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from anjungan.appliance.agent import watchdog as module
from anjungan.appliance.agent.watchdog import ServiceManager, feed, service_manager

FED = b"WATCHDOG=1"
SHORT_USEC = "30000"
"""Fed every 10 ms."""


@contextmanager
def notify_socket(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address)
        listening.setblocking(False)
        yield listening


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[socket.socket]:
    with notify_socket(str(tmp_path / "notify")) as listening:
        yield listening


@pytest.fixture
def manager(heard: socket.socket) -> ServiceManager:
    return ServiceManager({"NOTIFY_SOCKET": heard.getsockname(), "WATCHDOG_USEC": SHORT_USEC})


async def next_word(heard: socket.socket) -> bytes:
    async with asyncio.timeout(5):
        return await asyncio.get_running_loop().sock_recv(heard, 100)


def nothing_is_heard(heard: socket.socket) -> bool:
    try:
        heard.recv(100)
    except BlockingIOError:
        return True
    return False


class Work:
    """What the watchdog asks, and how often it asked."""

    def __init__(self) -> None:
        self.ticks = 0
        self.hangs = False
        self.fails = False
        self.stands_still = False
        self.questions: asyncio.Queue[None] = asyncio.Queue()
        self.looks: asyncio.Queue[None] = asyncio.Queue()

    async def storage(self) -> None:
        self.questions.put_nowait(None)
        if self.fails:
            raise OSError(5, "Input/output error")
        if self.hangs:
            await asyncio.get_running_loop().create_future()

    def session(self) -> int:
        self.looks.put_nowait(None)
        self.ticks += not self.stands_still
        return self.ticks


async def times(asked: "asyncio.Queue[None]", count: int) -> None:
    async with asyncio.timeout(5):
        for _ in range(count):
            await asked.get()


@asynccontextmanager
async def feeding(manager: ServiceManager, work: Work) -> AsyncIterator[None]:
    task = asyncio.create_task(feed(manager, ask_storage=work.storage, session_ticks=work.session))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class TestServiceManager:
    def test_a_third_of_the_limit(self) -> None:
        assert ServiceManager({"WATCHDOG_USEC": "90000000"}).interval_s == 30.0

    @pytest.mark.parametrize("environment", [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": ""}])
    def test_without_a_limit_work_is_still_watched(self, environment: dict[str, str]) -> None:
        assert ServiceManager(environment).interval_s == 10.0

    def test_a_word_arrives(self, manager: ServiceManager, heard: socket.socket) -> None:
        manager.tell("READY=1")
        assert heard.recv(100) == b"READY=1"

    def test_an_abstract_address(self) -> None:
        name = f"anjungan-test-{id(self)}"
        with notify_socket(f"\0{name}") as listening:
            ServiceManager({"NOTIFY_SOCKET": f"@{name}"}).tell("READY=1")
            assert listening.recv(100) == b"READY=1"

    def test_without_systemd_it_is_silent(self, caplog: pytest.LogCaptureFixture) -> None:
        ServiceManager({}).tell("READY=1")
        assert caplog.text == ""

    def test_a_lost_word_is_logged(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell("READY=1")
        assert "the service manager was not told" in caplog.text

    def test_the_environment_of_this_process(
        self, monkeypatch: pytest.MonkeyPatch, heard: socket.socket
    ) -> None:
        monkeypatch.setenv("NOTIFY_SOCKET", heard.getsockname())
        monkeypatch.setenv("WATCHDOG_USEC", "3000000")
        manager = service_manager()
        manager.tell("READY=1")
        assert heard.recv(100) == b"READY=1"
        assert manager.interval_s == 1.0


class TestFeeding:
    async def test_real_work_feeds_it(self, manager: ServiceManager, heard: socket.socket) -> None:
        async with feeding(manager, Work()):
            assert [await next_word(heard) for _ in range(3)] == [FED] * 3

    async def test_a_session_that_stands_still_does_not(
        self, manager: ServiceManager, heard: socket.socket, caplog: pytest.LogCaptureFixture
    ) -> None:
        work = Work()
        work.stands_still = True
        async with feeding(manager, work):
            # the first look has nothing to compare with
            assert await next_word(heard) == FED
            await times(work.looks, 4)
            assert nothing_is_heard(heard)
            assert "the session did not tick" in caplog.text
            work.stands_still = False
            assert await next_word(heard) == FED

    async def test_a_storage_that_hangs_does_not(
        self,
        manager: ServiceManager,
        heard: socket.socket,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setattr(module, "STORAGE_LIMIT_S", 0.01)
        work = Work()
        work.hangs = True
        async with feeding(manager, work):
            await times(work.questions, 3)
            assert nothing_is_heard(heard)
            assert "the storage did not answer" in caplog.text
            work.hangs = False
            assert await next_word(heard) == FED

    async def test_a_storage_that_fails_does_because_a_restart_would_not_mend_it(
        self, manager: ServiceManager, heard: socket.socket, caplog: pytest.LogCaptureFixture
    ) -> None:
        work = Work()
        work.fails = True
        async with feeding(manager, work):
            assert await next_word(heard) == FED
        assert "the storage failed" in caplog.text

    async def test_a_loop_that_was_late_does_not(
        self,
        manager: ServiceManager,
        heard: socket.socket,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """Every turn counts as late when the allowance is less than no time."""
        monkeypatch.setattr(module, "LATE_LOOP_S", -1.0)
        work = Work()
        async with feeding(manager, work):
            await times(work.looks, 4)
            assert nothing_is_heard(heard)
        assert "the event loop was" in caplog.text
