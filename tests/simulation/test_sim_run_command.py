"""``anjungan sim run`` as people start it: one line, its device, typed faults, a clean end."""

import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from standalone_simulator import link_words, standalone

from anjungan.cli import main

LIMIT_S = 10.0


def read_until(fd: int, wanted: bytes) -> bytes:
    """What comes in at ``fd`` until it holds ``wanted``."""
    heard = b""
    until_s = time.monotonic() + LIMIT_S
    while wanted not in heard:
        ready, _, _ = select.select([fd], [], [], until_s - time.monotonic())
        assert ready, f"no {wanted!r} in {heard!r}"
        heard += os.read(fd, 4096)
    return heard


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_tells_where_it_stands_and_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    link = tmp_path / "nfc"
    with standalone("pn532", *link_words(link)) as simulator:
        assert simulator.told == [f"pn532 at {link} (Ctrl-C ends it)"]
        assert Path(os.path.realpath(link)).is_char_device()
        assert simulator.end(number) == (0, "")
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("suffix", "end"),
    [("cr", b"\r"), ("lf", b"\n"), ("crlf", b"\r\n"), ("tab", b"\t"), ("none", b"")],
)
def test_a_scanner_scans_what_is_typed(tmp_path: Path, suffix: str, end: bytes) -> None:
    link = tmp_path / "scanner"
    words = ("--suffix", suffix, "--prefix", "]Q1", "--scan", "first")
    with standalone("scanner", *link_words(link), *words) as simulator:
        fd = os.open(link, os.O_RDWR | os.O_NOCTTY)
        try:
            assert read_until(fd, b"first" + end) == b"]Q1first" + end
            simulator.type("scan two  words")
            assert simulator.await_line("scanned") == "scanned"
            assert read_until(fd, b"words" + end) == b"]Q1two  words" + end
        finally:
            os.close(fd)


def test_a_scanner_scans_again_and_again(tmp_path: Path) -> None:
    link = tmp_path / "scanner"
    words = ("--scan", "X", "--every", "0.05", "--suffix", "lf")
    with standalone("scanner", *link_words(link), *words):
        fd = os.open(link, os.O_RDWR | os.O_NOCTTY)
        try:
            assert read_until(fd, b"X\nX\nX\n")
        finally:
            os.close(fd)


@pytest.mark.parametrize(("words", "end"), [((), b"\x03"), (("--crlf",), b"\r\n\x03")])
def test_an_rdm6300_tells_its_tag(tmp_path: Path, words: tuple[str, ...], end: bytes) -> None:
    link = tmp_path / "tags"
    with standalone("rdm6300", *link_words(link), *words) as simulator:
        fd = os.open(link, os.O_RDWR | os.O_NOCTTY)
        try:
            simulator.type("card em:0100863f4e,once")
            # 01 ^ 00 ^ 86 ^ 3f ^ 4e = f6
            assert read_until(fd, b"\x03") == b"\x02" + b"0100863F4E" + b"F6" + end
        finally:
            os.close(fd)


