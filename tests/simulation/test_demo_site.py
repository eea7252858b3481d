"""The demo's site: settings that both sides read, keys that fit, a login that is nobody's guess."""

import stat
from pathlib import Path

import pytest

from anjungan.appliance.agent.keys import load_keys
from anjungan.appliance.settings.load import load_settings
from anjungan.protocol.identity import village_of
from anjungan.regency.keys import KeyFiles, check_keys
from anjungan.regency.settings import load_settings as load_regency
from anjungan.regency.staff.accounts import credentials_of, password_fits
from anjungan.regency.staff.directory import list_staff
from anjungan.regency.staff.permissions import Role
from anjungan.regency.store.database import open_database
from anjungan.simulation.places import Places
from anjungan.simulation.site import KIOSK, Ports, prepare
from anjungan.simulation.staff import role_words

PORTS = Ports(broker=1111, line=2222, web=3333, screen=4444)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "d")


def test_agent_and_regency_read_what_was_prepared(places: Places) -> None:
    prepare(places, PORTS, health_interval_s=3.0)
    site = load_settings(places.site_file, environment={}).settings
    assert site.kiosk.id == KIOSK == "3505102001-1"
    assert (site.line.port, site.line.health_interval_s) == (2222, 3.0)
    regency = load_regency(places.regency_file, {})
    assert (regency.mqtt.port, regency.bind_address) == (1111, ("127.0.0.1", 3333))
    ring = check_keys(KeyFiles(regency.keys_path), regency.code)
    assert load_keys(site).keyring == ring


def test_a_second_start_keeps_keys_and_login_and_takes_new_ports(places: Places) -> None:
    login = prepare(places, PORTS, health_interval_s=3.0)
    site = load_settings(places.site_file, environment={}).settings
    keys = load_keys(site)
    again = prepare(places, Ports(broker=5, line=6, web=7, screen=8), health_interval_s=4.0)
    assert again == login
    renewed = load_settings(places.site_file, environment={}).settings
    assert renewed.line.port == 6
    assert load_keys(renewed) == keys


def test_the_login_is_random_works_and_is_private(places: Places, tmp_path: Path) -> None:
    login = prepare(places, PORTS, health_interval_s=3.0)
    other = prepare(Places(tmp_path / "other"), PORTS, health_interval_s=3.0)
    assert login.password != other.password
    assert len(login.password) >= 12
    assert login.password not in repr(login)
    assert stat.S_IMODE(places.staff_login_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.village_key_file.stat().st_mode) == 0o600
    database = open_database(places.regency_dir / "regency.db")
    with database.reading() as connection:
        credentials = credentials_of(connection, login.name)
    database.close()
    assert password_fits(credentials, login.password)
    assert not password_fits(credentials, other.password)


def test_a_first_start_that_was_cut_off_is_completed(places: Places) -> None:
    login = prepare(places, PORTS, health_interval_s=3.0)
    (places.regency_dir / "regency.db").unlink()
    assert prepare(places, PORTS, health_interval_s=3.0) == login
    database = open_database(places.regency_dir / "regency.db")
    with database.reading() as connection:
        assert password_fits(credentials_of(connection, login.name), login.password)
    database.close()


def test_a_run_folder_of_somebody_else_is_refused(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.make()
    monkeypatch.setattr("os.getuid", lambda: 4_000_000)
    with pytest.raises(PermissionError, match="somebody else"):
        places.make()


def test_there_is_an_account_for_every_role(places: Places) -> None:
    prepare(places, PORTS, health_interval_s=3.0)
    database = open_database(places.regency_dir / "regency.db")
    with database.reading() as connection:
        staff = [entry.staff for entry in list_staff(connection)]
        others = [
            (login.name, password_fits(credentials_of(connection, login.name), login.password))
            for login, _ in role_words(places)
        ]
    database.close()
    assert {each.role for each in staff} == set(Role)
    assert {each.village for each in staff if each.role is Role.VILLAGE_OFFICER} == {
        village_of(KIOSK)
    }
    assert others == [
        (name, True) for name in ("petugas-kabupaten", "petugas-desa", "teknisi", "pengamat")
    ]
    for name, _ in others:
        assert stat.S_IMODE(places.role_login_file(name).stat().st_mode) == 0o600
