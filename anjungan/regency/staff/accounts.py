"""Who works here: accounts, roles and passwords."""

import enum
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, insert, select, update

from anjungan.protocol.identity import VillageCode
from anjungan.regency.staff.passwords import (
    MAX_PASSWORD_CHARACTERS,
    MIN_PASSWORD_CHARACTERS,
    PasswordProblem,
    password_problem,
)
from anjungan.regency.staff.permissions import PERMISSIONS, Permission, Role
from anjungan.regency.store.tables import STAFF

if TYPE_CHECKING:
    from sqlalchemy import Row

MAX_NAME_CHARACTERS: Final = 64
MAX_DISPLAY_NAME_CHARACTERS: Final = 100


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


class AccountProblem(enum.Enum):
    """Why an account cannot be made as asked; the value says it on the command line."""

    NAME = f"a name has 1 to {MAX_NAME_CHARACTERS} characters, no spaces"
    PASSWORD_SHORT = f"a password has at least {MIN_PASSWORD_CHARACTERS} characters"
    PASSWORD_LONG = f"a password has at most {MAX_PASSWORD_CHARACTERS} characters"
    PASSWORD_GUESSABLE = "a password is no name, no well-known word and not digits alone"  # noqa: S105 - no password
    VILLAGE = "a village officer, and nobody else, belongs to a village"
    TAKEN = "there is an account of this name"


_PASSWORD_PROBLEMS: Final = {
    PasswordProblem.TOO_SHORT: AccountProblem.PASSWORD_SHORT,
    PasswordProblem.TOO_LONG: AccountProblem.PASSWORD_LONG,
    PasswordProblem.GUESSABLE: AccountProblem.PASSWORD_GUESSABLE,
}


class AccountError(ValueError):
    """An account cannot be made as asked; the message says why."""

    def __init__(self, problem: AccountProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def add_staff(
    connection: Connection,
    *,
    name: str,
    display_name: str,
    role: Role,
    village: VillageCode | None,
    password: str,
    now: datetime,
    one_time_until: datetime | None = None,
) -> int:
    """Make an account and return its number.

    With ``one_time_until`` the password was made by somebody else: it must be changed at the first
    login, and until then.

    Raises:
        AccountError: name, password or village will not do.
    """
    login = name.strip().lower()
    if (
        not login
        or len(login) > MAX_NAME_CHARACTERS
        or not login.isprintable()
        or any(each.isspace() for each in login)
    ):
        raise AccountError(AccountProblem.NAME)
    problem = password_problem(password, login)
    if problem is not None:
        raise AccountError(_PASSWORD_PROBLEMS[problem])
    if (role is Role.VILLAGE_OFFICER) != (village is not None):
        raise AccountError(AccountProblem.VILLAGE)
    if connection.execute(select(STAFF.c.id).where(STAFF.c.name == login)).first() is not None:
        raise AccountError(AccountProblem.TAKEN)
    made = connection.execute(
        insert(STAFF)
        .values(
            name=login,
            display_name=clean_display_name(display_name) or login,
            role=role.value,
            village=village,
            password_hash=hash_password(password),
            created_at=now,
            one_time_until=one_time_until,
        )
        .returning(STAFF.c.id)
    )
    return int(made.scalar_one())


def clean_display_name(text: str) -> str:
    """A name for pages: one line, printable, at most 100 characters."""
    words = " ".join(text.split())
    return "".join(each for each in words if each.isprintable())[:MAX_DISPLAY_NAME_CHARACTERS]


def staff_with_id(connection: Connection, staff_id: int) -> StaffMember | None:
    """The account of that number, whether it is enabled or not."""
    row = connection.execute(select(STAFF).where(STAFF.c.id == staff_id)).one_or_none()
    return None if row is None else staff_of(row)


def staff_of(row: "Row[tuple[object, ...]]") -> StaffMember:
    """The account in a row of the table."""
    village = None if row.village is None else VillageCode(row.village)
    return StaffMember(row.id, row.name, row.display_name, Role(row.role), village)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is stored to check a login against; of nobody when ``staff_id`` is None.

    ``usable_until``: the password was made for one time, and is none afterwards.
    """

    staff_id: int | None
    password_hash: str
    is_enabled: bool = True
    usable_until: datetime | None = None

    def __repr__(self) -> str:
        return f"Credentials(staff_id={self.staff_id}, …)"

    def usable(self, now: datetime) -> bool:
        """Whether the right password opens anything."""
        in_time = self.usable_until is None or now <= self.usable_until
        return self.staff_id is not None and self.is_enabled and in_time


def credentials_of(connection: Connection, name: str) -> Credentials:
    """The stored hash of an account, or one nobody knows the password of.

    An unknown name thus costs the same time as a wrong password.
    """
    # what is not printable is no name of ours, and PostgreSQL takes no NUL
    typed = name.strip().lower()
    row = connection.execute(
        select(
            STAFF.c.id, STAFF.c.password_hash, STAFF.c.disabled_at, STAFF.c.one_time_until
        ).where(STAFF.c.name == (typed if typed.isprintable() else ""))
    ).one_or_none()
    if row is None:
        return Credentials(None, _hash_of_nobody())
    return Credentials(row.id, row.password_hash, row.disabled_at is None, row.one_time_until)


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
            .values(password_hash=hash_password(password))
        )


def hash_password(password: str) -> str:
    """A slow hash (Argon2id) of a password; takes some 50 ms."""
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash("no password has these words")
