"""How the machine feels; what cannot be read is left out."""

from pathlib import Path

import pytest

from anjungan.appliance.agent import health as module
from anjungan.appliance.agent.health import read_health
from anjungan.protocol.messages import DeviceHealth

PRINTER = DeviceHealth(name="printer", kind="printer", state="ready", code="")


def test_a_machine_that_tells_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thermal, memory = tmp_path / "temp", tmp_path / "meminfo"
    thermal.write_text("48312\n")
    memory.write_text("MemTotal: 4 kB\nMemAvailable:     2048 kB\n")
    monkeypatch.setattr(module, "_THERMAL", thermal)
    monkeypatch.setattr(module, "_MEMORY", memory)
    reading = read_health(tmp_path, devices=(PRINTER,), screens_up=True)
    assert reading.cpu_temperature_c == pytest.approx(48.312)
    assert reading.memory_available_bytes == 2048 * 1024
    assert reading.devices == (PRINTER,)
    assert reading.screens_up
    assert reading.uptime_s > 0
    assert reading.disk_free_bytes is not None
    assert reading.disk_free_bytes > 0
    assert reading.load_1min is not None


@pytest.mark.parametrize("content", [None, "nonsense"])
def test_a_machine_that_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    file = tmp_path / "reading"
    if content is not None:
        file.write_text(content)
    monkeypatch.setattr(module, "_THERMAL", file)
    monkeypatch.setattr(module, "_MEMORY", file)

    def fail() -> None:
        raise OSError

    monkeypatch.setattr(module.os, "getloadavg", fail)
    reading = read_health(tmp_path / "missing", devices=(), screens_up=False)
    assert reading.cpu_temperature_c is None
    assert reading.memory_available_bytes is None
    assert reading.disk_free_bytes is None
    assert reading.load_1min is None
