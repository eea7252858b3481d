"""The demo's staff: an account for every role, and one for the simulated clerk.

Passwords are random, made at the first start and kept beside the demo's data.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from anjungan.protocol.identity import VillageCode
from anjungan.regency.staff.accounts import add_staff
from anjungan.regency.staff.permissions import Role
from anjungan.regency.store.database import Database
from anjungan.regency.store.tables import STAFF
from anjungan.simulation.places import Places


class StaffLogin(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the demo; its password is random."""

    name: str
    password: str

    def __repr__(self) -> str:
        return f"StaffLogin(name={self.name!r}, …)"


@dataclass(frozen=True, slots=True)
class _Account:
    name: str
    display_name: str
    role: Role


CLERK: Final = _Account("petugas-simulasi", "Petugas Simulasi", Role.ADMINISTRATOR)
"""Moves requests of many villages, which only an administrator may."""
PETUGAS: Final = _Account("petugas", "Petugas Contoh", Role.ADMINISTRATOR)
OTHERS: Final = (
    _Account("petugas-kabupaten", "Petugas Kabupaten", Role.STAFF),
    _Account("petugas-desa", "Petugas Minggirsari", Role.VILLAGE_OFFICER),
    _Account("teknisi", "Teknisi Contoh", Role.TECHNICIAN),
    _Account("pengamat", "Pengamat Contoh", Role.VIEWER),
)
WHAT_THEY_DO: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.STAFF: "all villages: reads, handles alerts",
        Role.VILLAGE_OFFICER: "requests of Minggirsari",
        Role.TECHNICIAN: "kiosks, visits, enrolment",
        Role.VIEWER: "looks on",
    }
)


def make_staff(
    places: Places, database: Database, village: VillageCode, now: datetime
) -> StaffLogin:
    """Make the accounts that are missing; returns the login of ``petugas``.

    A start that was interrupted in between is completed by the next one.
    """
    files = [
        (CLERK, places.clerk_login_file),
        (PETUGAS, places.staff_login_file),
        *((account, places.role_login_file(account.name)) for account in OTHERS),
    ]
    logins = [(account, _kept_login(file, account.name)) for account, file in files]
    with database.writing() as connection:
        for account, login in logins:
            _make(connection, account, login, village, now)
    return _read_login(places.staff_login_file)


def role_words(places: Places) -> Sequence[tuple[StaffLogin, str]]:
    """The logins of the other roles, and what each of them is for."""
    return [
        (_read_login(places.role_login_file(account.name)), WHAT_THEY_DO[account.role])
        for account in OTHERS
    ]


def _make(
    connection: Connection,
    account: _Account,
    login: StaffLogin,
    village: VillageCode,
    now: datetime,
) -> None:
    known = connection.execute(select(STAFF.c.id).where(STAFF.c.name == login.name))
    if known.first() is None:
        add_staff(
            connection,
            name=login.name,
            display_name=account.display_name,
            role=account.role,
            village=village if account.role is Role.VILLAGE_OFFICER else None,
            password=login.password,
            now=now,
        )


def _kept_login(file: Path, name: str) -> StaffLogin:
    if not file.exists():
        made = StaffLogin(name=name, password=secrets.token_urlsafe(9))
        write_private(file, msgspec.json.encode(made).decode())
    return _read_login(file)


def _read_login(file: Path) -> StaffLogin:
    return msgspec.json.decode(file.read_bytes(), type=StaffLogin)


def write_private(path: Path, text: str) -> None:
    """Write a new file nobody else may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