@pytest.mark.parametrize(
    ("types", "digits"),
    [("hex", "04112233"), ("decimal-be", "0068231731"), ("decimal-le", "0857870596")],
)
def test_a_wedge_types_its_card(tmp_path: Path, types: str, digits: str) -> None:
    link = tmp_path / "keys"
    record = struct.Struct("@qqHHi")
    keys = {2: "1", 3: "2", 4: "3", 5: "4", 6: "5", 7: "6", 8: "7", 9: "8", 10: "9", 11: "0"}
    enter = record.pack(0, 0, 1, 28, 1)[16:]
    with standalone("wedge", *link_words(link), "--types", types) as simulator:
        fd = os.open(link, os.O_RDONLY | os.O_NONBLOCK)
        try:
            simulator.type("card a:04112233")
            heard = read_until(fd, enter)
        finally:
            os.close(fd)
    whole = heard[: len(heard) // record.size * record.size]
    pressed = [
        code for _, _, kind, code, value in record.iter_unpack(whole) if (kind, value) == (1, 1)
    ]
    assert "".join(keys.get(code, "\n") for code in pressed) == f"{digits}\n"


def test_a_printer_on_a_port_answers_prints_and_fails_as_typed(tmp_path: Path) -> None:
    words = ("--tcp", "127.0.0.1:0", "--paper", str(tmp_path / "papers"))
    with standalone("printer", *words) as simulator:
        host, _, port = simulator.told[0].split()[2].rpartition(":")
        with socket.create_connection((host, int(port)), LIMIT_S) as line:
            line.sendall(b"\x1b@Anjungan\n\x1dV\x00")
            saved = simulator.await_line("paper-001.txt").removeprefix("printed ")
            assert "Anjungan" in Path(saved).read_text(encoding="utf-8")
            assert Path(saved).with_suffix(".png").read_bytes().startswith(b"\x89PNG")
            simulator.type("paper out")
            simulator.await_line("paper out")
            line.sendall(b"\x10\x04\x02")
            assert read_until(line.fileno(), b"\x32") == b"\x32"
            simulator.type("cover open")
            simulator.await_line("cover open")
            line.sendall(b"\x10\x04\x02")
            assert read_until(line.fileno(), b"\x36") == b"\x36"


def test_a_printer_shows_what_it_printed_and_can_be_torn(tmp_path: Path) -> None:
    link = tmp_path / "printer"
    with standalone("printer", *link_words(link), "--clone", "no-cutter") as simulator:
        fd = os.open(link, os.O_RDWR | os.O_NOCTTY)
        try:
            simulator.type("tear")
            assert simulator.await_line("tear") == "nothing to tear off"
            os.write(fd, b"Sampun dipuncithak\n\x1dr\x01")
            read_until(fd, b"\x00")  # answered in its turn, after the line
            simulator.type("tear")
            assert "Sampun dipuncithak" in simulator.await_line("Sampun")
            simulator.await_line("torn off")
        finally:
            os.close(fd)


def test_the_plug_can_be_pulled_and_noise_made(tmp_path: Path) -> None:
    link = tmp_path / "scanner"
    with standalone("scanner", *link_words(link), "--log-bytes") as simulator:
        simulator.type("unplug")
        assert simulator.await_line("unplugged") == "unplugged"
        assert not link.is_symlink()
        simulator.type("plug")
        simulator.await_line(f"plugged in at {link}")
        fd = os.open(link, os.O_RDWR | os.O_NOCTTY)
        try:
            simulator.type("noise 02 ff")
            assert simulator.await_line("device>").split() == ["device>", "02", "ff", ".."]
            assert read_until(fd, b"\xff") == b"\x02\xff"
            os.write(fd, b"\x16T\r")  # nobody listens in a scanner, but it is on the line
            assert simulator.await_line("host").split() == ["host", ">", "16", "54", "0d", ".T."]
        finally:
            os.close(fd)
        simulator.type("noise 0")
        simulator.await_line("not done: noise is a hexadecimal number of whole bytes")
        simulator.type("dance")
        simulator.await_line("not understood: dance")
        simulator.type("")
        simulator.type("scan end")
        simulator.await_line("scanned")


def test_readers_take_cards_and_faults_as_typed(tmp_path: Path) -> None:
    with standalone("pn532", *link_words(tmp_path / "nfc")) as simulator:
        for typed, told in (
            ("card b:11223344", "a card"),
            ("card c:11223344", "not done: a card begins with a: or b:"),
            ("remove", "no card"),
            ("silent", "silent"),
            ("answering", "answering"),
            ("power-cycle", "without power for a moment"),
        ):
            simulator.type(typed)
            assert simulator.await_line(told) == told


def test_an_input_that_ends_or_was_never_there_ends_nothing(tmp_path: Path) -> None:
    typed = tmp_path / "typed"
    typed.write_text("scan from a file\n")
    for opened in (Path(os.devnull), typed):
        link = tmp_path / "scanner"
        with opened.open("rb") as stdin:
            process = subprocess.Popen(
                [sys.executable, "-m", "anjungan.cli", "sim", "run", "scanner", *link_words(link)],
                stdin=stdin,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert process.stdout is not None
        with process.stdout as told:
            try:
                assert told.readline().startswith("scanner at ")
                if opened is typed:
                    assert told.readline() == "scanned\n"
                assert process.poll() is None
            finally:
                process.terminate()
                exit_code = process.wait(LIMIT_S)
            assert exit_code == 0


TERMINAL_OWNER = """
import fcntl, subprocess, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
background = subprocess.Popen(sys.argv[1:], process_group=0)
print(background.pid, flush=True)
sys.exit(background.wait())
"""


def test_in_the_background_of_a_terminal_it_goes_on(tmp_path: Path) -> None:
    """What is typed for the foreground must not stop it, as reading it would (SIGTTIN)."""
    terminal, inner = os.openpty()
    command = [sys.executable, "-m", "anjungan.cli", "sim", "run", "scanner"]
    words = [*link_words(tmp_path / "scanner"), "--scan", "X", "--every", "0.05", "--log-bytes"]
    foreground = subprocess.Popen(
        [sys.executable, "-c", TERMINAL_OWNER, *command, *words],
        stdin=inner,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert foreground.stdout is not None
    with foreground.stdout as told:
        process_id = int(told.readline())
        try:
            assert told.readline().startswith("scanner at ")
            os.write(terminal, b"for the foreground\n")
            for _ in range(20):
                assert told.readline().startswith("device>")
        finally:
            os.kill(process_id, signal.SIGCONT)
            os.kill(process_id, signal.SIGTERM)
            exit_code = foreground.wait(LIMIT_S)
            os.close(inner)
            os.close(terminal)
    assert exit_code == 0


def test_a_place_that_is_taken_or_missing_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "taken"
    taken.symlink_to(tmp_path / "nowhere")
    assert main(["sim", "run", "pn532", "--link", str(taken)]) == 2
    assert f"{taken} exists already" in capsys.readouterr().err
    assert taken.is_symlink()
    assert main(["sim", "run", "wedge", "--link", str(tmp_path / "no" / "keys")]) == 2
    assert f"{tmp_path / 'no'} is no folder" in capsys.readouterr().err
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["sim", "run", "printer", "--tcp", f"127.0.0.1:{port}"]) == 2
        told = capsys.readouterr()
        assert f"127.0.0.1:{port}: Address already in use" in told.err
        assert told.out == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "DEVICE"),
        (("pn532",), "--link --tcp"),
        (("pn532", "--link", "x", "--tcp", "127.0.0.1:1"), "not allowed with"),
        (("pn532", "--link", "x", "--card", "a:11"), "4 or 7 or 10 bytes"),
        (("rdm6300", "--link", "x", "--card", "a:04112233"), "begins with em:"),
        (("wedge", "--tcp", "127.0.0.1:1"), "--link"),
        (("wedge", "--link", "x", "--card", "em:zz"), "hexadecimal"),
        (("scanner", "--link", "x", "--every", "0"), "over 0"),
        (("scanner", "--link", "x", "--every", "often"), "over 0"),
        (("printer", "--link", "x", "--clone", "mute"), "only-dle-eot"),
        (("printer", "--link", "x", "--clone", ""), "an empty word is none of"),
        (("printer", "--link", "x", "--clone", "no-qr,,no-cutter"), "an empty word is none of"),
        (("printer", "--tcp", "9100"), "HOST:PORT"),
        (("printer", "--tcp", "127.0.0.1:99999"), "HOST:PORT"),
    ],
)
def test_wrong_words_are_told(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sim", "run", *words])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("device", ["pn532", "rdm6300", "wedge", "scanner", "printer"])
def test_help_tells_what_can_be_typed(capsys: pytest.CaptureFixture[str], device: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sim", "run", device, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert "what can be typed while it runs" in told
    assert "unplug, plug" in told


def test_help_of_everything_loads_no_simulator() -> None:
    program = (
        "import sys\n"
        "from anjungan.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', [m for m in sys.modules if m in ('PIL', 'asyncio')"
        " or m.startswith(('anjungan.simulation.p', 'anjungan.simulation.s'))])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=LIMIT_S, check=True
    )
    loaded = told.stdout.partition("LOADED ")[2]
    assert "anjungan.simulation.standalone.command" in loaded
    assert "asyncio" not in loaded
    assert "simulator" not in loaded
    assert "PIL" not in loaded
