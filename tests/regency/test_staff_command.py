"""Accounts and the audit log on the command line."""

import io
import re
import sys

import pytest
from people_lab import audit_lines
from regency_lab import PASSWORD
from sqlalchemy import text

from anjungan import cli
from anjungan.regency.audit.trail import AuditAction
from anjungan.regency.staff.accounts import credentials_of, password_fits
from anjungan.regency.staff.directory import staff_with_name
from anjungan.regency.staff.factor_key import FactorKey
from anjungan.regency.staff.sessions import begin_session, find_session

pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def run(settings, monkeypatch, capsys):
    """Run ``anjungan regency admin …``; returns code, output and complaints."""
    monkeypatch.setenv("ANJUNGAN_REGENCY_DATA_DIR", str(settings.data_dir))

    def run(*words, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = cli.main(["regency", "admin", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_the_first_administrator_is_made_and_written_down(run, database):
    code, out, _ = run("add-staff", "Ratna", "--role", "administrator", stdin=f"{PASSWORD}\n")
    assert code == 0
    assert PASSWORD not in out
    (line,) = audit_lines(database, AuditAction.ACCOUNT_ADDED)
    assert line.actor.startswith("perintah (")
    assert (line.role, line.subject, line.detail) == ("system", "ratna", "Pengelola")


@pytest.mark.parametrize(
    "password", ["", "pendek", "1234567890123", "administrator", "ratna ratna"]
)
def test_a_weak_password_is_refused_and_there_is_no_default(run, database, password):
    code, _, err = run("add-staff", "ratna", "--role", "administrator", stdin=f"{password}\n")
    assert code == 1
    assert "a password" in err
    with database.reading() as connection:
        assert staff_with_name(connection, "ratna") is None


def test_accounts_are_listed(run, accounts):
    code, out, _ = run("list-staff")
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == 6
    assert "beru  village_officer 3505171001  last login never" in lines
    run("disable-staff", "wati")
    assert run("list-staff")[1].splitlines()[-1] == "wati  viewer  last login never  disabled"


def test_a_forgotten_password_is_replaced_by_one_for_one_time(run, accounts, database, clock):
    with database.writing() as connection:
        staff = staff_with_name(connection, "ratna")
        token = begin_session(connection, staff.id, clock())
    code, out, _ = run("reset-password", "Ratna")
    assert code == 0
    password = re.search(r"password for one time: (\S+)", out).group(1)
    with database.reading() as connection:
        credentials = credentials_of(connection, "ratna")
        assert find_session(connection, token, clock()) is None
    assert password_fits(credentials, password)
    assert not password_fits(credentials, PASSWORD)
    assert credentials.usable_until is not None
    assert password not in repr(audit_lines(database))


def test_the_last_administrator_is_not_disabled(run, accounts):
    assert run("disable-staff", "budi")[0] == 0
    code, _, err = run("disable-staff", "ratna")
    assert code == 1
    assert "last administrator" in err
    assert run("enable-staff", "budi") == (0, "enabled\n", "")
    assert run("disable-staff", "ratna")[0] == 0


@pytest.mark.parametrize(
    "command", ["reset-password", "reset-second-factor", "disable-staff", "enable-staff"]
)
def test_an_unknown_name_is_a_failure(run, accounts, command):
    assert run(command, "siapa") == (1, "", "there is no account of this name\n")


def test_a_second_factor_is_taken_away(run, accounts, database, clock, settings):
    import pyotp  # noqa: PLC0415 - only here

    from anjungan.regency.staff.second_factor import (  # noqa: PLC0415 - only here
        begin_factor,
        confirm_factor,
        unconfirmed_secret,
    )

    assert run("reset-second-factor", "ratna")[1] == "there was none\n"
    key = FactorKey(settings.staff_keys_path)
    with database.writing() as connection:
        staff = staff_with_name(connection, "ratna")
        begin_factor(connection, key, staff.id, clock())
        secret = unconfirmed_secret(connection, key, staff.id)
        assert confirm_factor(connection, key, staff.id, pyotp.TOTP(secret).at(clock()), clock())
    assert run("reset-second-factor", "ratna")[1] == "removed\n"


def test_the_audit_is_checked(run, accounts, database):
    run("disable-staff", "wati")
    code, out, _ = run("check-audit")
    assert code == 0
    assert "1 lines as they were written" in out
    digest = re.search(r"digest ([0-9a-f]{64})", out).group(1)
    run("enable-staff", "wati")
    assert run("check-audit", "--known", digest)[0] == 0
    code, _, err = run("check-audit", "--known", "00" * 32)
    assert code == 1
    assert "not in the chain" in err
    assert run("check-audit", "--known", "xyz")[0] == 1
    with database.writing() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET actor = 'siapa' WHERE id = 1"))
    code, _, err = run("check-audit")
    assert code == 1
    assert "a line was changed (number 1)" in err
