"""The command itself: languages, exit codes, text."""

import os
from pathlib import Path

import pytest
from kiosk_lab import make_kiosk

from anjungan.appliance.doctor import examine as examine_module
from anjungan.appliance.doctor.examine import Diagnosis
from anjungan.cli import main


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets a variable for lgpio; it shall not outlive the test."""
    monkeypatch.setenv("LG_WD", "")
    monkeypatch.delenv("LG_WD")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return make_kiosk(tmp_path).write_config(tmp_path / "site.toml")


def test_indonesian_is_the_default(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--config", str(config)]) == 1
    out = capsys.readouterr().out
    assert "[BAIK] Pengaturan" in out
    assert "[SALAH] Jalur ke kabupaten 127.0.0.1:1" in out
    assert "    perbaikan : periksa internet" in out
    assert "Yang salah: 1." in out


def test_english(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--config", str(config), "--language", "en"]) == 1
    out = capsys.readouterr().out
    assert "[GOOD] Settings" in out
    assert "    expected: a broker that takes connections" in out
    assert "[NOTE] Agent" in out


def test_the_fifo_of_lgpio_gets_a_folder_that_can_be_written_and_is_gone(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pins are asked wherever the technician stands."""
    monkeypatch.delenv("LG_WD", raising=False)
    seen: list[Path] = []

    async def look(file: Path) -> Diagnosis:
        folder = Path(os.environ["LG_WD"])
        (folder / "fifo").touch()
        seen.append(folder)
        assert file == config
        return Diagnosis((), 0)

    monkeypatch.setattr(examine_module, "examine", look)
    monkeypatch.chdir(config.parent)
    assert main(["doctor", "--config", config.name]) == 0
    assert not seen[0].exists()


def test_wrong_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "nothing.toml"
    assert main(["doctor", "--config", str(missing)]) == 3
    assert str(missing) in capsys.readouterr().out
