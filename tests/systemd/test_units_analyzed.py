"""What systemd itself says of the units.

``ExecStart`` has to exist for ``systemd-analyze verify``, so the units are checked as copies in
which /opt/anjungan/ is a temporary folder with a program of that name; all else is as shipped.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from unit_files import FOLDER, install_in, services

INSTALL = "systemd-analyze is missing: apt-get install -y systemd"
BUDGET_TENTHS = 20


@pytest.fixture(scope="module")
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.fail(INSTALL)
    return found


def verify(analyze: str, units: list[Path]) -> tuple[int, str]:
    """Exit code and everything said. A wrong key is only said: the code stays 0."""
    done = subprocess.run(
        [analyze, "verify", "--man=no", "--recursive-errors=yes", *map(str, units)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def security(analyze: str, unit: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [analyze, "security", "--offline=true", f"--threshold={BUDGET_TENTHS}", str(unit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_systemd_has_nothing_to_say_about_the_units(analyze: str, tmp_path: Path) -> None:
    assert verify(analyze, install_in(tmp_path)) == (0, "")


def test_a_misspelt_key_would_be_noticed(analyze: str, tmp_path: Path) -> None:
    units = install_in(tmp_path)
    agent = tmp_path / "anjungan-agent.service"
    agent.write_text(agent.read_text().replace("WatchdogSec=", "WatchdogSecs="))
    _code, said = verify(analyze, units)
    assert "WatchdogSecs" in said


def test_a_program_that_is_not_there_would_be_noticed(analyze: str, tmp_path: Path) -> None:
    units = install_in(tmp_path)
    (tmp_path / "program" / "bin" / "python").unlink()
    code, said = verify(analyze, units)
    assert code != 0
    assert "is not executable" in said


@pytest.mark.parametrize("service", services(), ids=lambda file: file.name)
def test_every_service_is_within_the_budget_of_exposure(analyze: str, service: Path) -> None:
    done = security(analyze, service)
    assert done.returncode == 0, done.stdout


def test_a_service_without_hardening_would_be_noticed(analyze: str, tmp_path: Path) -> None:
    bare = tmp_path / "bare.service"
    bare.write_text("[Service]\nExecStart=/bin/true\nUser=nobody\n")
    assert security(analyze, bare).returncode != 0


def test_systemd_makes_the_users_with_the_groups_of_their_devices(tmp_path: Path) -> None:
    sysusers = shutil.which("systemd-sysusers")
    assert sysusers, INSTALL
    (tmp_path / "etc").mkdir()
    config = FOLDER / "sysusers.d" / "anjungan.conf"
    done = subprocess.run(
        [sysusers, f"--root={tmp_path}", str(config)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split(":") for line in (tmp_path / "etc" / "group").read_text().splitlines()]
    members = {group: set(who.split(",")) - {""} for group, _password, _number, who in rows}
    joined = {
        user: {group for group, who in members.items() if user in who}
        for user in ("anjungan", "anjungan-screens")
    }
    assert joined == {
        "anjungan": {"dialout", "gpio", "lp", "input", "audio"},
        "anjungan-screens": {"video", "render", "input"},
    }
