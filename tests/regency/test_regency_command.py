"""The command line, and the web as a process."""

import io
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from regency_lab import free_port

from anjungan import cli
from anjungan.regency.fleet.overview import read_fleet
from anjungan.regency.keys import KeyFiles


@pytest.fixture
def run(settings, monkeypatch, capsys):
    """Run ``anjungan regency …``; returns code, output and complaints."""
    monkeypatch.setenv("ANJUNGAN_REGENCY_DATA_DIR", str(settings.data_dir))

    def run(*words, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = cli.main(["regency", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_keys_are_made_once_and_checked_afterwards(run, settings):
    code, out, _ = run("admin", "init-keys")
    assert code == 0
    assert "made key 3505-" in out
    before = KeyFiles(settings.keys_path).keyring.read_bytes()
    code, out, _ = run("admin", "init-keys")
    assert code == 0
    assert "made key" not in out
    assert KeyFiles(settings.keys_path).keyring.read_bytes() == before


def test_incomplete_keys_are_a_failure(run, settings):
    run("admin", "init-keys")
    KeyFiles(settings.keys_path).root_public.unlink()
    code, _, err = run("admin", "init-keys")
    assert code == 1
    assert "root.pub" in err


@pytest.mark.usefixtures("cheap_hashes")
def test_a_member_of_staff_is_added_with_a_password_from_standard_input(run):
    code, out, _ = run(
        "admin", "add-staff", "ratna", "--role", "staff", stdin="kata sandi yang panjang\n"
    )
    assert code == 0
    assert "/masuk" in out
    assert "sandi" not in out
    code, _, err = run(
        "admin", "add-staff", "ratna", "--role", "staff", stdin="kata sandi yang panjang\n"
    )
    assert (code, err) == (1, "there is an account of this name\n")


@pytest.mark.usefixtures("cheap_hashes")
def test_a_password_typed_twice_must_be_the_same(run, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(io, "StringIO", Terminal)
    typed = iter(["kata sandi yang panjang", "kata sandi lain sekali"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    code, _, err = run("admin", "add-staff", "ratna", "--role", "staff")
    assert (code, err) == (1, "the passwords differ\n")
    monkeypatch.setattr("getpass.getpass", lambda prompt: "kata sandi yang panjang")
    assert run("admin", "add-staff", "ratna", "--role", "staff")[0] == 0


@pytest.mark.usefixtures("cheap_hashes")
@pytest.mark.parametrize(
    "words", [("--role", "village_officer", "--village", "123"), ("--role", "village_officer")]
)
def test_a_village_that_is_none_is_a_failure(run, words):
    code, _, err = run("admin", "add-staff", "x", *words, stdin="kata sandi yang panjang\n")
    assert code == 1
    assert "village" in err


def test_kiosks_are_listed(run, database, intake, kiosk):
    assert run("admin", "list-kiosks") == (0, "", "")
    intake(kiosk.health())
    code, out, _ = run("admin", "list-kiosks")
    assert code == 0
    assert out.startswith("3505102001-1  ")
    assert "1.0.0" in out


def test_wrong_settings_have_their_own_exit_code(run, tmp_path):
    code, _, err = run("inbox", "--config", str(tmp_path / "nothing.toml"))
    assert code == 3
    assert "nothing.toml" in err


def test_wrong_words_have_their_own_exit_code(run):
    with pytest.raises(SystemExit) as caught:
        run("admin", "add-staff", "x", "--role", "king")
    assert caught.value.code == 2


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own address
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return None, ""


def test_the_web_process_serves_logs_no_address_and_ends_when_told(
    *, settings, database, intake, kiosk, wait_until, tmp_path
):
    request = kiosk.request()
    intake(request)
    port = free_port()
    log = tmp_path / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "anjungan.cli", "regency", "web"],
            env={
                **os.environ,
                "ANJUNGAN_REGENCY_DATA_DIR": str(settings.data_dir),
                "ANJUNGAN_REGENCY_WEB_BIND": f"127.0.0.1:{port}",
                "ANJUNGAN_REGENCY_WEB_PUBLIC_URL": f"http://127.0.0.1:{port}",
            },
            stdout=output,
            stderr=output,
        )
    try:
        base = f"http://127.0.0.1:{port}"
        wait_until(lambda: fetch(f"{base}/healthz")[0] == 200, "the web answers")
        status, html = fetch(f"{base}/t/{request.ticket_token}")
        assert status == 200
        assert re.search(r"241126-001", html)
        fetch(f"{base}/t/{'A' * 22}")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    text = log.read_text()
    assert "pages at" in text
    assert request.ticket_token not in text
    assert "A" * 22 not in text


def test_list_kiosks_judges_by_the_settings(database, intake, kiosk, clock):
    intake(kiosk.health())
    clock.pass_time(seconds=45)
    with database.reading() as connection:
        (seldom,) = read_fleet(connection, report_interval_s=300, now=clock()).kiosks
        (often,) = read_fleet(connection, report_interval_s=10, now=clock()).kiosks
    assert (seldom.connection.value, often.connection.value) == ("online", "offline")
