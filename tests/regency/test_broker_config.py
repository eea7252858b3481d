"""The text of mosquitto's configuration, the command that writes it, and the lists it reads."""

import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from regency_lab import REGENCY

from anjungan.cli import main
from anjungan.regency.broker.configuration import (
    INBOX_USER,
    BrokerFiles,
    access_list,
    configuration,
    demo_configuration,
)
from anjungan.regency.broker.installing import bring_over, install
from anjungan.regency.broker.lists import (
    ListsEnded,
    ListsEndSoon,
    ListsGood,
    ListsUnreadable,
    describe,
    list_state,
)
from anjungan.regency.broker.settings import BrokerSettings
from anjungan.regency.enrolment.authority import (
    INBOX_NAME,
    Revoked,
    make_crl,
    make_issuing,
    make_root,
)
from anjungan.regency.enrolment.authority_files import AuthorityFiles
from anjungan.regency.enrolment.beginning import begin_authority
from anjungan.regency.enrolment.own_certificates import issue_inbox_files, issue_server_files
from anjungan.regency.settings import load_settings

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FILES = BrokerFiles(Path("/etc/x"))


def test_kiosks_have_three_lines_and_the_inbox_its_own():
    lines = [line for line in access_list(REGENCY).splitlines() if not line.startswith("#")]
    assert lines == [
        "pattern write anjungan/1/3505/+/%u/up/+",
        "pattern read anjungan/1/3505/+/%u/dn/+",
        "pattern read anjungan/1/3505/all/+",
        "",
        "user regency-inbox",
        "topic read anjungan/1/3505/+/+/up/+",
        "topic write anjungan/1/3505/+/+/dn/+",
        "topic write anjungan/1/3505/all/+",
    ]
    assert INBOX_USER == INBOX_NAME, "the name in the certificate of the inbox"


def listeners(text):
    return re.split(r"^listener ", text, flags=re.MULTILINE)[1:]


def test_both_listeners_ask_for_certificates_and_only_kiosks_are_named_by_them():
    kiosks, internal = listeners(configuration(BrokerSettings(), FILES, REGENCY))
    for listener in (kiosks, internal):
        for line in (
            *("require_certificate true", "use_identity_as_username true", "tls_version tlsv1.3"),
            "crlfile /etc/x/crl.pem",
        ):
            assert f"\n{line}\n" in listener
    assert kiosks.startswith("8883\n")
    assert internal.startswith("8884 127.0.0.1\n")
    assert "use_username_as_clientid true" in kiosks
    assert "use_username_as_clientid" not in internal


def test_no_listener_and_no_line_lets_anybody_in_without_a_certificate():
    text = configuration(BrokerSettings(kiosk_bind="10.0.0.5"), FILES, REGENCY)
    assert "allow_anonymous false" in text
    assert "allow_anonymous true" not in text
    assert "listener 8883 10.0.0.5\n" in text
    # `debug` would tell topics, `all` includes it
    assert {"debug", "all", "subscribe", "unsubscribe"}.isdisjoint(
        re.findall(r"^log_type (\w+)$", text, re.MULTILINE)
    )


def test_an_open_broker_is_on_loopback_alone():
    (listener,) = listeners(demo_configuration(1899, "me"))
    assert listener.startswith("1899 127.0.0.1\n")


@pytest.fixture
def config(tmp_path, database, settings):
    authority = AuthorityFiles(settings.authority_path)
    authority.folder.mkdir(parents=True, mode=0o700)
    file = tmp_path / "regency.toml"
    file.write_text(
        f'data_dir = "{settings.data_dir}"\n[mqtt]\ntls = true\n'
        f'[broker]\nstate_dir = "{tmp_path}"\n'
    )
    return file


def run(*words):
    return main(["regency", "admin", *map(str, words)])


def make_authority(settings, database):
    authority = AuthorityFiles(settings.authority_path)
    now = datetime.now(tz=UTC)
    begin_authority(database, authority, REGENCY, b"sandi akar yang panjang", now)
    issue_server_files(authority, ["127.0.0.1"], now)
    issue_inbox_files(authority, now)
    return authority


