"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and recovery codes.

A secret counts once a code of it was confirmed. A code is taken once: of the time steps around now
only those after the last accepted one will do.
"""

import enum
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import Connection, delete, func, insert, select, update

from anjungan.regency.staff.factor_key import FactorKey
from anjungan.regency.store.tables import RECOVERY_CODES, SECOND_FACTORS

STEP_S: Final = 30
STEPS_ASIDE: Final = 1
"""How far a phone's clock may be off, in steps."""
CODE_DIGITS: Final = 6
RECOVERY_CODES_MADE: Final = 10

_RECOVERY_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_CHARACTERS: Final = 12
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Factor:
    """What is known of somebody's second factor. Before ``confirmed_at`` it does not count."""

    confirmed_at: datetime | None
    recovery_codes_left: int

    @property
    def counts(self) -> bool:
        """Whether a login asks for it."""
        return self.confirmed_at is not None


class CodeOutcome(enum.Enum):
    """What a typed code was."""

    WRONG = "wrong"
    OF_APP = "of_app"
    RECOVERY = "recovery"


def factor_of(connection: Connection, staff_id: int) -> Factor | None:
    """Somebody's second factor, or None."""
    row = connection.execute(
        select(SECOND_FACTORS.c.confirmed_at).where(SECOND_FACTORS.c.staff_id == staff_id)
    ).one_or_none()
    if row is None:
        return None
    left = connection.execute(
        select(func.count())
        .select_from(RECOVERY_CODES)
        .where(RECOVERY_CODES.c.staff_id == staff_id, RECOVERY_CODES.c.used_at.is_(None))
    ).scalar_one()
    return Factor(row.confirmed_at, left)


def begin_factor(connection: Connection, key: FactorKey, staff_id: int, now: datetime) -> None:
    """Make a new secret that does not count yet; one that counts is left alone."""
    connection.execute(
        delete(SECOND_FACTORS).where(
            SECOND_FACTORS.c.staff_id == staff_id, SECOND_FACTORS.c.confirmed_at.is_(None)
        )
    )
    if factor_of(connection, staff_id) is None:
        connection.execute(
            insert(SECOND_FACTORS).values(
                staff_id=staff_id,
                secret=key.encrypt(staff_id, pyotp.random_base32()),
                begun_at=now,
                last_step=0,
            )
        )


def unconfirmed_secret(connection: Connection, key: FactorKey, staff_id: int) -> str | None:
    """The secret to be shown while it is set up; None once it counts."""
    row = connection.execute(
        select(SECOND_FACTORS.c.secret).where(
            SECOND_FACTORS.c.staff_id == staff_id, SECOND_FACTORS.c.confirmed_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else key.decrypt(staff_id, row.secret)


def confirm_factor(
    connection: Connection, key: FactorKey, staff_id: int, code: str, now: datetime
) -> Sequence[str] | None:
    """Let the factor count when the code fits; returns its recovery codes, to be shown once."""
    row = connection.execute(
        select(SECOND_FACTORS).where(
            SECOND_FACTORS.c.staff_id == staff_id, SECOND_FACTORS.c.confirmed_at.is_(None)
        )
    ).one_or_none()
    if row is None or not _take_code(connection, key, staff_id, code, now):
        return None
    connection.execute(
        update(SECOND_FACTORS).where(SECOND_FACTORS.c.staff_id == staff_id).values(confirmed_at=now)
    )
    return renew_recovery_codes(connection, key, staff_id)


def check_code(
    connection: Connection, key: FactorKey, staff_id: int, code: str, now: datetime
) -> CodeOutcome:
    """Take a code of the app or a recovery code; either is good for one time."""
    if _take_code(connection, key, staff_id, code, now):
        return CodeOutcome.OF_APP
    used = connection.execute(
        update(RECOVERY_CODES)
        .where(
            RECOVERY_CODES.c.staff_id == staff_id,
            RECOVERY_CODES.c.code_digest == key.digest(staff_id, _bare(code)),
            RECOVERY_CODES.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return CodeOutcome.RECOVERY if used.rowcount else CodeOutcome.WRONG


def renew_recovery_codes(connection: Connection, key: FactorKey, staff_id: int) -> Sequence[str]:
    """Ten new recovery codes; the old ones are good for nothing any more."""
    connection.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.staff_id == staff_id))
    made = [_new_recovery_code() for _ in range(RECOVERY_CODES_MADE)]
    connection.execute(
        insert(RECOVERY_CODES),
        [
            {
                "staff_id": staff_id,
                "code_digest": key.digest(staff_id, _bare(code)),
                "used_at": None,
            }
            for code in made
        ],
    )
    return made


def remove_factor(connection: Connection, staff_id: int) -> bool:
    """Ask for no code any more; False where none was asked for."""
    connection.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.staff_id == staff_id))
    factor = factor_of(connection, staff_id)
    connection.execute(delete(SECOND_FACTORS).where(SECOND_FACTORS.c.staff_id == staff_id))
    return factor is not None and factor.counts


def provisioning_uri(secret: str, login: str, issuer: str) -> str:
    """The ``otpauth`` address authenticator apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def spelt_secret(secret: str) -> str:
    """In groups of four, for typing."""
    return " ".join(secret[each : each + _GROUP] for each in range(0, len(secret), _GROUP))


def _take_code(
    connection: Connection, key: FactorKey, staff_id: int, code: str, now: datetime
) -> bool:
    digits = re.sub(r"\s", "", code)
    row = connection.execute(
        select(SECOND_FACTORS).where(SECOND_FACTORS.c.staff_id == staff_id)
    ).one_or_none()
    if row is None or not re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", digits):
        return False
    totp = pyotp.TOTP(key.decrypt(staff_id, row.secret), digits=CODE_DIGITS, interval=STEP_S)
    present = int(now.timestamp()) // STEP_S
    fitting = [
        step
        for step in range(present - STEPS_ASIDE, present + STEPS_ASIDE + 1)
        if hmac.compare_digest(totp.generate_otp(step), digits) and step > row.last_step
    ]
    if not fitting:
        return False
    taken = connection.execute(
        update(SECOND_FACTORS)
        .where(SECOND_FACTORS.c.staff_id == staff_id, SECOND_FACTORS.c.last_step < fitting[0])
        .values(last_step=fitting[0])
    )
    return taken.rowcount > 0


def _new_recovery_code() -> str:
    letters = "".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(_RECOVERY_CHARACTERS))
    return "-".join(letters[each : each + _GROUP] for each in range(0, len(letters), _GROUP))


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", code).casefold()
