"""The authority from the command line: made, used by the web over HTTPS, renewed, shown."""

import io
import os
import signal
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from regency_lab import KIOSK, free_port

from anjungan.cli import main
from anjungan.protocol.enrolment import NONCES_PATH
from anjungan.regency.enrolment.authority import INBOX_NAME, common_name_of
from anjungan.regency.enrolment.authority_files import (
    AuthorityFiles,
    AuthorityFilesError,
    load_certificates,
    load_issuing,
    load_root,
)
from anjungan.regency.enrolment.own_certificates import hosts_of, renew_own_certificates
from anjungan.regency.enrolment.revocation import read_crl_ends

PASSPHRASE = "sandi akar yang panjang"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AuthorityFiles:
    monkeypatch.setenv("ANJUNGAN_REGENCY_DATA_DIR", str(tmp_path))
    return AuthorityFiles(tmp_path / "authority")


def admin(*words: str) -> int:
    return main(["regency", "admin", *words])


@pytest.fixture
def made(files: AuthorityFiles, monkeypatch: pytest.MonkeyPatch) -> AuthorityFiles:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSPHRASE}\n" * 5))
    assert admin("init-authority") == 0
    return files


def test_an_authority_is_made_once_and_its_keys_are_private(made: AuthorityFiles) -> None:
    for path in (made.root_key, made.issuing_key(1)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in made.root_key.read_bytes()
    assert len(load_certificates(made.trusted)) == 2
    before = made.root_key.read_bytes()
    assert admin("init-authority") == 1
    assert made.root_key.read_bytes() == before
    load_root(made, made.root_key, PASSPHRASE.encode())
    with pytest.raises(AuthorityFilesError, match="another passphrase"):
        load_root(made, made.root_key, b"salah sama sekali")
    made.issuing_key(1).chmod(0o644)
    with pytest.raises(AuthorityFilesError, match="others may read it"):
        load_issuing(made)


def test_a_short_passphrase_makes_nothing(
    files: AuthorityFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("pendek\n"))
    assert admin("init-authority") == 1
    assert not files.folder.exists()
    for command in (("issue-server", "127.0.0.1"), ("issue-inbox",), ("show-authority",)):
        assert admin(*command) == 1


def test_servers_and_the_inbox_get_certificates_that_are_renewed_in_place(
    made: AuthorityFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin("issue-server", "broker.test", "127.0.0.1") == 0
    assert admin("issue-inbox") == 0
    server_key, server = made.server
    hosts = list(hosts_of(load_certificates(server)[0]))
    assert hosts[:2] == ["broker.test", "127.0.0.1"]
    assert common_name_of(load_certificates(made.inbox[1])[0]) == INBOX_NAME
    now, key = datetime.now(tz=UTC), server_key.read_bytes()
    assert renew_own_certificates(made, now) == []
    later = now + timedelta(days=700)
    assert renew_own_certificates(made, later) == [server, made.inbox[1]]
    assert server_key.read_bytes() == key
    renewed = load_certificates(server)[0]
    assert list(hosts_of(renewed)) == hosts
    assert renewed.not_valid_after_utc > later + timedelta(days=700)
    capsys.readouterr()
    assert admin("show-authority") == 0
    shown = capsys.readouterr().out
    for name in ("3505 root", "issuing 1", "broker.test", INBOX_NAME, "revocation list of"):
        assert name in shown


def test_the_next_issuing_key_comes_from_the_offline_root(
    made: AuthorityFiles, tmp_path: Path
) -> None:
    medium = tmp_path / "medium.key"
    made.root_key.rename(medium)
    assert admin("renew-issuing") == 1
    assert admin("renew-issuing", "--root-key", str(medium)) == 0
    assert common_name_of(load_issuing(made).certificate).endswith("issuing 2")
    assert len(load_certificates(made.trusted)) == 3
    # one revocation list for each issuing key, or the older one's kiosks would be locked out
    assert len(read_crl_ends(made)) == 2


def test_a_claim_is_for_a_kiosk_of_ours(
    files: AuthorityFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    del files
    assert admin("claim", KIOSK) == 0
    told = capsys.readouterr()
    assert len(told.out.strip()) == 14
    assert KIOSK in told.err
    assert admin("claim", "3506102001-1") == 1
    assert admin("claim", "anjungan") == 1


@contextmanager
def served(environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "anjungan.cli", "regency", "web"],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def test_the_web_serves_https_with_our_own_certificate(
    made: AuthorityFiles, wait_until: Callable[..., None]
) -> None:
    assert admin("issue-server", "127.0.0.1") == 0
    key, certificate = made.server
    url = f"https://127.0.0.1:{free_port()}"
    environment = {
        "ANJUNGAN_REGENCY_WEB_BIND": url.removeprefix("https://"),
        "ANJUNGAN_REGENCY_WEB_PUBLIC_URL": url,
        "ANJUNGAN_REGENCY_WEB_TLS_CERTIFICATE_FILE": str(certificate),
        "ANJUNGAN_REGENCY_WEB_TLS_KEY_FILE": str(key),
    }
    with served(environment):
        context = ssl.create_default_context(cafile=str(made.root))

        def answers() -> bool:
            try:
                answer = httpx.post(url + NONCES_PATH, content=b"{}", verify=context)
            except httpx.ConnectError as error:
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise
                return False  # not listening yet
            return "nonce" in answer.json()

        wait_until(answers, "the endpoint answers over HTTPS")
    half: dict[str, Any] = {"ANJUNGAN_REGENCY_WEB_TLS_KEY_FILE": str(key)}
    with served(half) as process:
        assert process.wait(20) == 3
