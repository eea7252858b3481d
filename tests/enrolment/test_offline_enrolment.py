"""Without a line: the request as a code for a phone, the answer as codes for the scanner."""

import io
import itertools
import os
import pty
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
import segno
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient
from regency_stand_in import KIOSK, Regency, running_regency

from anjungan.appliance.enrolment import words
from anjungan.appliance.enrolment.command import scanned_lines
from anjungan.appliance.enrolment.enrolling import Enrolling
from anjungan.appliance.enrolment.identity import IdentityFolder, read_address
from anjungan.appliance.enrolment.large_digits import large_digits
from anjungan.appliance.enrolment.technician import Technician
from anjungan.appliance.uplink.identity import Identity
from anjungan.protocol.enrolment import IssuedIdentity
from anjungan.protocol.enrolment_qr import (
    AnswerLines,
    MoreNeeded,
    NotAnAnswer,
    pack_answer,
    pack_request,
    request_address,
    unpack_request,
)
from anjungan.regency.enrolment.authority import issue_kiosk, make_issuing, make_root, new_key
from anjungan.regency.web.app import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BASE = "https://anjungan.blitarkab.test"


@pytest.fixture(scope="module")
def regency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Regency]:
    with running_regency(tmp_path_factory.mktemp("regency") / "data") as regency:
        yield regency


@pytest.fixture(scope="module")
def identity() -> IssuedIdentity:
    now = datetime.now(tz=UTC)
    root = make_root("3505", now)  # type: ignore[arg-type] # a code
    issuing = make_issuing(root, "3505", 1, now)  # type: ignore[arg-type] # a code
    leaf = issue_kiosk(issuing, KIOSK, new_key().public_key(), now)
    return IssuedIdentity(
        certificates=tuple(each.public_bytes(Encoding.DER) for each in (leaf, issuing.certificate)),
        broker_host="broker.blitarkab.test",
        broker_port=8883,
    )


def scanned(picture: Path) -> str:
    """What an independent reader sees in a picture, a line for each code."""
    done = subprocess.run(
        ["zbarimg", "--raw", "-q", str(picture)], capture_output=True, text=True, check=True
    )
    return done.stdout.rstrip("\n")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_whole_exchange_through_codes(tmp_path: Path, regency: Regency) -> None:
    folder = IdentityFolder(tmp_path / "identity")
    said: list[str] = []
    enrolling = Enrolling(folder, KIOSK, regency.files.root)
    rng = Random(1)  # noqa: S311 - jitter
    technician = Technician(enrolling, said.append, lambda _s: None, rng)
    assert technician.show_request(BASE)
    (address,) = [each for each in said if each.startswith(BASE)]
    segno.make(address, error="l").save(str(tmp_path / "asked.png"), scale=4)
    opened = urlsplit(scanned(tmp_path / "asked.png")).path
    app = create_app(regency.settings, regency.database, now=regency.now)
    with TestClient(app, base_url=BASE) as phone:
        page = phone.get(opened)
        assert enrolling.fingerprint in page.text
        assert "Desa" in page.text or "Minggirsari" in page.text
        code = regency.claim()
        sending = re.search(r'action="([^"]+)"', page.text)
        assert sending is not None
        wrong = phone.post(sending.group(1), data={"code": "AAAA-AAAA-AAAA"})
        assert (wrong.status_code, "Sisa percobaan: 5." in wrong.text) == (409, True)
        sent = phone.post(sending.group(1), data={"code": code}, follow_redirects=False)
        # sent twice from a phone with a bad line: the same page
        again = phone.post(sending.group(1), data={"code": code.lower()}, follow_redirects=False)
        assert sent.headers["location"] == again.headers["location"]
        waiting = phone.get(sent.headers["location"])
        assert "Menunggu petugas kabupaten" in waiting.text
        assert waiting.headers["refresh"] == "5"
        regency.decide()
        answered = phone.get(sent.headers["location"])
    assert "refresh" not in answered.headers
    pictures = re.findall(r"<svg[^>]*class=\"qr\".*?</svg>", answered.text, re.DOTALL)
    assert 1 < len(pictures) <= 3
    lines = scanned(_as_seen(pictures, tmp_path)).split()
    assert len(lines) == len(pictures)
    assert all(re.fullmatch(r"[A-Z2-7]{20,515}", line) for line in lines)
    assert technician.take_answer(["", "bukan kode", *sorted(lines, reverse=True)])
    assert words.NOT_OUR_LINE in said
    assert any("Masih kurang kode 1" in each for each in said)
    assert Identity(folder.folder).files() is not None
    kept = read_address(folder)
    assert kept is not None
    assert kept.url == BASE


