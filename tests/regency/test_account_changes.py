"""Changing accounts, on both databases and at the same time."""

import threading

import pytest
from people_lab import audit_lines
from regency_lab import PASSWORD

from anjungan.regency.audit.trail import AuditAction, system_actor
from anjungan.regency.staff.account_changes import (
    Done,
    LastAdministrator,
    disable_staff,
    edit_staff,
    enable_staff,
)
from anjungan.regency.staff.accounts import add_staff, clean_display_name
from anjungan.regency.staff.directory import list_staff
from anjungan.regency.staff.passwords import (
    PasswordProblem,
    new_one_time_password,
    password_problem,
)
from anjungan.regency.staff.permissions import Role
from anjungan.regency.store.database import open_database

DATABASES = ("sqlite", "postgresql")

CONSOLE = system_actor("perintah (tes)")


@pytest.fixture
def administrators(database, clock, cheap_hashes):
    with database.writing() as connection:
        return [
            add_staff(
                connection,
                name=name,
                display_name=name,
                role=Role.ADMINISTRATOR,
                village=None,
                password=PASSWORD,
                now=clock(),
            )
            for name in ("ratna", "budi", "sari")
        ]


def test_administrators_who_end_each_other_at_once_leave_one(
    settings, database, clock, administrators
):
    outcomes, failures = [], []
    barrier = threading.Barrier(len(administrators))

    def work(number, staff_id):
        own = open_database(settings.database_address)
        try:
            barrier.wait(20)
            with own.writing() as connection:
                if number % 2:
                    outcome = edit_staff(
                        connection,
                        CONSOLE,
                        staff_id,
                        display_name="x",
                        role=Role.VIEWER,
                        village=None,
                        now=clock(),
                    )
                else:
                    outcome = disable_staff(connection, CONSOLE, staff_id, clock())
            outcomes.append(outcome)
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=work, args=each) for each in enumerate(administrators)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert sorted(type(each).__name__ for each in outcomes) == ["Done", "Done", "LastAdministrator"]
    with database.reading() as connection:
        left = [
            entry
            for entry in list_staff(connection)
            if entry.is_enabled and entry.staff.role is Role.ADMINISTRATOR
        ]
    assert len(left) == 1


def test_what_changes_nothing_is_no_line(database, clock, administrators):
    first, *_ = administrators
    with database.writing() as connection:
        assert enable_staff(connection, CONSOLE, first, clock()) == Done()
        same = edit_staff(
            connection,
            CONSOLE,
            first,
            display_name="ratna",
            role=Role.ADMINISTRATOR,
            village=None,
            now=clock(),
        )
        assert same == Done()
        assert disable_staff(connection, CONSOLE, first, clock()) == Done()
        assert disable_staff(connection, CONSOLE, first, clock()) == Done()
    assert [line.action for line in audit_lines(database)] == [AuditAction.ACCOUNT_DISABLED.value]


def test_an_administrator_who_is_disabled_is_not_the_last_one(database, clock, administrators):
    first, second, third = administrators
    with database.writing() as connection:
        disable_staff(connection, CONSOLE, first, clock())
        disable_staff(connection, CONSOLE, second, clock())
        assert disable_staff(connection, CONSOLE, first, clock()) == Done(), "it is already"
        assert disable_staff(connection, CONSOLE, third, clock()) == LastAdministrator()


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", PasswordProblem.TOO_SHORT),
        ("123456789", PasswordProblem.TOO_SHORT),
        ("1234567890", PasswordProblem.GUESSABLE),
        ("aaaaaaaaaaaaaaaa", PasswordProblem.GUESSABLE),
        ("Kata Sandi 2026", PasswordProblem.GUESSABLE),
        ("kominfo-blitar-2026", PasswordProblem.GUESSABLE),
        ("Bismillah123!", PasswordProblem.GUESSABLE),
        ("ratna.ratna.1", PasswordProblem.GUESSABLE),
        ("x" * 201, PasswordProblem.TOO_LONG),
        ("empat kuda hijau berlari", None),
        ("kZ8!rT2#pL", None),
        (PASSWORD, None),
    ],
)
def test_guessable_passwords_will_not_do(password, problem):
    assert password_problem(password, "ratna") is problem


def test_passwords_for_one_time_differ_and_will_do():
    made = {new_one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(password_problem(each, "ratna") is None for each in made)


def test_display_names_are_one_printable_line():
    assert clean_display_name(" Siti\n\t A.\u202e ") == "Siti A."
    assert len(clean_display_name("x" * 300)) == 100
