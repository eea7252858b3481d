"""A kiosk enrols at the real regency over HTTPS: every outcome, and a power cut at every step."""

import os
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from regency_stand_in import KIOSK, Regency, running_regency, tls_server

from anjungan.appliance.enrolment import words
from anjungan.appliance.enrolment.credentials import (
    IdentityProblem,
    fingerprint_of_key,
    load_chain,
    load_key,
)
from anjungan.appliance.enrolment.enrolling import Enrolled, Enrolling, Waiting
from anjungan.appliance.enrolment.https import Endpoint, LineProblem, Unreachable
from anjungan.appliance.enrolment.identity import (
    IdentityFolder,
    install,
    mend,
    read_address,
)
from anjungan.appliance.enrolment.technician import Technician
from anjungan.appliance.uplink.identity import Identity
from anjungan.protocol.enrolment import ANSWERS_PATH, AnswerRequest, EnrolmentAnswer
from anjungan.regency.enrolment.authority import issue_server, make_issuing, make_root, new_key
from anjungan.regency.enrolment.authority_files import write_certificates
from anjungan.regency.enrolment.enrolments import waiting


@pytest.fixture(scope="module")
def regency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Regency]:
    with running_regency(tmp_path_factory.mktemp("regency") / "data") as regency:
        yield regency


@pytest.fixture
def folder(tmp_path: Path) -> IdentityFolder:
    return IdentityFolder(tmp_path / "identity")


class Screen:
    """What the technician reads; a nap of the command is when staff act."""

    def __init__(self, while_waiting: Callable[[], object] = lambda: None) -> None:
        self.said: list[str] = []
        self._while_waiting = while_waiting

    def say(self, text: str) -> None:
        self.said.append(text)

    def sleep(self, seconds: float) -> None:
        assert 3 < seconds < 7
        self._while_waiting()


def technician(folder: IdentityFolder, regency: Regency, screen: Screen) -> Technician:
    enrolling = Enrolling(folder, KIOSK, regency.files.root)
    return Technician(enrolling, screen.say, screen.sleep, Random(1))  # noqa: S311 - jitter


