"""Debian's ``nfc-list`` and ``nfc-poll`` (libnfc) against ``anjungan sim run pn532``."""

import os
import queue
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from standalone_simulator import StandaloneSimulator, link_words, standalone

LIMIT_S = 30
MIFARE = "a:04112233"
ULTRALIGHT = "a:04a1b2c3d4e5f6"
DESFIRE = "a:04a1b2c3d4e5f6,ats=7577810280"
TYPE_B = "b:11223344"


def libnfc_environment(link: Path) -> dict[str, str]:
    return {**os.environ, "LIBNFC_DEFAULT_DEVICE": f"pn532_uart:{link}", "LC_ALL": "C"}


def card_words(*cards: str) -> list[str]:
    return [word for card in cards for word in ("--card", card)]


def facts(listed: str) -> list[tuple[str, str]]:
    """The lines ``name: bytes`` of a libnfc listing, without its spaces."""
    found = re.findall(r"^ *(.+?): ((?:[0-9a-f]{2} +)+)$", listed, re.MULTILINE)
    return [(name, value.replace(" ", "")) for name, value in found]


MIFARE_FACTS = [
    ("ATQA (SENS_RES)", "0004"),
    ("UID (NFCID1)", "04112233"),
    ("SAK (SEL_RES)", "08"),
]
ULTRALIGHT_FACTS = [
    ("ATQA (SENS_RES)", "0044"),
    ("UID (NFCID1)", "04a1b2c3d4e5f6"),
    ("SAK (SEL_RES)", "00"),
]
DESFIRE_FACTS = [
    ("ATQA (SENS_RES)", "0344"),
    ("UID (NFCID1)", "04a1b2c3d4e5f6"),
    ("SAK (SEL_RES)", "20"),
    ("ATS", "7577810280"),
]
TYPE_B_FACTS = [
    ("PUPI", "11223344"),
    ("Application Data", "00000000"),
    ("Protocol Info", "007171"),
]


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ((), []),
        ((MIFARE,), MIFARE_FACTS),
        ((ULTRALIGHT,), ULTRALIGHT_FACTS),
        ((DESFIRE,), DESFIRE_FACTS),
        ((TYPE_B,), TYPE_B_FACTS),
        ((MIFARE, DESFIRE), MIFARE_FACTS + DESFIRE_FACTS),
        ((DESFIRE, TYPE_B), DESFIRE_FACTS + TYPE_B_FACTS),
    ],
)
def test_nfc_list_reads_every_card(
    tmp_path: Path, cards: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    link = tmp_path / "nfc"
    with standalone("pn532", *link_words(link), *card_words(*cards)):
        for _ in range(2):  # the second one must find the chip as the first one left it
            listed = subprocess.run(
                ["nfc-list"],
                env=libnfc_environment(link),
                capture_output=True,
                text=True,
                timeout=LIMIT_S,
                check=True,
            )
            assert facts(listed.stdout) == expected


@contextmanager
def nfc_poll(link: Path) -> Iterator["Polling"]:
    process = subprocess.Popen(
        ["stdbuf", "-oL", "nfc-poll"],
        env=libnfc_environment(link),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Polling(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(LIMIT_S)
        assert process.stdout is not None
        process.stdout.close()


class Polling:
    """A running ``nfc-poll`` and what it has said."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._characters: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.said = ""
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        while character := self._process.stdout.read(1):
            self._characters.put(character)

    def await_words(self, words: str) -> None:
        while words not in self.said:
            try:
                self.said += self._characters.get(timeout=LIMIT_S)
            except queue.Empty:
                raise AssertionError(f"no {words!r} in {self.said!r}") from None

    def exit_code(self) -> int:
        return self._process.wait(LIMIT_S)


def await_polling(simulator: StandaloneSimulator) -> None:
    """Until nfc-poll has sent InAutoPoll, seen in the log of bytes."""
    simulator.await_line("d4 60")


@pytest.mark.parametrize(
    ("card", "expected", "still_there"),
    [
        (MIFARE, MIFARE_FACTS, "d4 4a 01 00 04 11 22 33"),  # selected anew by its UID
        (ULTRALIGHT, ULTRALIGHT_FACTS, "d4 40 01 30 00"),  # page 0 is read
        (DESFIRE, DESFIRE_FACTS, "d4 42 b2"),  # R(NAK)
        (TYPE_B, TYPE_B_FACTS, "d4 42 ba 01"),  # R(NAK) with its CID
    ],
)
def test_nfc_poll_sees_a_card_come_stay_and_go(
    tmp_path: Path, card: str, expected: list[tuple[str, str]], still_there: str
) -> None:
    link = tmp_path / "nfc"
    with standalone("pn532", *link_words(link), "--log-bytes") as simulator, nfc_poll(link) as poll:
        await_polling(simulator)
        simulator.type(f"card {card}")
        poll.await_words("Waiting for card removing...")
        assert facts(poll.said) == expected
        for _ in range(4):  # it asks whether the card is still there, and asks on
            simulator.await_line(still_there)
        simulator.type("remove")
        poll.await_words("done.")
        assert poll.exit_code() == 0


def test_nfc_poll_without_a_card_is_left_waiting_and_can_be_interrupted(tmp_path: Path) -> None:
    link = tmp_path / "nfc"
    with standalone("pn532", *link_words(link), "--log-bytes") as simulator:
        with nfc_poll(link):
            await_polling(simulator)
        simulator.type(f"card {MIFARE}")  # the chip still polls, for nobody
        listed = subprocess.run(
            ["nfc-list"],
            env=libnfc_environment(link),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=True,
        )
        assert facts(listed.stdout) == MIFARE_FACTS
