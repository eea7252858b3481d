"""The command line of the screens, and the watched screens in a process of their own."""

import argparse
import io
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from agent_double import AgentDouble
from PIL import Image
from sample_views import sample_views

from anjungan.appliance.errors import ConfigError
from anjungan.appliance.ipc.messages import Drawn, Hello
from anjungan.appliance.screens import command
from anjungan.appliance.session import intents


def _arguments(*words):
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    return parser.parse_args(["screens", *words])


def test_options_come_from_settings_and_command_line(tmp_path):
    site = tmp_path / "site.toml"
    site.write_text(
        f'[paths]\nruntime_dir = "{tmp_path}"\n'
        "[screen]\nwidth_px = 800\nheight_px = 480\ndiagonal_in = 7.0\n"
    )
    options = command.options_from(_arguments("--config", str(site)))
    assert (options.width_px, options.height_px, options.diagonal_in) == (800, 480, 7.0)
    assert options.socket_path == str(tmp_path / "agent.sock")
    options = command.options_from(
        _arguments(
            *("--config", str(site), "--size", "1024x600"),
            *("--diagonal-in", "10.1", "--socket", "other.sock"),
        )
    )
    assert (options.width_px, options.height_px, options.diagonal_in) == (1024, 600, 10.1)
    assert options.socket_path == "other.sock"


def test_wrong_words_are_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        _arguments("--size", "large")
    assert "such as 1024x600" in capsys.readouterr().err
    missing = _arguments("--config", str(tmp_path / "nothing.toml"))
    with pytest.raises(ConfigError):
        command.options_from(missing)
    assert missing.run(missing) == 3


@pytest.mark.screens
def test_watched_screens_show_touch_and_end(tmp_path):
    agent = AgentDouble(tmp_path / "agent.sock")
    site = tmp_path / "site.toml"
    site.write_text(
        f'[paths]\nruntime_dir = "{tmp_path}"\n[screen]\nwidth_px = 1024\nheight_px = 600\n'
    )
    environment = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, "-m", "anjungan.simulation.watched_screens", "--config", str(site)],
        stdout=subprocess.PIPE,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    try:
        agent.next_message(Hello, within_s=30)
        idle, ambient = sample_views()["idle"]
        agent.ambient(ambient)
        agent.show(idle)
        agent.next_message(Drawn, within_s=30)
        assert _core_limits(process.pid) == ["0", "0"]
        address = process.stdout.readline().decode().split()[-1]
        _drive(agent, address)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait(20)
        process.stdout.close()
        agent.close()


def _core_limits(pid):
    """The soft and the hard limit of a core file's size (proc(5))."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("Max core file size")]
    return line.split()[4:6]


def _drive(agent, address):
    picture = Image.open(io.BytesIO(_get(address, "screen.png")))
    assert picture.size == (1024, 600)
    assert len(picture.convert("RGB").getcolors(100_000)) > 50
    assert b"<img" in _get(address, "")
    state = json.loads(_get(address, "state"))
    assert state["view"] == "IdleView"
    assert any("Minggirsari" in text for text in state["texts"])
    _post(address, "touch", {"x": 500, "y": 300})
    assert agent.next_act().intent == intents.Wake()
    home, ambient = sample_views()["home"]
    agent.ambient(ambient)
    step = agent.show(home)
    agent.next_message(Drawn)
    targets = {each["name"]: each for each in json.loads(_get(address, "targets"))}
    assert targets["Surat"]["enabled"]
    assert not targets["Beranda"]["enabled"]
    _post(address, "press", {"label": "Kesehatan"})
    act = agent.next_act()
    assert (act.step, act.intent) == (step, intents.OpenFamily(family="health"))
    for path, body in (("press", {"label": "Tidak ada"}), ("touch", {"x": "kiri"}), ("x", {})):
        with pytest.raises(urllib.error.HTTPError):
            _post(address, path, body)
    with pytest.raises(urllib.error.HTTPError):
        _get(address, "x")


def _get(address, path):
    with urllib.request.urlopen(address + path, timeout=20) as answer:  # noqa: S310 - loopback
        return answer.read()


def _post(address, path, body):
    request = urllib.request.Request(address + path, json.dumps(body).encode())  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
        return answer.read()
