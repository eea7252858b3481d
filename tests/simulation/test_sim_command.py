"""``anjungan sim``: what reaches the simulators, and what people are told when nothing does."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from anjungan.cli import main
from anjungan.simulation.control import Command, Reply, serve_control
from anjungan.simulation.places import ENVIRONMENT, Places, default_folder


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "d"))
    places = Places(tmp_path / "d")
    places.make()
    return places


@pytest.fixture
def heard(places: Places) -> Iterator[list[tuple[str, Command]]]:
    """Sockets that note what they are told, served beside the test."""
    commands: list[tuple[str, Command]] = []
    started = threading.Event()
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async def note(name: str, command: Command) -> Reply:
            commands.append((name, command))
            if command == Command(verb="link", words=("cut",)):
                return Reply(ok=False, text="the line refuses")
            if command == Command(verb="link", words=("ok",)):
                raise ValueError("a bug")
            return Reply(ok=True, text="done", facts={f"{name} here": "yes"})

        async with (
            serve_control(places.devices_socket, lambda c: note("devices", c)),
            serve_control(places.buttons_socket, lambda c: note("buttons", c)),
            serve_control(places.line_socket, lambda c: note("line", c)),
        ):
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert started.wait(10)
    try:
        yield commands
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
        assert not places.devices_socket.exists()


@pytest.mark.parametrize(
    ("words", "whom", "verb", "told"),
    [
        (["tap"], "devices", "tap", ("a:04a1b2c3d4e5f6", "tap")),
        (["tap", "b:11223344", "--keep"], "devices", "tap", ("b:11223344", "keep")),
        (["tap", "--remove"], "devices", "remove", ()),
        (["scan", "https://x/t/1 2"], "devices", "scan", ("https://x/t/1 2",)),
        (["paper", "out"], "devices", "paper", ("out",)),
        (["paper", "out", "--after", "9"], "devices", "paper", ("out", "after", "9")),
        (["paper", "ok"], "devices", "paper", ("ok",)),
        (["printer", "silent"], "devices", "printer", ("silent",)),
        (["cover", "open"], "devices", "cover", ("open",)),
        (["unplug", "printer"], "devices", "unplug", ("printer",)),
        (["plug", "reader"], "devices", "plug", ("reader",)),
        (["unplug", "tag_reader"], "devices", "unplug", ("tag_reader",)),
        (["unplug", "panel"], "buttons", "unplug", ()),
        (["door", "door", "open"], "buttons", "door", ("door", "open")),
        (["press", "ok"], "buttons", "press", ("ok", "press")),
        (["press", "help", "--hold"], "buttons", "press", ("help", "hold")),
        (["link", "slow"], "line", "link", ("slow",)),
    ],
)
def test_words_reach_the_right_simulator(
    heard: list[tuple[str, Command]], words: list[str], whom: str, verb: str, told: tuple[str, ...]
) -> None:
    assert main(["sim", *words]) == 0
    assert heard == [(whom, Command(verb=verb, words=told))]


def test_a_refusal_is_told_and_is_a_failure(
    heard: list[tuple[str, Command]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sim", "link", "cut"]) == 1
    assert "the line refuses" in capsys.readouterr().err


def test_a_bug_in_a_simulator_is_told_and_does_not_end_it(
    heard: list[tuple[str, Command]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sim", "link", "ok"]) == 1
    assert "link failed; see the log" in capsys.readouterr().err
    assert main(["sim", "link", "slow"]) == 0


def test_status_asks_everybody(
    heard: list[tuple[str, Command]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sim", "status"]) == 0
    shown = capsys.readouterr().out
    assert all(f"{name} here" in shown for name in ("devices", "buttons", "line"))


@pytest.mark.parametrize("words", [["tap"], ["press", "ok"], ["link", "cut"], ["status"]])
def test_without_a_demo_people_are_told_how_to_start_one(
    places: Places, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(["sim", *words]) == 1
    error = capsys.readouterr().err
    assert str(places.folder) in error
    assert "make demo" in error


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["paper", "wet"],
        ["press"],
        ["door", "door", "ajar"],
        ["tap", "--keep", "--remove"],
        ["tap", "a:12345"],
        ["tap", "c:00112233"],
        ["scan"],
    ],
)
def test_wrong_words_are_explained(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sim", *words])
    assert ended.value.code == 2
    assert "usage: anjungan sim" in capsys.readouterr().err


def test_the_help_names_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sim", "--help"])
    examples = capsys.readouterr().out.split("examples:")[1]
    for words in (
        *("tap", "scan", "paper out", "paper near", "paper ok", "cover open", "cover closed"),
        *("printer silent", "printer answering", "unplug printer", "plug printer", "press ok"),
        *("link cut", "link slow", "link ok", "link blackhole", "status"),
    ):
        assert words in examples


def test_a_long_path_still_gives_sockets_that_can_be_bound(tmp_path: Path) -> None:
    places = Places(tmp_path / ("x" * 120))
    assert len(str(places.devices_socket)) < 108
    assert Places(tmp_path / ("y" * 120)).run_dir != places.run_dir


def test_the_data_stand_in_the_checkout_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert (default_folder().parent / "pyproject.toml").exists()
    monkeypatch.setenv(ENVIRONMENT, "/somewhere")
    assert default_folder() == Path("/somewhere")
