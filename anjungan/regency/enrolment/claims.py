"""Claim codes: handed out by staff, typed once on the kiosk they are for."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from anjungan.protocol.claim_codes import ClaimCode, new_claim_code, parse_claim_code
from anjungan.protocol.identity import KioskId, VillageCode, village_of
from anjungan.regency.audit.trail import Actor, AuditAction, record
from anjungan.regency.store.tables import CLAIMS

VALID_FOR: Final = timedelta(hours=72)
TRIES: Final = 5
_SALT_BYTES: Final = 16
_SCRYPT_COST: Final = 2**12
"""About ten milliseconds: a stolen table of hashes of 55 bits is no use while a code lives."""
_LAST_CLAIMS: Final = 5


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as staff see it."""

    id: int
    kiosk: KioskId
    made_at: datetime
    made_by: int | None
    made_by_name: str
    expires_at: datetime
    tries_left: int

    @property
    def village(self) -> VillageCode:
        """Where the kiosk stands."""
        return village_of(self.kiosk)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The code is right and was not used yet."""

    claim_id: int


@dataclass(frozen=True, slots=True)
class UsedBefore:
    """The code is right, and a request came with it already."""

    claim_id: int


@dataclass(frozen=True, slots=True)
class Expired:
    """The code was right, and its 72 hours are over."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Too many wrong codes were tried (``costs_try``: by this one), or staff took it back."""

    costs_try: bool = False


@dataclass(frozen=True, slots=True)
class WrongCode:
    """Not the code of this kiosk; None where there is no claim that would count tries."""

    tries_left: int | None
    costs_try: bool = False


CodeOutcome = Accepted | UsedBefore | Expired | Blocked | WrongCode


def make_claim(connection: Connection, kiosk: KioskId, actor: Actor, now: datetime) -> ClaimCode:
    """Make a claim and return its code, which is not stored; a claim before it is taken back."""
    withdraw_claims(connection, kiosk, now)
    code, salt = new_claim_code(), secrets.token_bytes(_SALT_BYTES)
    connection.execute(
        insert(CLAIMS).values(
            kiosk=kiosk,
            salt=salt,
            code_hash=_hash(code, salt),
            made_at=now,
            made_by=actor.staff_id,
            made_by_name=actor.name,
            expires_at=now + VALID_FOR,
            tries_left=TRIES,
        )
    )
    record(
        connection,
        actor,
        AuditAction.CLAIM_MADE,
        subject=kiosk,
        now=now,
        village=village_of(kiosk),
    )
    return code


def withdraw_claims(connection: Connection, kiosk: KioskId, now: datetime) -> int:
    """Take back the claims of a kiosk that were not used; return how many there were."""
    return connection.execute(
        update(CLAIMS)
        .where(CLAIMS.c.kiosk == kiosk, CLAIMS.c.used_at.is_(None), CLAIMS.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    ).rowcount


def open_claims(connection: Connection, now: datetime) -> Sequence[ClaimView]:
    """Claims that wait for their kiosk, the soonest to expire first."""
    rows = connection.execute(
        select(CLAIMS)
        .where(
            CLAIMS.c.used_at.is_(None),
            CLAIMS.c.withdrawn_at.is_(None),
            CLAIMS.c.expires_at > now,
            CLAIMS.c.tries_left > 0,
        )
        .order_by(CLAIMS.c.expires_at)
    )
    return [_view(row) for row in rows]


def check_code(connection: Connection, kiosk: KioskId, typed: str, now: datetime) -> CodeOutcome:
    """Compare a typed code with the kiosk's claims; a wrong one costs the open claim a try.

    What is no code at all (its check character says so) costs nothing.
    """
    rows = connection.execute(
        select(CLAIMS)
        .where(CLAIMS.c.kiosk == kiosk)
        .order_by(CLAIMS.c.made_at.desc(), CLAIMS.c.id.desc())
        .limit(_LAST_CLAIMS)
    ).all()
    live = next((row for row in rows if _is_open(row, now)), None)
    code = parse_claim_code(typed)
    if code is None:
        return WrongCode(None if live is None else live.tries_left)
    for row in rows:
        if hmac.compare_digest(row.code_hash, _hash(code, row.salt)):
            return _outcome(row, now)
    if live is None:
        # the last claim was used up by wrong codes: say so, or the technician goes on trying
        spent = bool(rows) and rows[0].tries_left == 0 and rows[0].used_at is None
        return Blocked() if spent else WrongCode(None)
    connection.execute(
        update(CLAIMS)
        .where(CLAIMS.c.id == live.id, CLAIMS.c.tries_left > 0)
        .values(tries_left=CLAIMS.c.tries_left - 1)
    )
    if live.tries_left == 1:
        return Blocked(costs_try=True)
    return WrongCode(live.tries_left - 1, costs_try=True)


def use_claim(connection: Connection, claim_id: int, now: datetime) -> bool:
    """Use a claim up; False where another was faster."""
    return bool(
        connection.execute(
            update(CLAIMS)
            .where(CLAIMS.c.id == claim_id, CLAIMS.c.used_at.is_(None))
            .values(used_at=now)
        ).rowcount
    )


def _outcome(row: Any, now: datetime) -> CodeOutcome:
    if row.used_at is not None:
        return UsedBefore(row.id)
    if row.withdrawn_at is not None or row.tries_left == 0:
        return Blocked()
    if row.expires_at <= now:
        return Expired()
    return Accepted(row.id)


def _is_open(row: Any, now: datetime) -> bool:
    return isinstance(_outcome(row, now), Accepted)


def _view(row: Any) -> ClaimView:
    return ClaimView(
        row.id,
        KioskId(row.kiosk),
        row.made_at,
        row.made_by,
        row.made_by_name,
        row.expires_at,
        row.tries_left,
    )


def _hash(code: ClaimCode, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, n=_SCRYPT_COST, r=8, p=1, dklen=32)
