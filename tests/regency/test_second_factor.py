"""Codes of an app and recovery codes: each is taken once, and none stands in the clear."""

import os
import stat
import threading

import pyotp
import pytest
from regency_lab import PASSWORD
from sqlalchemy import select

from anjungan.regency.staff.accounts import add_staff
from anjungan.regency.staff.factor_key import FactorKey, FactorKeyError
from anjungan.regency.staff.permissions import Role
from anjungan.regency.staff.second_factor import (
    STEP_S,
    CodeOutcome,
    begin_factor,
    check_code,
    confirm_factor,
    factor_of,
    remove_factor,
    renew_recovery_codes,
    spelt_secret,
    unconfirmed_secret,
)
from anjungan.regency.store.tables import RECOVERY_CODES, SECOND_FACTORS


@pytest.fixture
def key(tmp_path):
    return FactorKey(tmp_path / "keys")


@pytest.fixture
def staff_id(database, clock, cheap_hashes):
    with database.writing() as connection:
        return add_staff(
            connection,
            name="ratna",
            display_name="",
            role=Role.STAFF,
            village=None,
            password=PASSWORD,
            now=clock(),
        )


@pytest.fixture
def secret(database, key, staff_id, clock):
    with database.writing() as connection:
        begin_factor(connection, key, staff_id, clock())
        return unconfirmed_secret(connection, key, staff_id)


def confirm(database, key, staff_id, secret, clock):
    with database.writing() as connection:
        return confirm_factor(connection, key, staff_id, pyotp.TOTP(secret).at(clock()), clock())


def check(database, key, staff_id, code, clock):
    with database.writing() as connection:
        return check_code(connection, key, staff_id, code, clock())


def test_a_secret_counts_only_once_a_code_was_confirmed(database, key, staff_id, secret, clock):
    with database.writing() as connection:
        assert not factor_of(connection, staff_id).counts
        wrong = f"{(int(pyotp.TOTP(secret).at(clock())) + 1) % 10**6:06}"
        assert confirm_factor(connection, key, staff_id, wrong, clock()) is None
        assert not factor_of(connection, staff_id).counts
    codes = confirm(database, key, staff_id, secret, clock)
    assert len(set(codes)) == 10
    with database.writing() as connection:
        assert factor_of(connection, staff_id).counts
        assert unconfirmed_secret(connection, key, staff_id) is None, "it is never shown again"
        begin_factor(connection, key, staff_id, clock())
        assert factor_of(connection, staff_id).counts, "one that counts is not replaced"


def test_beginning_again_makes_another_secret(database, key, staff_id, secret, clock):
    with database.writing() as connection:
        begin_factor(connection, key, staff_id, clock())
        assert unconfirmed_secret(connection, key, staff_id) != secret
    assert confirm(database, key, staff_id, secret, clock) is None


def test_a_code_is_taken_once_and_none_from_before_it(database, key, staff_id, secret, clock):
    confirm(database, key, staff_id, secret, clock)
    totp = pyotp.TOTP(secret)
    assert check(database, key, staff_id, totp.at(clock()), clock) is CodeOutcome.WRONG, "replayed"
    clock.pass_time(seconds=STEP_S)
    code, older = totp.at(clock()), totp.at(clock(), counter_offset=-1)
    assert check(database, key, staff_id, f" {code[:3]} {code[3:]} ", clock) is CodeOutcome.OF_APP
    assert check(database, key, staff_id, code, clock) is CodeOutcome.WRONG
    assert check(database, key, staff_id, older, clock) is CodeOutcome.WRONG


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        (-2, CodeOutcome.WRONG),
        (-1, CodeOutcome.OF_APP),
        (1, CodeOutcome.OF_APP),
        (2, CodeOutcome.WRONG),
    ],
)
def test_a_phones_clock_may_be_off_by_one_step(
    *, database, key, staff_id, secret, clock, steps, outcome
):
    confirm(database, key, staff_id, secret, clock)
    clock.pass_time(seconds=10 * STEP_S)
    code = pyotp.TOTP(secret).at(clock(), counter_offset=steps)
    assert check(database, key, staff_id, code, clock) is outcome


