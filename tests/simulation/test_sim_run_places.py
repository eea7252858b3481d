"""``anjungan sim run`` and what others have at its link, or in place of its folder for paper."""

import os
import signal
from pathlib import Path

import pytest
from standalone_simulator import StandaloneSimulator, link_words, standalone

from anjungan.cli import main

KINDS = ("pn532", "wedge", "scanner")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_in_place_of_the_link_is_left_alone_at_the_end(tmp_path: Path, kind: str) -> None:
    link = tmp_path / "line"
    with standalone(kind, *link_words(link)) as simulator:
        link.unlink()
        link.write_text("mine\n")
        assert simulator.end(signal.SIGINT) == (0, "")
        told = f"{link} is no longer what was made here; left as it is"
        assert simulator.await_line("no longer") == told
    assert link.read_text() == "mine\n"


@pytest.mark.parametrize("kind", KINDS)
def test_the_plug_is_not_put_where_another_file_stands(tmp_path: Path, kind: str) -> None:
    link = tmp_path / "line"
    with standalone(kind, *link_words(link)) as simulator:
        simulator.type("unplug")
        assert simulator.await_line("unplugged") == "unplugged"
        link.write_text("mine\n")
        simulator.type("plug")
        told = f"not done: no line at {link}: something else stands there"
        assert simulator.await_line("not done") == told
        link.unlink()
        simulator.type("plug")
        simulator.await_line(f"plugged in at {link}")
        link.unlink()
        link.write_text("mine\n")
        simulator.type("unplug")
        simulator.await_line("unplugged; ")
    assert link.read_text() == "mine\n"
    assert list(tmp_path.iterdir()) == [link]


def test_a_wedge_whose_node_was_replaced_goes_on_after_its_power_failed(tmp_path: Path) -> None:
    link = tmp_path / "keys"
    with standalone("wedge", *link_words(link)) as simulator:
        link.unlink()
        link.write_text("mine\n")
        simulator.type("power-cycle")
        simulator.await_line("not done: no line at ")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_killed_one_left_is_replaced(tmp_path: Path, kind: str) -> None:
    link = tmp_path / "line"
    killed = StandaloneSimulator((kind, *link_words(link)))
    try:
        killed.await_line(f"{kind} at ")
        # An open slave keeps its number from the pseudo-terminals that others make meanwhile.
        line = os.open(link, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    finally:
        assert killed.end(signal.SIGKILL)[0] == -signal.SIGKILL
    try:
        assert os.path.lexists(link)
        with standalone(kind, *link_words(link)):
            pass
    finally:
        os.close(line)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_line_of_one_that_runs_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    link = tmp_path / "line"
    with standalone(kind, *link_words(link)):
        before = link.lstat().st_ino
        assert main(["sim", "run", kind, *link_words(link)]) == 2
        assert f"{link} exists already" in capsys.readouterr().err
        assert link.lstat().st_ino == before


def test_a_pipe_of_another_make_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o644)
    assert main(["sim", "run", "wedge", *link_words(pipe)]) == 2
    assert f"{pipe} exists already" in capsys.readouterr().err
    assert pipe.is_fifo()


@pytest.mark.parametrize("folder", ["file", "file/in", "/proc/nope"])
def test_a_folder_that_takes_no_paper_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    (tmp_path / "file").write_text("mine\n")
    paper, link = tmp_path / folder, tmp_path / "printer"
    assert main(["sim", "run", "printer", *link_words(link), "--paper", str(paper)]) == 2
    told = capsys.readouterr()
    assert told.err.startswith(f"anjungan: {paper}: no paper can be saved there: ")
    assert told.out == ""
    assert not os.path.lexists(link)


def test_paper_that_cannot_be_saved_is_told_and_printing_goes_on(tmp_path: Path) -> None:
    link, papers = tmp_path / "printer", tmp_path / "papers"
    with standalone("printer", *link_words(link), "--paper", str(papers)) as simulator:
        papers.rmdir()
        papers.write_text("mine\n")
        fd = os.open(link, os.O_RDWR | os.O_NOCTTY)
        try:
            for _ in range(2):
                os.write(fd, b"Sampun\n\x1dV\x00")
                told = simulator.await_line("saved")
                assert told == f"not saved: {papers}: File exists"
            papers.unlink()
            os.write(fd, b"Sampun\n\x1dV\x00")
            assert simulator.await_line("printed") == f"printed {papers / 'paper-001.png'}"
        finally:
            os.close(fd)
