import asyncio
import os
from pathlib import Path

import pytest

from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.simulation.pty_line import PtyLine
from anjungan.simulation.simulated_line import Direction


async def test_a_client_may_come_and_go_and_the_log_sees_both_directions(tmp_path: Path) -> None:
    log: list[tuple[Direction, bytes]] = []
    got = asyncio.Queue[bytes]()
    line = PtyLine(
        tmp_path / "dev", got.put_nowait, byte_log=lambda way, data: log.append((way, data))
    )
    assert not line.is_plugged
    line.plug()
    line.plug()
    assert line.is_plugged
    for _ in range(2):
        link = SerialLink(str(line.path))
        await link.open()
        await link.write(b"\r\n\x03", 1.0)
        assert await asyncio.wait_for(got.get(), 5.0) == b"\r\n\x03"
        line.inject(b"\x04\n")
        assert await link.read(10, 5.0) == b"\x04\n"
        await link.close()
    assert log == [(Direction.FROM_HOST, b"\r\n\x03"), (Direction.TO_HOST, b"\x04\n")] * 2
    line.unplug()
    line.unplug()
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - a short look at an empty folder


async def test_what_the_host_does_not_read_is_kept_and_can_be_forgotten(tmp_path: Path) -> None:
    line = PtyLine(tmp_path / "dev", lambda _: None)
    line.send(b"nobody hears")  # unplugged: lost
    line.plug()
    link = SerialLink(str(line.path))
    await link.open()
    line.send(bytes(50_000))
    line.send(b"end")
    assert line.unsent_bytes > 0
    got = b""
    while len(got) < 50_003:
        got += await link.read(4096, 5.0)
    assert got.endswith(b"\x00end")
    assert line.unsent_bytes == 0
    line.send(bytes(50_000))
    line.forget_unsent()
    assert line.unsent_bytes == 0
    await link.close()
    line.unplug()


async def test_a_path_that_cannot_be_written_leaves_no_terminal_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the kernel's list, not a folder
    line = PtyLine(tmp_path / "missing" / "dev", lambda _: None)
    with pytest.raises(OSError, match="missing"):
        line.plug()
    assert not line.is_plugged
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - see above


async def test_unplugging_leaves_a_link_that_another_line_took_over(tmp_path: Path) -> None:
    old = PtyLine(tmp_path / "dev", lambda _: None)
    new = PtyLine(tmp_path / "dev", lambda _: None)
    old.plug()
    with pytest.raises(FileExistsError):
        new.plug()
    assert old.path.resolve().is_char_device()
    old.path.unlink()
    new.plug()
    old.unplug()
    assert new.path.is_symlink()
    new.unplug()
    assert not new.path.is_symlink()


@pytest.mark.parametrize("while_plugged", [True, False])
async def test_the_file_of_another_at_the_path_is_never_touched(
    tmp_path: Path, *, while_plugged: bool
) -> None:
    line = PtyLine(tmp_path / "dev", lambda _: None)
    line.plug()
    if while_plugged:
        line.path.unlink()
        line.path.write_text("mine")
    line.unplug()
    line.path.write_text("mine")
    with pytest.raises(FileExistsError):
        line.plug()
    assert not line.is_plugged
    assert line.path.read_text() == "mine"


async def test_only_a_link_to_a_terminal_that_is_gone_is_replaced(tmp_path: Path) -> None:
    master, slave = os.openpty()
    line = PtyLine(tmp_path / "dev", lambda _: None)
    line.path.symlink_to(os.ttyname(slave))
    with pytest.raises(FileExistsError):
        line.plug()
    os.close(slave)
    os.close(master)
    line.plug()
    line.unplug()
    assert not line.path.is_symlink()
    line.path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        line.plug()
    assert line.path.is_symlink()


async def test_the_line_is_raw_before_any_client_sets_it_up(tmp_path: Path) -> None:
    got = bytearray()
    line = PtyLine(tmp_path / "dev", got.extend)
    line.plug()
    fd = os.open(line.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    arrived = asyncio.Event()
    asyncio.get_running_loop().add_reader(fd, arrived.set)
    line.send(b"\x03a\r\x04")
    await asyncio.wait_for(arrived.wait(), 5.0)
    assert os.read(fd, 99) == b"\x03a\r\x04"
    asyncio.get_running_loop().remove_reader(fd)
    os.write(fd, b"\n")
    async with asyncio.timeout(5):
        while not got:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.001)
    assert bytes(got) == b"\n"  # no echo of what was sent, no carriage return added
    os.close(fd)
    line.unplug()