def test_the_command_says_what_has_to_be_made_first(config, tmp_path, capsys):
    assert run("broker-config", tmp_path / "broker", "--config", config) == 1
    told = capsys.readouterr().err
    assert "init-authority" in told
    assert "issue-server" in told
    assert not (tmp_path / "broker").exists()


def test_the_command_writes_everything_that_mosquitto_reads(
    config, settings, database, tmp_path, capsys
):
    make_authority(settings, database)
    folder = tmp_path / "broker"
    assert run("broker-config", folder, "--config", config) == 0
    assert "revocation list: good until" in capsys.readouterr().out
    files = BrokerFiles(folder)
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o640
    assert stat.S_IMODE(files.crl.stat().st_mode) == 0o644
    assert files.access.read_text() == access_list(REGENCY)
    expected = configuration(load_settings(config, {}).broker, files, REGENCY)
    assert files.configuration.read_text() == expected, "what the other tests start for real"


def test_a_folder_that_cannot_be_made_is_told(config, settings, database, tmp_path, capsys):
    make_authority(settings, database)
    (tmp_path / "file").write_text("")
    assert run("broker-config", tmp_path / "file" / "x", "--config", config) == 1
    assert "file" in capsys.readouterr().err


def test_only_what_is_new_is_brought_over_and_the_group_stays(settings, database, tmp_path):
    settings.authority_path.mkdir(parents=True, mode=0o700)
    authority = make_authority(settings, database)
    files = install(settings, tmp_path / "broker")
    assert not bring_over(authority, files)
    before = files.key.stat().st_ino
    files.crl.write_bytes(b"old")
    assert bring_over(authority, files)
    assert files.crl.read_bytes() == authority.crl.read_bytes()
    assert files.key.stat().st_ino == before


@pytest.mark.parametrize("words", [("nonsense",), ("3505102001-1",)])
def test_a_kiosk_is_disconnected_by_its_name_where_there_is_a_broker(config, words, capsys):
    assert run("disconnect-kiosk", *words, "--config", config) == 1
    told = capsys.readouterr()
    assert "unreachable" in told.out or "kiosk" in told.err


def crl_file(tmp_path, *ends):
    root = make_root(REGENCY, NOW)
    content = b""
    for number, end in enumerate(ends, 1):
        issuing = make_issuing(root, REGENCY, number, NOW)
        lists = make_crl(issuing, [Revoked(7, NOW)], end - timedelta(days=7))
        content += lists.public_bytes(Encoding.PEM)
    path = tmp_path / "crl.pem"
    path.write_bytes(content)
    return path


def test_the_list_that_ends_first_speaks_for_all(tmp_path):
    week, soon, past = (NOW + timedelta(days=days) for days in (7, 2, -1))
    assert list_state(crl_file(tmp_path, week, week), NOW) == ListsGood(week)
    assert list_state(crl_file(tmp_path, week, soon), NOW) == ListsEndSoon(soon)
    assert list_state(crl_file(tmp_path, past, week), NOW) == ListsEnded(past)
    assert list_state(tmp_path / "none", NOW) == ListsUnreadable()
    (tmp_path / "crl.pem").write_bytes(b"")
    assert list_state(tmp_path / "crl.pem", NOW) == ListsUnreadable()
    (tmp_path / "crl.pem").write_bytes(b"-----BEGIN X509 CRL-----\nx\n-----END X509 CRL-----\n")
    assert list_state(tmp_path / "crl.pem", NOW) == ListsUnreadable()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ListsGood(NOW), "good until"),
        (ListsEndSoon(NOW), "ENDS SOON"),
        (ListsEnded(NOW), "nobody can connect"),
        (ListsUnreadable(), "nobody can connect"),
    ],
)
def test_a_state_in_words(state, words):
    assert words in describe(state)
