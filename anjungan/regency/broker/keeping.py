"""What the watch does for the broker: new lists reach it, and whoever was revoked is out.

mosquitto reads certificates and revocation lists anew when it is sent SIGHUP, and from then on
nobody who was revoked comes in; TLS sessions of before cannot be resumed either. Who is connected
already stays connected, so their place is taken (decision 0033).
"""

import logging
import subprocess
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from sqlalchemy import func, select

from anjungan.protocol.identity import KioskId
from anjungan.regency.broker.configuration import BrokerFiles
from anjungan.regency.broker.installing import bring_over
from anjungan.regency.broker.lists import (
    ListsEnded,
    ListsEndSoon,
    ListsGood,
    ListsUnreadable,
    describe,
    list_state,
)
from anjungan.regency.enrolment.authority_files import AuthorityFiles
from anjungan.regency.enrolment.revocation import RevocationReason
from anjungan.regency.link.takeover import TakeoverOutcome, take_over
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database
from anjungan.regency.store.tables import CERTIFICATES, KIOSKS
from anjungan.regency.watch.duty import Duty

LOG: Final = logging.getLogger(__name__)

EVERY: Final = timedelta(seconds=5)
RELOAD_WITHIN_S: Final = 20.0
PUT_OUT_FOR: Final = timedelta(seconds=60)
"""How long after its revocation a kiosk is put out again and again: the reload may come late."""
PUT_OUT_EVERY: Final = timedelta(seconds=15)
STILL_HEARD_FOR: Final = timedelta(minutes=10)

_HARMLESS: Final = (RevocationReason.REPLACED.value, RevocationReason.NEVER_ARRIVED.value)
"""A renewal revokes the certificate it replaced, on the same kiosk."""

PutOut = Callable[[KioskId], TakeoverOutcome]


class BrokerReloadError(RuntimeError):
    """The command that reloads the broker failed; it is tried again."""


class BrokerKeeper:
    """Brings lists over, reloads the broker and puts out the revoked. ``work`` bears repetition."""

    def __init__(self, settings: RegencySettings, database: Database, put_out: PutOut) -> None:
        self._authority = AuthorityFiles(settings.authority_path)
        self._files = BrokerFiles(settings.broker_path)
        self._reload_command = settings.broker.reload_command
        self._database = database
        self._put_out = put_out
        # whether the broker has read the newest files is not known at the start
        self._reload_due = True
        self._put_out_at: dict[KioskId, datetime] = {}

    def work(self, now: datetime) -> None:
        """Do what is due; raises OSError or BrokerReloadError where the broker's files fail."""
        try:
            self._keep_files(now)
        finally:
            # also when the files fail: whoever is connected is out at least for now
            self._put_out_revoked(now)

    def _keep_files(self, now: datetime) -> None:
        if not self._files.configuration.exists():
            return  # the broker stands elsewhere, and its files are somebody else's care
        if bring_over(self._authority, self._files):
            self._reload_due = True
        state = list_state(self._files.crl, now)
        match state:
            case ListsGood():
                pass
            case ListsEndSoon() | ListsEnded() | ListsUnreadable():
                LOG.error("revocation lists: %s", describe(state))
            case _:
                assert_never(state)
        if self._reload_due and self._reload_command:
            _run(self._reload_command)
        self._reload_due = False

    def _put_out_revoked(self, now: datetime) -> None:
        for kiosk in self._revoked(now):
            before = self._put_out_at.get(kiosk)
            if before is not None and now - before < PUT_OUT_EVERY:
                continue
            self._put_out_at[kiosk] = now
            LOG.info("%s was revoked and is put out: %s", kiosk, self._put_out(kiosk).value)
        self._put_out_at = {
            kiosk: at for kiosk, at in self._put_out_at.items() if now - at < STILL_HEARD_FOR
        }

    def _revoked(self, now: datetime) -> Sequence[KioskId]:
        """Kiosks revoked a moment ago, and those heard after it that have no other certificate."""
        lately = (
            select(CERTIFICATES.c.kiosk)
            .where(
                CERTIFICATES.c.revoked_at > now - PUT_OUT_FOR,
                CERTIFICATES.c.revocation_reason.not_in(_HARMLESS),
            )
            .distinct()
        )
        accepted = select(CERTIFICATES.c.kiosk).where(
            CERTIFICATES.c.revoked_at.is_(None), CERTIFICATES.c.not_after > now
        )
        still_heard = (
            select(CERTIFICATES.c.kiosk)
            .join(KIOSKS, KIOSKS.c.kiosk == CERTIFICATES.c.kiosk)
            .where(
                CERTIFICATES.c.kiosk.not_in(accepted),
                KIOSKS.c.last_report_at > now - STILL_HEARD_FOR,
            )
            .group_by(CERTIFICATES.c.kiosk, KIOSKS.c.last_report_at)
            .having(KIOSKS.c.last_report_at > func.max(CERTIFICATES.c.revoked_at))
        )
        with self._database.reading() as connection:
            found = {*connection.scalars(lately), *connection.scalars(still_heard)}
        return sorted(KioskId(kiosk) for kiosk in found)


def broker_duties(settings: RegencySettings, database: Database) -> Sequence[Duty]:
    """The duty; there is none where the broker is spoken with plainly, as in a demo."""
    if not settings.mqtt.uses_tls:
        return ()
    address = settings.broker_address
    keeper = BrokerKeeper(settings, database, lambda kiosk: take_over(address, kiosk))
    return (Duty("broker", EVERY, keeper.work),)


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own command, without a shell
            command, capture_output=True, timeout=RELOAD_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrokerReloadError(f"{command[0]}: {type(error).__name__}") from error
    if done.returncode != 0:
        raise BrokerReloadError(f"{command[0]} ended with {done.returncode}")