def test_a_code_sent_twice_at_once_is_taken_once(database, key, staff_id, secret, clock):
    confirm(database, key, staff_id, secret, clock)
    clock.pass_time(seconds=STEP_S)
    code = pyotp.TOTP(secret).at(clock())
    outcomes = []
    threads = [
        threading.Thread(
            target=lambda: outcomes.append(check(database, key, staff_id, code, clock))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(each.value for each in outcomes) == ["of_app", "wrong", "wrong", "wrong"]


def test_a_recovery_code_is_good_for_one_time(database, key, staff_id, secret, clock):
    codes = confirm(database, key, staff_id, secret, clock)
    assert check(database, key, staff_id, codes[3].upper().replace("-", " "), clock) is (
        CodeOutcome.RECOVERY
    )
    assert check(database, key, staff_id, codes[3], clock) is CodeOutcome.WRONG
    with database.writing() as connection:
        assert factor_of(connection, staff_id).recovery_codes_left == 9
        renewed = renew_recovery_codes(connection, key, staff_id)
        assert factor_of(connection, staff_id).recovery_codes_left == 10
    assert check(database, key, staff_id, codes[0], clock) is CodeOutcome.WRONG
    assert check(database, key, staff_id, renewed[0], clock) is CodeOutcome.RECOVERY


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "-" * 40])
def test_what_is_no_code_is_wrong(*, database, key, staff_id, secret, clock, typed):
    confirm(database, key, staff_id, secret, clock)
    assert check(database, key, staff_id, typed, clock) is CodeOutcome.WRONG


def test_removed_is_removed(database, key, staff_id, secret, clock):
    with database.writing() as connection:
        assert not remove_factor(connection, staff_id), "one that did not count"
    with database.writing() as connection:
        begin_factor(connection, key, staff_id, clock())
        secret = unconfirmed_secret(connection, key, staff_id)
    codes = confirm(database, key, staff_id, secret, clock)
    with database.writing() as connection:
        assert remove_factor(connection, staff_id)
        assert factor_of(connection, staff_id) is None
    assert check(database, key, staff_id, codes[0], clock) is CodeOutcome.WRONG


def test_the_database_tells_neither_secret_nor_codes(database, key, staff_id, secret, clock):
    codes = confirm(database, key, staff_id, secret, clock)
    with database.reading() as connection:
        kept = repr(connection.execute(select(SECOND_FACTORS)).all())
        kept += repr(connection.execute(select(RECOVERY_CODES)).all())
    assert secret not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_a_secret_copied_to_another_account_opens_nothing(key):
    kept = key.encrypt(1, "GEZDGNBV")
    assert key.decrypt(1, kept) == "GEZDGNBV"
    with pytest.raises(FactorKeyError, match="not the key"):
        key.decrypt(2, kept)


def test_the_key_file_is_made_once_and_is_private(tmp_path):
    file = tmp_path / "keys" / "second-factor.key"
    kept = FactorKey(file.parent).encrypt(1, "GEZDGNBV")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert FactorKey(file.parent).decrypt(1, kept) == "GEZDGNBV"
    assert sorted(each.name for each in file.parent.iterdir()) == [file.name]


def test_processes_that_begin_at_once_agree_on_the_key(tmp_path):
    file = tmp_path / "second-factor.key"
    keys = [FactorKey(file.parent) for _ in range(6)]
    kept = []
    barrier = threading.Barrier(len(keys))

    def work(key):
        barrier.wait(20)
        kept.append(key.encrypt(1, "GEZDGNBV"))

    threads = [threading.Thread(target=work, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [FactorKey(file.parent).decrypt(1, each) for each in kept] == ["GEZDGNBV"] * len(keys)


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        ("zz", 0o600, "not a key"),
        ("abcd", 0o600, "not a key"),
        ("00" * 32, 0o640, "others may read"),
    ],
)
def test_a_bad_key_file_is_refused(tmp_path, content, mode, words):
    file = tmp_path / "second-factor.key"
    file.write_text(content)
    os.chmod(file, mode)  # noqa: PTH101 - whatever the umask is
    with pytest.raises(FactorKeyError, match=words):
        FactorKey(file.parent).encrypt(1, "x")


def test_a_secret_is_spelt_in_groups():
    assert spelt_secret("ABCDEFGHIJ") == "ABCD EFGH IJ"
