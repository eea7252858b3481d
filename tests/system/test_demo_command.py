"""``anjungan demo`` as people run it: it leaves nothing behind but the data."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from anjungan.simulation.places import ENVIRONMENT, Places

READY = "Ctrl-C stops everything."


class Demo:
    def __init__(self, folder: Path, *options: str, command: str = "demo") -> None:
        self.places = Places(folder)
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "anjungan.cli", command, "--data", str(folder)),
                *("--no-screens", "--health-interval", "1", *options),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def until_ready(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if READY in line:
                return
        pytest.fail(f"the demo ended early: {self.said}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.said += rest
        return self.process.returncode

    def children(self) -> list[int]:
        return [
            pid
            for pid in running()
            if str(self.places.folder) in command_of(pid) and pid != self.process.pid
        ]


def running() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@contextmanager
def running_demo(folder: Path, *options: str, command: str = "demo") -> Iterator[Demo]:
    demo = Demo(folder, *options, command=command)
    try:
        demo.until_ready()
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.process.terminate()
            demo.process.wait(60)
        if demo.process.stdout is not None:
            demo.process.stdout.close()


def sim(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "anjungan.cli", "sim", *words],
        env=os.environ | {ENVIRONMENT: str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def asked_as_the_welcome_says(said: str, words: str) -> subprocess.CompletedProcess[str]:
    """Run `anjungan WORDS` with the settings file that the welcome names."""
    named = re.search(r"anjungan doctor (--config) (\S+)", said)
    assert named is not None
    return subprocess.run(
        [sys.executable, "-m", "anjungan.cli", *words.split(), *named.groups()],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def until_gone(pids: list[int]) -> list[int]:
    deadline_s = time.monotonic() + 30
    while time.monotonic() < deadline_s:
        pids = [pid for pid in pids if command_of(pid)]
        if not pids:
            break
        time.sleep(0.05)
    return pids


def files_kept(folder: Path) -> dict[str, bytes]:
    names = ("regency/keys/keyring.json", "kiosk/village.key", "staff-login.json")
    return {name: (folder / name).read_bytes() for name in names}


def test_ctrl_c_leaves_only_the_data_and_a_second_start_keeps_them(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with running_demo(folder) as demo:
        first_login = re.findall(r"(?:Staff login|Password) +(\S+)", demo.said)
        first_address = re.findall(r"Regency pages +(\S+)", demo.said)
        children = demo.children()
        # broker, line, inbox, watch, opener, web, devices, agent, desk, fleet, clerk
        assert len(children) == 11
        assert demo.places.devices_socket.exists()
        assert demo.stop(signal.SIGINT) == 0
    assert "everything is stopped" in demo.said
    assert until_gone(children) == []
    assert not demo.places.run_dir.exists()
    kept = files_kept(folder)
    with running_demo(folder, "--no-fleet") as demo:
        assert re.findall(r"(?:Staff login|Password) +(\S+)", demo.said) == first_login
        assert len(first_login) == 2
        assert re.findall(r"Regency pages +(\S+)", demo.said) == first_address
        assert len(first_address) == 1
        assert files_kept(folder) == kept
        assert demo.stop(signal.SIGTERM) == 0


def test_a_killed_demo_takes_its_children_along(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with running_demo(folder) as demo:
        children = demo.children()
        assert children
        demo.process.kill()
        demo.process.wait(30)
        assert until_gone(children) == []
    with running_demo(folder, "--no-fleet") as demo:  # and what it left is no obstacle
        assert demo.stop() == 0


def test_the_welcome_names_the_settings_that_tell_how_the_kiosk_is(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with running_demo(folder, "--no-fleet", "--embedded-broker") as demo:
        assert asked_as_the_welcome_says(demo.said, "outbox list").returncode == 0
        assert "3505102001-1" in asked_as_the_welcome_says(demo.said, "config show").stdout
        assert sim(folder, "paper", "out").returncode == 0
        deadline_s = time.monotonic() + 60
        while (
            "kertas habis" not in (doctor := asked_as_the_welcome_says(demo.said, "doctor")).stdout
        ):
            assert time.monotonic() < deadline_s, doctor.stdout
            time.sleep(0.2)
        assert doctor.returncode == 1
        assert "pasang gulungan kertas baru" in doctor.stdout
        assert "systemctl stop" not in doctor.stdout
        assert demo.stop() == 0


def test_one_demo_a_folder_and_faults_from_another_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with running_demo(folder, "--no-fleet", "--embedded-broker") as demo:
        second = Demo(folder)
        rest, _ = second.process.communicate(timeout=60)
        assert second.process.returncode == 1
        assert "runs already" in rest

        assert sim(folder, "paper", "out").returncode == 0
        assert sim(folder, "link", "cut").returncode == 0
        assert sim(folder, "tap", "--keep").returncode == 0
        assert sim(folder, "press", "ok").stdout == "ok pressed\n"
        status = sim(folder, "status")
        assert status.returncode == 0
        shown = dict(line.split(None, 1) for line in status.stdout.splitlines())
        assert shown["paper"] == "out"
        assert shown["line"] == "cut"
        assert shown["card"] == "04a1b2c3d4e5f6"
        assert sim(folder, "tap", "c:00").returncode == 2
        assert demo.stop() == 0
    assert sim(folder, "status").returncode == 1


def test_the_desk_of_a_running_demo_is_named_and_no_second_one_started(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with running_demo(folder, "--no-fleet", "--embedded-broker", command="desk") as demo:
        (address,) = re.findall(r"Simulation desk +(\S+)", demo.said)
        after_starting = demo.said.split("starting")[-1]
        assert re.findall(r"http://\S+", after_starting)[0] == address
        assert b"/static/desk.js" in httpx.get(address, trust_env=False).content
        second = Demo(folder, command="desk")
        said, _ = second.process.communicate(timeout=60)
        assert second.process.returncode == 0
        assert re.findall(r"Simulation desk +(\S+)", said) == [address]
        assert demo.process.poll() is None
        assert demo.stop() == 0
    assert not demo.places.desk_address_file.exists()
