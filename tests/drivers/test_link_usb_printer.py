"""The kernel's USB printer as a line.

A pair of packet sockets stands for it where a terminal cannot: an empty packet reads as zero bytes
though the printer is there, which is what usblp gives again and again.
"""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator

import pytest

from anjungan.appliance.drivers.link import usb_printer_link
from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout
from anjungan.appliance.drivers.link.usb_printer_link import UsbPrinterLink, open_usb_printer


class Usblp:
    """A printer's node: the driver's end is given out at every opening, the other is ours."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.printer, self._driver = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.printer.setblocking(False)

    def open_node(self, path: str) -> int:
        self.opened.append(path)
        self._driver.setblocking(False)
        return os.dup(self._driver.fileno())

    def close(self) -> None:
        self.printer.close()
        self._driver.close()


async def fill(link: UsbPrinterLink) -> None:
    for _ in range(10_000):
        await link.write(bytes(4096), 0.05)


@pytest.fixture
async def usblp() -> AsyncIterator[Usblp]:
    usblp = Usblp()
    yield usblp
    usblp.close()


@pytest.fixture
async def link(usblp: Usblp) -> AsyncIterator[UsbPrinterLink]:
    link = UsbPrinterLink("/dev/usb/lp0", open_node=usblp.open_node)
    await link.open()
    yield link
    await link.close()


async def test_empty_packets_again_and_again_are_no_hang_up_and_no_answer(
    usblp: Usblp, link: UsbPrinterLink
) -> None:
    reading = asyncio.create_task(link.read(10, 30.0))
    for _ in range(5):
        usblp.printer.send(b"")
    await asyncio.sleep(0.02)
    assert not reading.done()
    usblp.printer.send(b"\x12")
    assert await reading == b"\x12"
    usblp.printer.send(b"")
    assert await link.read(10, 0.1) == b""
    await link.write(b"\x10\x04\x01", 5.0)
    assert usblp.printer.recv(100) == b"\x10\x04\x01"


async def test_a_printer_with_nothing_to_say_is_looked_at_with_rests(
    usblp: Usblp, link: UsbPrinterLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []

    def nothing(fd: int) -> bytes:
        reads.append(fd)
        return b""

    assert link._line is not None
    monkeypatch.setattr(link._line, "_read_some", nothing)
    usblp.printer.send(b"")  # and it stays ready to read, as nobody takes the packet
    for _ in range(3):
        assert await link.read(10, 0.05) == b""
    assert 1 <= len(reads) <= 10  # without rests there would be thousands


async def test_unplugged_while_waiting(
    usblp: Usblp, link: UsbPrinterLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(fd: int) -> bytes:
        raise OSError(errno.ENODEV, "No such device")

    reading = asyncio.create_task(link.read(10, 30.0))
    await asyncio.sleep(0)
    assert link._line is not None
    monkeypatch.setattr(link._line, "_read_some", gone)
    usblp.printer.send(b"")
    with pytest.raises(LinkLost) as caught:
        await asyncio.wait_for(reading, 20)
    assert caught.value.reason == "absent"


async def test_a_printer_without_paper_takes_nothing_and_the_write_ends_in_time(
    usblp: Usblp, link: UsbPrinterLink
) -> None:
    with pytest.raises(LinkTimeout) as caught:
        await fill(link)
    assert caught.value.written_bytes == 0
    while True:
        try:
            usblp.printer.recv(8192)
        except BlockingIOError:
            break
    await link.write(b"after the paper was put in", 5.0)
    assert usblp.printer.recv(100) == b"after the paper was put in"


async def test_one_that_claims_to_take_bytes_and_takes_none_is_tried_with_rests(
    usblp: Usblp, link: UsbPrinterLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def takes_nothing(fd: int, data: bytes) -> int:
        tries.append(fd)
        if len(tries) > 8:
            return real_write(fd, data)
        raise BlockingIOError

    real_write = os.write
    monkeypatch.setattr(os, "write", takes_nothing)
    with pytest.raises(LinkTimeout):
        await link.write(b"ticket", 0.12)
    assert 1 <= len(tries) <= 8  # without rests there would be thousands, and the ninth succeeds
    await link.write(b"ticket", 20.0)
    assert usblp.printer.recv(100) == b"ticket"


async def test_absent_held_and_not_permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, reason in (
        (errno.ENOENT, "absent"),
        (errno.ENXIO, "absent"),
        (errno.EBUSY, "held by another program"),
        (errno.EACCES, "Permission denied"),
    ):

        def refuse(path: str, number: int = number) -> int:
            raise OSError(number, os.strerror(number))

        link = UsbPrinterLink("/dev/usb/lp0", open_node=refuse)
        with pytest.raises(LinkLost) as caught:
            await link.open()
        assert caught.value.reason == reason
        await link.close()


async def test_the_symlink_is_followed_at_every_opening_and_no_descriptor_is_left(
    usblp: Usblp,
) -> None:
    link = UsbPrinterLink("/dev/anjungan/printer", open_node=usblp.open_node)
    assert link.path == "/dev/anjungan/printer"
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the kernel's list, not a folder
    for _ in range(3):
        await link.open()
        with pytest.raises(RuntimeError):
            await link.open()
        await link.close()
        await link.close()
    assert usblp.opened == ["/dev/anjungan/printer"] * 3
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - see above


def test_the_node_is_opened_to_read_and_write_without_blocking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flags: list[int] = []

    def opened(path: str, flag: int) -> int:
        flags.append(flag)
        return 77

    monkeypatch.setattr(usb_printer_link.os, "open", opened)
    assert open_usb_printer("/dev/usb/lp0") == 77
    assert flags[0] & os.O_ACCMODE == os.O_RDWR
    for flag in (os.O_NONBLOCK, os.O_CLOEXEC, os.O_NOCTTY):
        assert flags[0] & flag
