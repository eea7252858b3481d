"""Accounts, and the delay for those who guess."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st
from regency_lab import PASSWORD
from sqlalchemy import select

from anjungan.protocol.identity import VillageCode
from anjungan.regency.staff import accounts as staff_accounts
from anjungan.regency.staff.accounts import (
    AccountError,
    add_staff,
    credentials_of,
    password_fits,
    renew_hash,
)
from anjungan.regency.staff.permissions import Role
from anjungan.regency.staff.throttle import LONGEST_DELAY, delay_after
from anjungan.regency.store.tables import STAFF

DATABASES = ("sqlite", "postgresql")


def add(database, clock, **changes):
    values = {
        "name": "ratna",
        "display_name": "Ratna W.",
        "role": Role.STAFF,
        "village": None,
        "password": PASSWORD,
        "now": clock(),
        **changes,
    }
    with database.writing() as connection:
        add_staff(connection, **values)


def test_a_password_is_kept_as_a_slow_hash(database, clock):
    add(database, clock)
    with database.reading() as connection:
        row = connection.execute(select(STAFF)).one()
        credentials = credentials_of(connection, "ratna")
    assert PASSWORD not in repr(tuple(row))
    parameters = extract_parameters(row.password_hash)
    assert (parameters.type.name, parameters.memory_cost >= 19_456) == ("ID", True)
    assert password_fits(credentials, PASSWORD)
    assert not password_fits(credentials, PASSWORD + " ")


def test_nobodys_password_is_checked_with_the_same_cost(database, clock, monkeypatch):
    add(database, clock)
    with database.reading() as connection:
        known, nobody = credentials_of(connection, "ratna"), credentials_of(connection, "siapa")
    assert nobody.staff_id is None
    assert extract_parameters(known.password_hash) == extract_parameters(nobody.password_hash)
    assert not password_fits(nobody, "no password has these words")


@pytest.mark.usefixtures("cheap_hashes")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "a name has"),
        ({"name": "x" * 65}, "a name has"),
        ({"name": "a\nb"}, "a name has"),
        ({"password": "pendek"}, "a password has"),
        ({"password": "x" * 201}, "a password has"),
        ({"role": Role.VILLAGE_OFFICER}, "belongs to a village"),
        ({"village": VillageCode("3505171001")}, "belongs to a village"),
        ({"name": "BUDI "}, "there is an account"),
    ],
)
def test_accounts_that_will_not_do(database, clock, changes, words):
    add(database, clock, name="budi")
    with pytest.raises(AccountError, match=words):
        add(database, clock, **changes)


@pytest.mark.usefixtures("cheap_hashes")
def test_an_old_hash_is_renewed_at_login(database, clock, monkeypatch):
    add(database, clock)
    stronger = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    monkeypatch.setattr(staff_accounts, "_hasher", lambda: stronger)
    with database.writing() as connection:
        renew_hash(connection, credentials_of(connection, "ratna"), PASSWORD)
        renewed = credentials_of(connection, "ratna")
        renew_hash(connection, renewed, PASSWORD)
        assert credentials_of(connection, "ratna") == renewed
    assert extract_parameters(renewed.password_hash).time_cost == 2
    assert password_fits(renewed, PASSWORD)


def test_a_damaged_hash_fits_nothing(database):
    damaged = staff_accounts.Credentials(1, "not a hash")
    assert not password_fits(damaged, PASSWORD)


@settings(max_examples=100)
@given(failures=st.integers(0, 10_000))
def test_the_delay_grows_and_is_bounded(failures):
    assert delay_after(failures) <= delay_after(failures + 1) <= LONGEST_DELAY
    assert (delay_after(failures) == timedelta(0)) == (failures < 3)
