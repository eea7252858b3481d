"""nfcpy, run as a program of its own, against ``anjungan sim run pn532``."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from standalone_simulator import link_words, standalone

PROGRAM = Path(__file__).with_name("nfcpy_program.py")
LIMIT_S = 30
A_4 = {"a": "04112233", "a_sens": "0400", "a_sel": "08"}
A_7 = {"a": "04a1b2c3d4e5f6", "a_sens": "4400", "a_sel": "00", "a_tag": "Type2Tag there"}
A_7_ATS = {"a": "04a1b2c3d4e5f6", "a_sens": "4403", "a_sel": "20", "a_tag": "Type4Tag there"}
B = {"b": "501122334400000000007171", "b_tag": "Type4Tag there"}
NO_A = {"a": None, "a_sens": None, "a_sel": None}
NO_B = {"b": None}


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ((), NO_A | NO_B),
        # nfcpy takes a Mifare Classic for a type 2 tag; it does not let itself be read without key
        (("a:04112233",), A_4 | {"a_tag": "Type2Tag gone"} | NO_B),
        (("a:04a1b2c3d4e5f6",), A_7 | NO_B),
        (("a:04a1b2c3d4e5f6,ats=7577810280",), A_7_ATS | NO_B),
        (("b:11223344",), NO_A | B),
        (("a:04a1b2c3d4e5f6", "b:11223344"), A_7 | B),
    ],
)
def test_nfcpy_reads_every_card(
    tmp_path: Path, cards: tuple[str, ...], expected: dict[str, str | None]
) -> None:
    link = tmp_path / "nfc"
    words = [word for card in cards for word in ("--card", card)]
    with standalone("pn532", *link_words(link), *words):
        for _ in range(2):  # the second one must find the chip as the first one left it: asleep
            read = subprocess.run(
                [sys.executable, PROGRAM, str(link)],
                capture_output=True,
                text=True,
                timeout=LIMIT_S,
                check=True,
            )
            assert json.loads(read.stdout) == {"chip": "PN532v1.6", **expected}
