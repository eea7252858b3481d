"""Scenes of hot-plug with umockdev's udev; ``test_hotplug_udev.py`` runs each in its own process.

The library is preloaded by ``umockdev-wrapper`` before the interpreter starts, so a scene cannot
run inside the test itself.  A scene that does not hold ends with a traceback.
"""

import asyncio
import ctypes
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from anjungan.appliance.drivers.device import DeviceState, Missing, Pacing, Ready
from anjungan.appliance.drivers.hotplug.udev_monitor import UdevMonitor
from anjungan.appliance.drivers.hotplug.watch import HotplugWatch
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.scanner.line_scanner import LineScanner
from anjungan.appliance.drivers.scanner.scan import ScanEvent, Scanned
from anjungan.simulation.scanner import ScannerSimulator

PATIENCE_S = 20.0
NEVER_S = 3600.0


class Testbed:
    """umockdev's devices; made before udev is listened to.

    By way of its C library: the interpreter needs no GObject for it.
    """

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libumockdev.so.0")
        self._library.umockdev_testbed_new.restype = ctypes.c_void_p
        text = ctypes.c_char_p
        self._library.umockdev_testbed_add_from_string.argtypes = (
            ctypes.c_void_p,
            text,
            ctypes.c_void_p,
        )
        self._library.umockdev_testbed_uevent.argtypes = (ctypes.c_void_p, text, text)
        self._library.umockdev_testbed_remove_device.argtypes = (ctypes.c_void_p, text)
        self._minor = 0
        self._testbed = ctypes.c_void_p(self._library.umockdev_testbed_new())

    def plug(self, subsystem: str, node: str | None, *links: str) -> str:
        """Add a device, of which udev tells; return its place in sysfs."""
        self._minor += 1  # the testbed keeps the number of a device that was removed
        name = (node or "input7").rpartition("/")[2]
        lines = [f"P: /devices/usb1/{name}"]
        if node is not None:
            lines += [f"N: {node}", f"E: DEVNAME=/dev/{node}"]
        lines += [f"E: SUBSYSTEM={subsystem}", f"A: dev=188:{self._minor}\\n"]
        if links:
            lines.append(f"E: DEVLINKS={' '.join(links)}")
        description = "\n".join((*lines, "")).encode()
        added = self._library.umockdev_testbed_add_from_string(self._testbed, description, None)
        assert added, description
        return f"/sys/devices/usb1/{name}"

    def tell(self, place: str, action: str) -> None:
        self._library.umockdev_testbed_uevent(self._testbed, place.encode(), action.encode())

    def unplug(self, place: str) -> None:
        self.tell(place, "remove")
        self._library.umockdev_testbed_remove_device(self._testbed, place.encode())


class Told:
    """What was told, one after another."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[frozenset[str]] = asyncio.Queue()
        self.add = self._queue.put_nowait

    async def next(self) -> frozenset[str]:
        return await asyncio.wait_for(self._queue.get(), PATIENCE_S)

    @property
    def is_empty(self) -> bool:
        return self._queue.empty()


def control() -> Path:
    """Stand for udev's own socket, which umockdev does not have."""
    return Path(sys.executable)


async def devices_that_come() -> None:
    told = Told()
    testbed = Testbed()
    monitor = UdevMonitor(told.add, control=control())
    reader = testbed.plug("tty", "ttyUSB0", "/dev/anjungan/nfc", "/dev/serial/by-path/x")
    assert await told.next() == {"/dev/ttyUSB0", "/dev/anjungan/nfc", "/dev/serial/by-path/x"}
    testbed.plug("usbmisc", "usb/lp0", "/dev/anjungan/printer")
    assert await told.next() == {"/dev/usb/lp0", "/dev/anjungan/printer"}
    testbed.plug("hidraw", "hidraw3")
    assert await told.next() == {"/dev/hidraw3"}
    testbed.plug("input", "input/event4", "/dev/anjungan/wedge")
    assert await told.next() == {"/dev/input/event4", "/dev/anjungan/wedge"}
    testbed.tell(reader, "change")
    assert "/dev/ttyUSB0" in await told.next()
    testbed.tell(reader, "bind")
    assert "/dev/ttyUSB0" in await told.next()
    monitor.close()


