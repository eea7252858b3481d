"""Revoking certificates, and the lists (CRL) by which the broker knows it.

A list lives a week and is made anew each day and at each revocation: an expired one locks every
kiosk out. The file is replaced in one step; the broker reads it anew when it is told to.
"""

import enum
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Connection, delete, func, insert, select, update

from anjungan.protocol.identity import KioskId
from anjungan.regency.enrolment.authority import CRL_LIFE, Authority, Revoked, make_crl
from anjungan.regency.enrolment.authority_files import (
    AuthorityFiles,
    AuthorityFilesError,
    issuing_numbers,
    load_issuing_number,
    replace_public_file,
)
from anjungan.regency.store.database import Database
from anjungan.regency.store.tables import CERTIFICATES, REVOCATION_LISTS

REMAKE_AFTER: Final = timedelta(days=1)
ALARM_BEFORE_END: Final = timedelta(days=3)
_KEPT_AFTER_END: Final = timedelta(days=1)


class RevocationReason(enum.Enum):
    """Why a certificate was revoked."""

    STOLEN = "stolen"
    RETIRED = "retired"
    CLONED = "cloned"
    REPLACED = "replaced"
    """Its successor is in use."""
    NEVER_ARRIVED = "never_arrived"
    """A renewal whose answer was lost for good."""
    ENROLLED_ANEW = "enrolled_anew"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RevocationListHealth:
    """How the lists stand. ``expires_at`` is the soonest end; None where none was ever made."""

    expires_at: datetime | None
    made_at: datetime | None

    def is_well(self, now: datetime) -> bool:
        """Whether nobody is about to be locked out."""
        return self.expires_at is not None and self.expires_at - now > ALARM_BEFORE_END


def revoke(
    connection: Connection,
    kiosk: KioskId,
    reason: RevocationReason,
    *,
    by: str,
    now: datetime,
    serials: Sequence[str] | None = None,
) -> Sequence[str]:
    """Revoke a kiosk's certificates (or only those of ``serials``); return which were revoked.

    Also what has expired is revoked, for it could still renew. Write the lists afterwards.
    """
    wanted = [CERTIFICATES.c.kiosk == kiosk, CERTIFICATES.c.revoked_at.is_(None)]
    if serials is not None:
        wanted.append(CERTIFICATES.c.serial.in_(serials))
    found = connection.scalars(select(CERTIFICATES.c.serial).where(*wanted)).all()
    connection.execute(
        update(CERTIFICATES)
        .where(*wanted)
        .values(revoked_at=now, revoked_by_name=by, revocation_reason=reason.value)
    )
    return found


def write_revocation_lists(database: Database, files: AuthorityFiles, now: datetime) -> None:
    """Make the lists of all issuing certificates and put the file in place.

    Raises AuthorityFilesError or OSError when that is impossible; the old file then stays.
    """
    with _lock(files):
        authorities = _authorities(files, now)
        with database.reading() as connection:
            revoked = {each.key_id: _revoked(connection, each.key_id, now) for each in authorities}
        lists = [make_crl(each, revoked[each.key_id], now) for each in authorities]
        replace_public_file(files.crl, b"".join(each.public_bytes(Encoding.PEM) for each in lists))
        with database.writing() as connection:
            connection.execute(delete(REVOCATION_LISTS))
            for each in authorities:
                connection.execute(
                    insert(REVOCATION_LISTS).values(
                        issuer_key_id=each.key_id,
                        made_at=now,
                        expires_at=now + CRL_LIFE,
                        revoked_count=len(revoked[each.key_id]),
                    )
                )


def lists_are_due(connection: Connection, files: AuthorityFiles, now: datetime) -> bool:
    """Whether a list is a day old, is missing, or lacks a revocation."""
    rows = connection.execute(select(REVOCATION_LISTS)).all()
    if not rows or not files.crl.exists():
        return True
    if any(now - row.made_at >= REMAKE_AFTER for row in rows):
        return True
    # by number, not by time: a revocation may be committed while a list is being made
    return any(
        len(_revoked(connection, row.issuer_key_id, now)) != row.revoked_count for row in rows
    )


def revocation_list_health(connection: Connection) -> RevocationListHealth:
    """How the lists stand, for alerts and for the page of enrolment."""
    row = connection.execute(
        select(
            func.min(REVOCATION_LISTS.c.expires_at).label("expires_at"),
            func.min(REVOCATION_LISTS.c.made_at).label("made_at"),
        )
    ).one()
    return RevocationListHealth(row.expires_at, row.made_at)


def read_crl_ends(files: AuthorityFiles) -> Sequence[tuple[str, datetime]]:
    """The issuer and the end of each list in the file."""
    try:
        content = files.crl.read_bytes()
        blocks = content.split(b"-----BEGIN X509 CRL-----")[1:]
        lists = [x509.load_pem_x509_crl(b"-----BEGIN X509 CRL-----" + block) for block in blocks]
    except (OSError, ValueError) as error:
        raise AuthorityFilesError(f"{files.crl}: cannot be read") from error
    return [
        (str(each.issuer.rdns[0].rfc4514_string()), each.next_update_utc)
        for each in lists
        if each.next_update_utc is not None
    ]


def _authorities(files: AuthorityFiles, now: datetime) -> Sequence[Authority]:
    found = [load_issuing_number(files, number) for number in issuing_numbers(files)]
    if not found:
        raise AuthorityFilesError(f"{files.folder}: no issuing certificate; run init-authority")
    living = [each for each in found if each.certificate.not_valid_after_utc > now]
    return living or found[-1:]


def _revoked(connection: Connection, issuer: str, now: datetime) -> Sequence[Revoked]:
    rows = connection.execute(
        select(CERTIFICATES.c.serial, CERTIFICATES.c.revoked_at).where(
            CERTIFICATES.c.issuer_key_id == issuer,
            CERTIFICATES.c.revoked_at.is_not(None),
            # the broker refuses what has expired by itself
            CERTIFICATES.c.not_after > now - _KEPT_AFTER_END,
        )
    )
    return [Revoked(int(row.serial, 16), row.revoked_at) for row in rows]


@contextmanager
def _lock(files: AuthorityFiles) -> Iterator[None]:
    """One maker at a time, so that a list never lacks what an earlier one had."""
    descriptor = os.open(files.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