def assert_whole(folder: IdentityFolder, regency: Regency) -> None:
    """Key and certificate fit, lead to the root, and the key is for its owner alone."""
    pair = Identity(folder.folder).files()
    assert pair is not None
    chain = load_chain(pair.certificate)
    assert load_key(pair.key).public_key() == chain[0].public_key()
    assert stat.S_IMODE(pair.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700
    assert pair.authorities.read_bytes() == regency.files.root.read_bytes()
    context = ssl.create_default_context(cafile=str(pair.authorities))
    context.load_cert_chain(pair.certificate, pair.key)
    assert chain[0].subject.rfc4514_string() == f"CN={KIOSK}"
    assert {path.name for path in folder.folder.iterdir()} == {
        *("key.pem", "certificate.pem", "authorities.pem", "regency.json")
    }


def test_the_technician_reads_the_fingerprint_and_staff_confirm(
    folder: IdentityFolder, regency: Regency
) -> None:
    screen = Screen(regency.decide)
    code = regency.claim()
    assert technician(folder, regency, screen).enrol(regency.url, code.lower())
    assert_whole(folder, regency)
    shown = fingerprint_of_key(load_key(folder.pair.key))
    assert any(shown in said for said in screen.said)
    assert screen.said[-2].startswith("Anjungan terdaftar.")
    address = read_address(folder)
    assert address is not None
    assert (address.url, address.broker_host, address.broker_port) == (
        *(regency.url, "127.0.0.1", 8883),
    )


def test_each_refusal_is_told_in_words(folder: IdentityFolder, regency: Regency) -> None:
    screen = Screen()
    code, used = regency.claim(), regency.claim()
    run = technician(folder, regency, screen)
    assert not run.enrol(regency.url, "AAAA-BBBB-CCCC")
    assert screen.said.pop() == words.MISTYPED
    assert not run.enrol(regency.url, code)  # a newer claim has taken its place
    assert "tidak berlaku lagi" in screen.said.pop()
    assert not run.resume()
    assert screen.said.pop() == words.NOTHING_TO_DO
    thief = Enrolling(IdentityFolder(folder.folder.parent / "thief"), KIOSK, regency.files.root)
    thief.ask(thief.remember(regency.url, used))
    assert not run.enrol(regency.url, used)
    assert "sudah dipakai perangkat lain" in screen.said.pop()
    fresh = regency.claim()
    wrong = regency.claim(KIOSK[:-1] + "2")  # type: ignore[arg-type] # another kiosk of the village
    assert not run.enrol(regency.url, wrong)
    assert screen.said.pop().endswith("Sisa percobaan: 4.")
    refusing = Screen(lambda: regency.decide(confirmed=False) and regency.decide(confirmed=False))
    assert not technician(folder, regency, refusing).enrol(regency.url, fresh)
    assert refusing.said.pop().startswith("Petugas kabupaten menolak.")
    assert Identity(folder.folder).files() is None


def test_a_line_that_fails_is_told_and_borne(folder: IdentityFolder, regency: Regency) -> None:
    screen = Screen()
    run = technician(folder, regency, screen)
    nobody = "https://127.0.0.1:1"
    assert not run.enrol(nobody, regency.claim())
    assert screen.said.pop() == words.LINE_PROBLEMS[LineProblem.NO_LINE]
    for url in ("http://203.0.113.5", "ftp://127.0.0.1", "anjungan", ""):
        assert not run.enrol(url or "x", regency.claim())
        assert screen.said.pop() == words.LINE_PROBLEMS[LineProblem.BAD_ADDRESS]


def test_another_server_is_not_trusted_and_a_wrong_clock_is_named(
    tmp_path: Path, regency: Regency
) -> None:
    asked = AnswerRequest(poll_token="A" * 43)
    other = make_root("3505", datetime.now(tz=UTC))  # type: ignore[arg-type] # a code
    write_certificates(tmp_path / "other.pem", [other.certificate])
    told = Endpoint(regency.url, tmp_path / "other.pem").ask(ANSWERS_PATH, asked, EnrolmentAnswer)
    assert told == Unreachable(LineProblem.NOT_TRUSTED)
    by_name = regency.url.replace("127.0.0.1", "localhost")
    told = Endpoint(by_name, regency.files.root).ask(ANSWERS_PATH, asked, EnrolmentAnswer)
    assert told == Unreachable(LineProblem.NOT_TRUSTED)
    # a root that begins in the future is what a clock in the past sees
    late = make_root("3505", datetime.now(tz=UTC) + timedelta(days=5 * 365))  # type: ignore[arg-type] # a code
    issuing = make_issuing(late, "3505", 1, datetime.now(tz=UTC))  # type: ignore[arg-type] # a code
    key = new_key()
    leaf = issue_server(issuing, ["127.0.0.1"], key.public_key(), datetime.now(tz=UTC))
    with tls_server(tmp_path, key, [leaf, issuing.certificate]) as url:
        write_certificates(tmp_path / "late.pem", [late.certificate])
        told = Endpoint(url, tmp_path / "late.pem").ask(ANSWERS_PATH, asked, EnrolmentAnswer)
    assert told == Unreachable(LineProblem.CLOCK)


def test_strange_answers_are_values(tmp_path: Path, regency: Regency) -> None:
    asked = AnswerRequest(poll_token="A" * 43)
    endpoint = Endpoint(regency.url, regency.files.root)
    assert endpoint.ask("/masuk", asked, EnrolmentAnswer) == Unreachable(LineProblem.STRANGE_ANSWER)
    assert endpoint.ask("/no-such", None, EnrolmentAnswer) == Unreachable(
        LineProblem.STRANGE_ANSWER
    )


def test_what_comes_back_is_checked_before_it_is_used(
    folder: IdentityFolder, regency: Regency, tmp_path: Path
) -> None:
    screen = Screen()
    enrolling = Enrolling(folder, KIOSK, regency.files.root)
    question = enrolling.remember(regency.url, regency.claim())
    enrolling.ask(question)
    regency.decide()
    other = make_root("3505", datetime.now(tz=UTC))  # type: ignore[arg-type] # a code
    write_certificates(tmp_path / "other.pem", [other.certificate])
    suspicious = Enrolling(folder, KIOSK, tmp_path / "other.pem")
    trusting = Endpoint(regency.url, regency.files.root)
    told = trusting.ask(
        ANSWERS_PATH, AnswerRequest(poll_token=question.poll_token), EnrolmentAnswer
    )
    assert isinstance(told, EnrolmentAnswer)
    assert told.identity is not None
    assert suspicious.take(told.identity, regency.url) is IdentityProblem.NOT_OURS
    stranger = Enrolling(IdentityFolder(tmp_path / "x"), KIOSK, regency.files.root)
    assert stranger.take(told.identity, regency.url) is IdentityProblem.OTHER_KEY
    renamed = Enrolling(folder, KIOSK[:-1] + "2", regency.files.root)  # type: ignore[arg-type] # another kiosk
    assert renamed.take(told.identity, regency.url) is IdentityProblem.OTHER_KIOSK
    assert Identity(folder.folder).files() is None
    assert technician(folder, regency, screen).resume()
    assert_whole(folder, regency)


class PowerCutError(BaseException):
    """The end of everything, wherever it comes."""


def test_a_power_cut_at_any_step_loses_nothing(
    tmp_path: Path, regency: Regency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut the power before the n-th change of the disk, for every n, and go on afterwards."""
    changes = 0
    cut_at = 0

    def counted(change: Callable[..., object]) -> Callable[..., object]:
        def run(*arguments: object, **named: object) -> object:
            nonlocal changes
            changes += 1
            if changes == cut_at:
                raise PowerCutError
            return change(*arguments, **named)

        return run

    monkeypatch.setattr(os, "fsync", counted(os.fsync))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    monkeypatch.setattr(Path, "unlink", counted(Path.unlink))
    cut_at = 10_000
    for cut in range(1, 200):
        folder = IdentityFolder(tmp_path / f"cut-{cut}")
        code = regency.claim()
        changes, cut_at = 0, cut
        screen = Screen(lambda: _confirm_if_asked(regency))
        try:
            assert technician(folder, regency, screen).enrol(regency.url, code)
            finished = True
        except PowerCutError:
            finished = False
        cut_at = 10_000_000
        if finished:
            assert_whole(folder, regency)
            assert cut > 15
            return
        again = technician(folder, regency, screen)
        if not (again.resume() or Identity(folder.folder).files()):
            assert again.enrol(regency.url, code), cut
        left = Enrolling(folder, KIOSK, regency.files.root)
        left.give_up()
        assert_whole(folder, regency)
    pytest.fail("the steps never ended")


def _confirm_if_asked(regency: Regency) -> None:
    with regency.database.reading() as connection:
        asked = waiting(connection, regency.now())
    if asked:
        regency.decide()


def test_a_certificate_is_put_beside_its_key(tmp_path: Path) -> None:
    folder = IdentityFolder(tmp_path)
    for name, content in (("key", "old"), ("certificate", "old"), ("enrolling-key", "anew")):
        (tmp_path / f"{name}.pem").write_text(content)
    mend(folder)
    assert folder.pair.certificate.read_text() == "old"
    folder.enrolling_pair.certificate.write_text("anew")
    mend(folder)
    assert folder.pair.certificate.read_text() == "old"
    # the power fails between the two
    folder.enrolling_pair.key.replace(folder.pair.key)
    mend(folder)
    assert (folder.pair.key.read_text(), folder.pair.certificate.read_text()) == ("anew", "anew")
    # so it may between a renewal's two
    folder.next_pair.certificate.write_text("renewed")
    mend(folder)
    assert folder.pair.certificate.read_text() == "renewed"
    folder.enrolling_pair.key.write_text("again")
    folder.enrolling_pair.certificate.write_text("again")
    folder.next_pair.key.write_text("of the identity before")
    install(folder)
    assert folder.pair.certificate.read_text() == "again"
    assert not folder.next_pair.key.exists()


def test_the_command_enrols_is_killed_and_goes_on(tmp_path: Path, regency: Regency) -> None:
    site = tmp_path / "site.toml"
    site.write_text(
        f'[kiosk]\nid = "{KIOSK}"\n[paths]\ndata_dir = "{tmp_path}/data"\n'
        f'keyring_file = "{tmp_path}/keyring.json"\n'
    )
    (tmp_path / "authorities.pem").write_bytes(regency.files.root.read_bytes())
    command = [sys.executable, "-m", "anjungan.cli", "enrol", "--config", str(site)]
    asking = subprocess.Popen(
        [*command, "--url", regency.url, "--code", regency.claim()],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert asking.stdout is not None
    for line in asking.stdout:
        if "Menunggu konfirmasi" in line:
            break
    asking.kill()
    asking.communicate(timeout=20)
    regency.decide()
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Anjungan terdaftar." in done.stdout
    assert_whole(IdentityFolder(tmp_path / "data" / "identity"), regency)
    unset = tmp_path / "unset.toml"
    unset.write_text("")
    command[-1] = str(unset)
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 3


def test_progress_before_staff_decide_is_waiting(folder: IdentityFolder, regency: Regency) -> None:
    enrolling = Enrolling(folder, KIOSK, regency.files.root)
    question = enrolling.remember(regency.url, regency.claim())
    enrolling.ask(question)
    assert enrolling.poll(question) == Waiting()
    regency.decide()
    progress = enrolling.poll(question)
    assert isinstance(progress, Enrolled)
    assert progress.not_after > datetime.now(tz=UTC) + timedelta(days=364)
