"""The units of the regency's broker, as systemd reads them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from unit_files import FOLDER, read_unit

UNITS = FOLDER / "regency"


@pytest.fixture
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("systemd-analyze is missing: apt-get install -y systemd")
    return found


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_has_nothing_to_say_about_them(analyze: str, tmp_path: Path) -> None:
    for file in UNITS.iterdir():
        # the broker itself may be missing on this machine
        text = file.read_text().replace("/usr/sbin/mosquitto", "/bin/true")
        (tmp_path / file.name).write_text(text)
    units = sorted(str(file) for file in tmp_path.iterdir())
    done = run(analyze, "verify", "--man=no", "--recursive-errors=no", *units)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_broker_is_within_the_budget_of_exposure(analyze: str) -> None:
    done = run(
        *(analyze, "security", "--offline=true", "--threshold=30"),
        str(UNITS / "anjungan-broker.service"),
    )
    assert done.returncode == 0, done.stdout


def test_what_the_watch_replaces_is_what_is_watched() -> None:
    broker = read_unit(UNITS / "anjungan-broker.service")["Service"]
    folder = Path(broker["ExecStart"][0].split()[-1]).parent
    watched = read_unit(UNITS / "anjungan-broker-reload.path")["Path"]["PathChanged"]
    assert watched == [str(folder / name) for name in ("crl.pem", "trusted.pem", "server.pem")]
    assert "anjungan-broker.service" in (UNITS / "anjungan-broker-reload.service").read_text()
