"""``anjungan agent`` as systemd runs it."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from kiosk_lab import make_kiosk, no_devices

from anjungan.appliance import logs, secrecy
from anjungan.appliance.agent import app
from anjungan.appliance.settings.site import SiteSettings
from anjungan.cli import main

PATIENCE_S = 60.0


@pytest.fixture
def harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process does to itself for good is left out in this one."""
    monkeypatch.setattr(logs, "set_up_logging", lambda: None)
    monkeypatch.setattr(secrecy, "forbid_dumps", lambda: None)


@pytest.mark.usefixtures("harmless")
class TestExitCodes:
    def test_the_agents_own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        given: list[SiteSettings] = []

        def run(settings: SiteSettings) -> int:
            given.append(settings)
            return 1

        monkeypatch.setattr(app, "run_agent", run)
        kiosk = make_kiosk(tmp_path)
        config = kiosk.write_config(tmp_path / "site.toml")
        assert main(["agent", "--config", str(config)]) == 1
        assert given == [kiosk.settings]

    def test_wrong_settings(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["agent", "--config", str(tmp_path / "nothing.toml")]) == 3
        assert "nothing.toml: cannot be read" in capsys.readouterr().err


def test_ready_then_stopped_by_a_signal(tmp_path: Path) -> None:
    kiosk = make_kiosk(tmp_path, devices=no_devices())
    config = kiosk.write_config(tmp_path / "site.toml")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(PATIENCE_S)
        process = subprocess.Popen(
            [sys.executable, "-I", "-m", "anjungan.cli", "agent", "--config", str(config)],
            env={
                **os.environ,
                "NOTIFY_SOCKET": str(tmp_path / "notify"),
                "WATCHDOG_USEC": "3000000",
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            words = [systemd.recv(100) for _ in range(2)]
            process.send_signal(signal.SIGTERM)
            _out, err = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
    assert words == [b"READY=1", b"WATCHDOG=1"]
    assert process.returncode == 0
    assert [json.loads(line)["level"] for line in err.splitlines()]