def _as_seen(pictures: Sequence[str], folder: Path) -> Path:
    """The drawings of the page as a browser shows them."""
    assert CHROMIUM is not None
    page = folder / "page.html"
    style = "svg { width: 600px; height: 600px; display: block; margin: 40px; background: #fff }"
    page.write_text(f"<!doctype html><style>{style}</style>{''.join(pictures)}")
    picture = folder / "page.png"
    subprocess.run(
        [
            *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu"),
            *("--no-first-run", f"--user-data-dir={folder / 'profile'}"),
            *("--window-size=700,2200", f"--screenshot={picture}", page.as_uri()),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return picture


def test_answers_without_a_question_and_halves_are_told(
    tmp_path: Path, regency: Regency, identity: IssuedIdentity
) -> None:
    said: list[str] = []
    enrolling = Enrolling(IdentityFolder(tmp_path), KIOSK, regency.files.root)
    rng = Random(1)  # noqa: S311 - jitter
    technician = Technician(enrolling, said.append, lambda _s: None, rng)
    lines = pack_answer(identity)
    assert not technician.take_answer(lines)
    assert said.pop() == words.ASK_FIRST
    assert not technician.show_request("anjungan.test")
    technician.show_request(BASE)
    assert not technician.take_answer(lines[:1])
    assert said.pop() == words.ANSWER_INCOMPLETE
    assert not technician.take_answer(lines)
    assert said.pop().startswith("Jawaban ini untuk permintaan lain.")


def test_a_request_fits_a_terminal_of_eighty_columns(identity: IssuedIdentity) -> None:
    del identity
    address = request_address(BASE, b"\xff" * 215)
    drawn = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(drawn, border=2, compact=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn.getvalue())
    assert max(map(len, plain.splitlines())) <= 80
    assert unpack_request(urlsplit(address).path.rpartition("/")[2]) == b"\xff" * 215


def test_answers_bear_scanners_of_all_kinds(identity: IssuedIdentity) -> None:
    lines = pack_answer(identity)
    assert len(lines) <= 3
    collected = AnswerLines()
    assert collected.take(lines[1].lower()) == MoreNeeded(
        tuple(n for n in range(1, len(lines) + 1) if n != 2), len(lines)
    )
    told = [collected.take(f"]Q1{line}\r") for line in lines]
    assert told[-1] == identity
    # lines of another answer in between begin anew, and a damaged line is no answer
    other = pack_answer(
        IssuedIdentity(certificates=identity.certificates, broker_host="x", broker_port=1)
    )
    collected = AnswerLines()
    collected.take(other[0])
    assert [collected.take(line) for line in lines][-1] == identity
    swapped = lines[0][:-1] + ("A" if lines[0][-1] != "A" else "B")
    collected = AnswerLines()
    outcomes = [collected.take(line) for line in (swapped, *lines[1:])]
    assert outcomes[-1] == NotAnAnswer()


@given(st.one_of(st.text(max_size=600), st.from_regex(r"ADPJ[A-L]A[A-Z2-7]{4}[A-Z2-7]{1,80}")))
def test_hostile_lines_are_values(line: str) -> None:
    assert isinstance(AnswerLines().take(line), NotAnAnswer | MoreNeeded)


@given(st.binary(max_size=400))
def test_requests_survive_the_address(content: bytes) -> None:
    assert unpack_request(pack_request(content)) == content


@pytest.mark.parametrize("text", ["%", "a", "é", "ab=c", "a b"])
def test_what_is_no_request_is_none(text: str) -> None:
    assert unpack_request(text) is None


def test_digits_are_drawn_large() -> None:
    drawn = large_digits("0123 4567 8901 2345 6789")
    assert drawn.splitlines()[0].strip().startswith("███    █  ███  ███")
    assert max(map(len, drawn.splitlines())) <= 80
    assert drawn.splitlines()[-1] == "  0123 4567 8901 2345 6789"


def test_a_scanner_on_a_serial_line_is_read_like_a_file(identity: IssuedIdentity) -> None:
    ours, scanner = pty.openpty()
    try:
        for line in pack_answer(identity):
            os.write(ours, f"{line}\r".encode())
        read = itertools.islice(scanned_lines(os.ttyname(scanner)), 3)
        assert [line.strip() for line in read] == list(pack_answer(identity))
    finally:
        os.close(ours)
        os.close(scanner)
