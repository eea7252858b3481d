import os
from pathlib import Path

import pytest

from anjungan.appliance.drivers.card_reader.evdev_node import EVENT
from anjungan.appliance.drivers.card_reader.typed_identifier import TypedAs
from anjungan.appliance.drivers.card_reader.typed_keys import TypedKeys
from anjungan.simulation.simulated_line import Direction
from anjungan.simulation.wedge import WedgeSimulator, written


@pytest.mark.parametrize(
    ("identifier", "types", "text"),
    [
        ("04112233", "decimal-le", "0857870596"),
        ("04112233", "decimal-be", "0068231731"),
        ("04112233", "hex", "04112233"),
        ("04a1b2c3d4e5f6", "decimal-be", "01303689068602870"),
        ("04a1b2c3d4e5f6", "hex", "04A1B2C3D4E5F6"),
    ],
)
def test_what_is_typed(identifier: str, types: TypedAs, text: str) -> None:
    assert written(bytes.fromhex(identifier), types) == text


def test_the_records_of_a_key(tmp_path: Path) -> None:
    log: list[tuple[Direction, bytes]] = []
    sim = WedgeSimulator(tmp_path / "w", byte_log=lambda *entry: log.append(entry))
    sim.start()
    fd = os.open(sim.line.address, os.O_RDONLY | os.O_NONBLOCK)
    sim.type_line("7", end="")
    data = os.read(fd, 4096)
    assert log == [(Direction.TO_HOST, data)]
    records = [(kind, code, value) for _, _, kind, code, value in EVENT.iter_unpack(data)]
    assert records == [(4, 4, 0x70008), (1, 8, 1), (0, 0, 0), (4, 4, 0x70008), (1, 8, 0), (0, 0, 0)]
    os.close(fd)
    sim.stop()
    assert not (tmp_path / "w").exists()


def test_who_does_not_read_is_told_that_events_were_dropped(tmp_path: Path) -> None:
    sim = WedgeSimulator(tmp_path / "w")
    sim.start()
    fd = os.open(sim.line.address, os.O_RDONLY | os.O_NONBLOCK)
    keys = TypedKeys()
    sim.type_line("1" * 600)
    keys.feed(os.read(fd, 65_536))
    sim.type_line("23")
    sim.type_line("45")
    assert keys.feed(os.read(fd, 65_536)) == ["45"]
    os.close(fd)
    sim.stop()


def test_another_reader_at_the_same_path_is_left_alone(tmp_path: Path) -> None:
    first, second = WedgeSimulator(tmp_path / "w"), WedgeSimulator(tmp_path / "w")
    first.start()
    with pytest.raises(FileExistsError):
        second.start()
    assert os.listdir(tmp_path) == ["w"]  # noqa: PTH208 - a short look
    (tmp_path / "w").unlink()
    second.start()
    first.stop()
    assert (tmp_path / "w").exists()
    (tmp_path / "w").unlink()
    second.stop()


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        WedgeSimulator(tmp_path / "absent" / "w").start()
