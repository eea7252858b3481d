"""``anjungan config show``."""

import json
from pathlib import Path

import pytest

from anjungan.cli import main


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    file = tmp_path / "site.toml"
    file.write_text('[office]\nplace = "Kantor Kelurahan"\n')
    return file


def test_every_value_with_its_origin(
    site_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANJUNGAN__LINE__PORT", "1999")
    assert main(["config", "show", "--config", str(site_file)]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["office.place"].endswith(f'"Kantor Kelurahan"  [{site_file}]')
    assert lines["line.port"].endswith("1999  [$ANJUNGAN__LINE__PORT]")
    assert lines["line.host"].endswith('"localhost"  [default]')


def test_for_programs(site_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "--config", str(site_file), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["office.place"] == {"value": "Kantor Kelurahan", "origin": str(site_file)}


def test_wrong_settings_end_with_3(site_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site_file.write_text("[line]\nport = 0\n")
    assert main(["config", "show", "--config", str(site_file)]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"anjungan: {site_file}: line.port" in captured.err
