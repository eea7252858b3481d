"""What the watch does for the authority: nobody may be locked out, and nobody let in too long."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from anjungan.protocol.contract import decode
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import Health
from anjungan.protocol.topics import UpKind
from anjungan.regency.enrolment.authority_files import AuthorityFiles
from anjungan.regency.enrolment.certificates import note_certificate_in_use
from anjungan.regency.enrolment.own_certificates import renew_own_certificates
from anjungan.regency.enrolment.revocation import lists_are_due, write_revocation_lists
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database
from anjungan.regency.store.tables import CERTIFICATES, KIOSKS
from anjungan.regency.watch.duty import Duty

LOG: Final = logging.getLogger(__name__)

LISTS_EVERY: Final = timedelta(seconds=15)
USE_EVERY: Final = timedelta(minutes=5)
OWN_EVERY: Final = timedelta(hours=6)


def enrolment_duties(settings: RegencySettings, database: Database) -> Sequence[Duty]:
    """The duties; without an authority on this machine they do nothing."""
    files = AuthorityFiles(settings.authority_path)

    def remake_lists(now: datetime) -> None:
        if not files.trusted.exists():
            return
        with database.reading() as connection:
            due = lists_are_due(connection, files, now)
        if due:
            write_revocation_lists(database, files, now)

    def renew_own(now: datetime) -> None:
        if files.trusted.exists():
            for path in renew_own_certificates(files, now):
                LOG.info("renewed %s", path)

    return (
        Duty("revocation lists", LISTS_EVERY, remake_lists),
        Duty("certificates in use", USE_EVERY, lambda now: note_uses(database, now)),
        Duty("own certificates", OWN_EVERY, renew_own),
    )


def note_uses(database: Database, now: datetime) -> None:
    """See from kiosks' reports which new certificates are in use; what they replaced is revoked."""
    with database.reading() as connection:
        rows = connection.execute(
            select(KIOSKS.c.kiosk, KIOSKS.c.health)
            .join(CERTIFICATES, CERTIFICATES.c.kiosk == KIOSKS.c.kiosk)
            .where(
                CERTIFICATES.c.first_used_at.is_(None),
                CERTIFICATES.c.revoked_at.is_(None),
                KIOSKS.c.health.is_not(None),
            )
            .distinct()
        ).all()
    for row in rows:
        health = decode(UpKind.HEALTH, row.health)
        if isinstance(health, Health) and health.certificate_expires_at is not None:
            with database.writing() as connection:
                note_certificate_in_use(
                    connection, KioskId(row.kiosk), health.certificate_expires_at, now
                )
