import asyncio
import errno
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from anjungan.appliance.drivers.device import Missing, Pacing, Ready
from anjungan.appliance.drivers.hotplug import udev_monitor
from anjungan.appliance.drivers.hotplug.udev_monitor import Arrival, NoUdevError, UdevMonitor
from anjungan.appliance.drivers.hotplug.watch import HotplugWatch
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.scanner.line_scanner import LineScanner
from anjungan.appliance.drivers.scanner.scan import Scanned
from anjungan.simulation.scanner import ScannerSimulator

NEVER_S = 3600.0
FOR_EVER = Pacing(base_s=NEVER_S, cap_s=NEVER_S, floor_s=NEVER_S)


class FakeMonitor:
    """udev, as far as the watch knows it."""

    def __init__(self) -> None:
        self.tell: Arrival | None = None
        self.is_closed = False

    def open(self, arrived: Arrival) -> "FakeMonitor":
        self.tell = arrived
        return self

    def close(self) -> None:
        self.is_closed = True


def no_udev(arrived: Arrival) -> FakeMonitor:
    raise NoUdevError("no netlink")


class Looks:
    """Waits on one watch, and what became of them."""

    def __init__(self, watch: HotplugWatch) -> None:
        self.watch = watch
        self.tasks: list[asyncio.Task[None]] = []

    async def wait_for(self, path: Path, delay_s: float = NEVER_S) -> "asyncio.Task[None]":
        sleep: Callable[[float], Awaitable[None]] = self.watch.pacing(str(path)).sleep

        async def wait() -> None:
            await sleep(delay_s)

        self.tasks.append(asyncio.create_task(wait()))
        await asyncio.sleep(0)
        return self.tasks[-1]


@pytest.fixture
def monitor() -> FakeMonitor:
    return FakeMonitor()


@pytest.fixture
async def looks(monitor: FakeMonitor, start: Callable[..., Any]) -> AsyncIterator[Looks]:
    watch = HotplugWatch(open_monitor=monitor.open)
    start(watch.run())
    await asyncio.sleep(0)
    looks = Looks(watch)
    yield looks
    for task in looks.tasks:
        task.cancel()
    await asyncio.gather(*looks.tasks, return_exceptions=True)


@pytest.fixture
async def polled(start: Callable[..., Any]) -> AsyncIterator[Looks]:
    watch = HotplugWatch(open_monitor=no_udev, poll_interval_s=0.005)
    start(watch.run())
    await asyncio.sleep(0)
    assert watch.polls
    looks = Looks(watch)
    yield looks
    for task in looks.tasks:
        task.cancel()
    await asyncio.gather(*looks.tasks, return_exceptions=True)


async def woken(*waiting: "asyncio.Task[None]") -> None:
    for task in waiting:
        await asyncio.wait_for(task, 20)


async def test_a_wait_ends_when_udev_names_its_node(monitor: FakeMonitor, looks: Looks) -> None:
    here, there = Path("/dev/anjungan/nfc"), Path("/dev/anjungan/scanner")
    nfc, again, scanner = [await looks.wait_for(path) for path in (here, here, there)]
    assert monitor.tell is not None
    monitor.tell(frozenset({"/dev/ttyUSB0", str(here)}))
    await woken(nfc, again)
    assert not scanner.done()
    monitor.tell(frozenset({str(there)}))
    await woken(scanner)


async def test_a_wait_that_nobody_ends_takes_its_time_and_is_forgotten(looks: Looks) -> None:
    await woken(await looks.wait_for(Path("/dev/anjungan/nfc"), 0.01))
    assert not looks.watch._waiting


async def test_a_cancelled_wait_is_forgotten(looks: Looks) -> None:
    waiting = await looks.wait_for(Path("/dev/anjungan/nfc"))
    assert len(looks.watch._waiting) == 1
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not looks.watch._waiting


async def test_any_message_makes_everybody_look(
    monitor: FakeMonitor, looks: Looks, tmp_path: Path
) -> None:
    node = tmp_path / "nfc"
    waiting = await looks.wait_for(node)
    assert monitor.tell is not None
    monitor.tell(frozenset())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    node.touch()
    monitor.tell(frozenset())
    await woken(waiting)


