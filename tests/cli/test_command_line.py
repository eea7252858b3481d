"""The one command line: its commands, its help, its exit codes."""

import argparse
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from anjungan import cli

PARTS = ["agent", "config", "outbox", "doctor"]
"""What every kiosk has."""


def help_of(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def fake_part(run: Callable[[argparse.Namespace], int]) -> ModuleType:
    module = ModuleType("fake")

    def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        subparsers.add_parser("fake").set_defaults(run=run)

    module.add_parser = add_parser  # type: ignore[attr-defined]  # a module made by hand
    return module


@pytest.fixture
def with_fake(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def install(run: Callable[[argparse.Namespace], int]) -> None:
        monkeypatch.setattr(cli, "COMMAND_MODULES", ("fake",))
        monkeypatch.setattr(cli, "_installed", lambda _name: True)
        monkeypatch.setattr(importlib, "import_module", lambda _name: fake_part(run))

    return install


def test_help_explains_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    shown = help_of(capsys)
    assert "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 wrong settings" in shown
    for name in PARTS:
        assert re.search(rf"^ +{name} +\w", shown, re.MULTILINE), name


@pytest.mark.parametrize("words", [["agent"], ["doctor"], ["config", "show"], ["outbox", "list"]])
def test_every_command_of_a_kiosk_takes_a_settings_file(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert "--config" in help_of(capsys, *words)


def test_no_command_shows_the_help_and_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == cli.EXIT_USAGE
    assert "usage: anjungan" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["brew"], ["config"], ["doctor", "--language", "xx"]])
def test_wrong_words_end_with_2(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == cli.EXIT_USAGE
    assert "usage:" in capsys.readouterr().err


def test_the_exit_code_is_the_commands(with_fake: Callable[..., None]) -> None:
    with_fake(lambda _arguments: 3)
    assert cli.main(["fake"]) == 3


def test_control_c_is_no_traceback(with_fake: Callable[..., None]) -> None:
    def interrupt(_arguments: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    with_fake(interrupt)
    assert cli.main(["fake"]) == cli.EXIT_INTERRUPTED


def test_a_part_that_is_not_installed_has_no_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        cli, "COMMAND_MODULES", ("anjungan.appliance.no_such.command", "anjungan.no_such")
    )
    shown = help_of(capsys)
    assert re.search(r"commands:\s+COMMAND\n\n", shown), shown


def test_every_listed_part_is_spelt_as_a_module() -> None:
    """A misspelt module would vanish from the command line without a word."""
    for name in cli.COMMAND_MODULES:
        assert importlib.util.find_spec(name.rpartition(".")[0]) is not None, name


def run_as_module(
    *words: str, stdout: int = subprocess.PIPE, unbuffered: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "anjungan.cli", *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_has_gone_is_no_failure(unbuffered: str) -> None:
    """As ``anjungan config show | true`` does once ``true`` has ended."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        show = ("config", "show", "--config", os.devnull)
        done = run_as_module(*show, stdout=writing, unbuffered=unbuffered)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_runs_as_a_module() -> None:
    done = run_as_module()
    assert done.returncode == cli.EXIT_USAGE
    assert "usage: anjungan" in done.stdout
