"""Who works here: accounts, roles and passwords."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, insert, select, update

from anjungan.protocol.identity import VillageCode
from anjungan.regency.staff.permissions import PERMISSIONS, Permission, Role
from anjungan.regency.store.tables import STAFF

MIN_PASSWORD_CHARACTERS: Final = 10
MAX_PASSWORD_CHARACTERS: Final = 200
MAX_NAME_CHARACTERS: Final = 64


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One account. ``village`` bounds what a village officer sees; None means everything."""

    id: int
    name: str
    display_name: str
    role: Role
    village: VillageCode | None

    def may(self, permission: Permission) -> bool:
        """Whether the role holds ``permission``; ``village`` bounds it further."""
        return permission in PERMISSIONS[self.role]


class AccountError(ValueError):
    """An account cannot be made as asked; the message says why."""


def add_staff(
    connection: Connection,
    *,
    name: str,
    display_name: str,
    role: Role,
    village: VillageCode | None,
    password: str,
    now: datetime,
) -> None:
    """Make an account; raise AccountError when name, password or village will not do."""
    login = name.strip().lower()
    if not login or len(login) > MAX_NAME_CHARACTERS or not login.isprintable():
        raise AccountError(f"a name has 1 to {MAX_NAME_CHARACTERS} characters")
    if not MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS:
        raise AccountError(f"a password has at least {MIN_PASSWORD_CHARACTERS} characters")
    if (role is Role.VILLAGE_OFFICER) != (village is not None):
        raise AccountError("a village officer, and nobody else, belongs to a village")
    if connection.execute(select(STAFF.c.id).where(STAFF.c.name == login)).first() is not None:
        raise AccountError("there is an account of this name")
    connection.execute(
        insert(STAFF).values(
            name=login,
            display_name=display_name.strip() or login,
            role=role.value,
            village=village,
            password_hash=_hasher().hash(password),
            created_at=now,
        )
    )


def staff_with_id(connection: Connection, staff_id: int) -> StaffMember | None:
    """The account of that number."""
    row = connection.execute(select(STAFF).where(STAFF.c.id == staff_id)).one_or_none()
    if row is None:
        return None
    village = None if row.village is None else VillageCode(row.village)
    return StaffMember(row.id, row.name, row.display_name, Role(row.role), village)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is stored to check a login against; of nobody when ``staff_id`` is None."""

    staff_id: int | None
    password_hash: str


def credentials_of(connection: Connection, name: str) -> Credentials:
    """The stored hash of an account, or one nobody knows the password of.

    An unknown name thus costs the same time as a wrong password.
    """
    row = connection.execute(
        select(STAFF.c.id, STAFF.c.password_hash).where(STAFF.c.name == name.strip().lower())
    ).one_or_none()
    if row is None:
        return Credentials(None, _hash_of_nobody())
    return Credentials(row.id, row.password_hash)


def password_fits(credentials: Credentials, password: str) -> bool:
    """Check a password; takes about as long whatever the outcome. Call outside a transaction."""
    try:
        _hasher().verify(credentials.password_hash, password[: MAX_PASSWORD_CHARACTERS + 1])
    except (VerificationError, InvalidHashError):
        return False
    return credentials.staff_id is not None


def renew_hash(connection: Connection, credentials: Credentials, password: str) -> None:
    """Hash again with today's parameters where the stored hash has older ones."""
    if _hasher().check_needs_rehash(credentials.password_hash):
        connection.execute(
            update(STAFF)
            .where(STAFF.c.id == credentials.staff_id)
            .values(password_hash=_hasher().hash(password))
        )


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash("no password has these words")