async def what_is_not_told() -> None:
    told = Told()
    testbed = Testbed()
    monitor = UdevMonitor(told.add, control=control())
    testbed.plug("block", "sda")
    gone = testbed.plug("tty", "ttyUSB0")
    assert await told.next() == {"/dev/ttyUSB0"}
    testbed.unplug(gone)
    testbed.plug("input", None)  # the parent of an event node has none itself
    assert await told.next() == frozenset()
    testbed.plug("tty", "ttyACM1")
    assert await told.next() == {"/dev/ttyACM1"}
    monitor.close()
    testbed.plug("tty", "ttyACM2")
    await asyncio.sleep(0.05)
    assert told.is_empty


class Desk:
    """A real scanner driver, in a back-off that would never end, and its simulator."""

    def __init__(self, folder: Path, watch: HotplugWatch) -> None:
        self.states: asyncio.Queue[DeviceState] = asyncio.Queue()
        self.scans: asyncio.Queue[ScanEvent] = asyncio.Queue()
        self.path = folder / "scanner"
        self.simulator = ScannerSimulator(self.path)
        for_ever = Pacing(base_s=NEVER_S, cap_s=NEVER_S, floor_s=NEVER_S)
        self.driver = LineScanner(
            SerialLink(str(self.path)),
            on_scan=self.scans.put_nowait,
            on_state=lambda _, state: self.states.put_nowait(state),
            pacing=watch.pacing(str(self.path), for_ever),
        )

    async def until(self, kind: type[DeviceState]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not isinstance(await self.states.get(), kind):
                pass

    async def works(self, code: str) -> None:
        self.simulator.scan(code)
        assert await asyncio.wait_for(self.scans.get(), PATIENCE_S) == Scanned(code)


async def with_desk(scene: Callable[[Desk, Testbed], Awaitable[None]]) -> None:
    testbed = Testbed()
    watch = HotplugWatch(open_monitor=lambda arrived: UdevMonitor(arrived, control=control()))
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder), watch)
        tasks = [asyncio.create_task(watch.run()), asyncio.create_task(desk.driver.run())]
        try:
            await desk.until(Missing)
            await asyncio.sleep(0)
            assert not watch.polls
            await scene(desk, testbed)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            desk.simulator.stop()


async def reopened_at_once(desk: Desk, testbed: Testbed) -> None:
    for round_number in range(3):
        desk.simulator.plug()
        place = testbed.plug("tty", f"ttyACM{round_number}", str(desk.path))
        await desk.until(Ready)
        await desk.works(f"CODE-{round_number}")
        desk.simulator.unplug()
        testbed.unplug(place)
        await desk.until(Missing)


async def another_device_wakes_nobody(desk: Desk, testbed: Testbed) -> None:
    testbed.plug("tty", "ttyUSB5", "/dev/anjungan/another")
    await asyncio.sleep(0.1)
    assert desk.states.empty()
    assert isinstance(desk.driver.state, Missing)
    desk.simulator.plug()  # with another device's message everybody looks
    testbed.plug("tty", "ttyUSB6", "/dev/anjungan/yet-another")
    await desk.until(Ready)


SCENES: dict[str, Callable[[], Awaitable[None]]] = {
    "devices_that_come": devices_that_come,
    "what_is_not_told": what_is_not_told,
    "reopened_at_once": lambda: with_desk(reopened_at_once),
    "another_device_wakes_nobody": lambda: with_desk(another_device_wakes_nobody),
}


async def play(name: str) -> None:
    await SCENES[name]()


if __name__ == "__main__":
    asyncio.run(play(sys.argv[1]))
