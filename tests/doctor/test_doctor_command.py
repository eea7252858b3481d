"""The command itself: languages, exit codes, text."""

from pathlib import Path

import pytest
from kiosk_lab import make_kiosk

from anjungan.cli import main


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


def test_wrong_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "nothing.toml"
    assert main(["doctor", "--config", str(missing)]) == 3
    assert str(missing) in capsys.readouterr().out