async def test_the_monitor_is_closed_with_the_watch(monitor: FakeMonitor) -> None:
    watch = HotplugWatch(open_monitor=monitor.open)
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert monitor.is_closed


async def test_polling_finds_a_node_that_comes_and_only_then(polled: Looks, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    absent = await polled.wait_for(tmp_path / "nfc")
    there = await polled.wait_for(tmp_path / "there")
    await asyncio.sleep(0.05)
    assert not absent.done()
    assert not there.done()  # it stood there when the wait began: the driver has just tried it
    (tmp_path / "nfc").touch()
    await woken(absent)
    assert not there.done()


async def test_polling_notices_a_node_that_went_and_came_back(
    polled: Looks, tmp_path: Path
) -> None:
    node = tmp_path / "nfc"
    node.touch()
    waiting = await polled.wait_for(node)
    node.unlink()
    (tmp_path / "takes the number").touch()
    node.touch()
    await woken(waiting)


async def test_polling_notices_that_a_node_may_be_opened_now(polled: Looks, tmp_path: Path) -> None:
    node = tmp_path / "nfc"
    node.touch(0o000)
    waiting = await polled.wait_for(node)
    node.chmod(0o660)  # as udev does, a moment after the node came
    await woken(waiting)


async def test_nothing_is_looked_for_while_nobody_waits(
    polled: Looks, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    counted: list[None] = []
    look = polled.watch._look
    monkeypatch.setattr(polled.watch, "_look", lambda: (counted.append(None), look()))
    await asyncio.sleep(0.05)
    assert counted == []
    await woken(await polled.wait_for(tmp_path / "nfc", 0.05))
    assert counted


@pytest.mark.parametrize(
    "error", [OSError(errno.EPERM, "x"), AttributeError("libudev"), NoUdevError]
)
async def test_whatever_udev_does_the_watch_polls(error: Exception) -> None:
    def broken(arrived: Arrival) -> FakeMonitor:
        raise error

    watch = HotplugWatch(open_monitor=broken)
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(0)
    assert watch.polls
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_machine_where_udev_does_not_run_has_none(tmp_path: Path) -> None:
    with pytest.raises(NoUdevError, match="does not run"):
        UdevMonitor(lambda _: None, control=tmp_path / "control")


async def test_without_netlink_there_is_no_udev(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyudev  # noqa: PLC0415 - opens libudev

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")

    monkeypatch.setattr(pyudev.Monitor, "from_netlink", refused)
    with pytest.raises(NoUdevError, match="not supported"):
        UdevMonitor(lambda _: None, control=tmp_path)


async def test_without_pyudev_there_is_no_udev(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyudev", None)
    with pytest.raises(NoUdevError, match="not installed"):
        UdevMonitor(lambda _: None, control=tmp_path)


async def test_when_messages_were_lost_everybody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Overrun:
        def __init__(self, fd: int) -> None:
            self.fileno = lambda: fd

        def poll(self, timeout: float) -> None:
            os.read(self.fileno(), 1)
            raise OSError(errno.ENOBUFS, "No buffer space available")

    reading, writing = os.pipe()
    monkeypatch.setattr(udev_monitor, "_open_monitor", lambda: Overrun(reading))
    told = asyncio.Queue[frozenset[str]]()
    monitor = UdevMonitor(told.put_nowait, control=tmp_path)
    os.write(writing, b"x")
    assert await asyncio.wait_for(told.get(), 20) == frozenset()
    monitor.close()
    os.close(reading)
    os.close(writing)


async def test_a_driver_whose_back_off_never_ends_reopens_when_its_node_is_there(
    polled: Looks, tmp_path: Path, recorder: Callable[[], Any], start: Callable[..., Any]
) -> None:
    path = tmp_path / "scanner"
    scans, states = recorder(), recorder()
    driver = LineScanner(
        SerialLink(str(path)),
        on_scan=scans,
        on_state=states,
        pacing=polled.watch.pacing(str(path), FOR_EVER),
    )
    start(driver.run())
    simulator = ScannerSimulator(path)
    for code in ("ONE", "TWO"):
        await states.last_of(Missing)
        simulator.plug()
        await states.last(Ready("listening"))
        simulator.scan(code)
        await scans.last(Scanned(code))
        simulator.unplug()
    await states.last_of(Missing)
