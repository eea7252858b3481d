"""Renewing the certificate by itself: looked at once a day, done from half its life on."""

import asyncio
import enum
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from anjungan.appliance.enrolment.identity import (
    IdentityFolder,
    RegencyAddress,
    mend,
    read_address,
    write_public,
)
from anjungan.protocol.enrolment import (
    NONCES_PATH,
    RENEWALS_PATH,
    EnrolmentAnswer,
    EnrolmentProblem,
    Nonce,
    Refusal,
    RenewalRequest,
    renewal_is_due,
    renewal_statement,
)
from anjungan.protocol.identity import KioskId

if TYPE_CHECKING:
    from anjungan.appliance.enrolment.https import Endpoint, Unreachable

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 24 * 3600.0
_FIRST_LOOK_S: Final = (60.0, 600.0)
_RETRY_BASE_S: Final = 900.0
_JITTER: Final = 0.25


class RenewalState(enum.Enum):
    """What came of a look."""

    NOT_ENROLLED = "not_enrolled"
    NOT_DUE = "not_due"
    WAITING = "waiting"
    """A renewal is there and has not connected yet."""
    RENEWED = "renewed"


@dataclass(frozen=True, slots=True)
class NotRenewed:
    """It was due and did not come about; tried again later. ``reason`` is a word for the log."""

    reason: str


RenewalOutcome = RenewalState | NotRenewed


def renew_if_due(folder: IdentityFolder, kiosk: KioskId, now: datetime) -> RenewalOutcome:
    """Look at the certificate and renew it when it is due; blocks.

    Key and question are kept, so that an answer a bad line swallowed is asked for again. Raises
    OSError or CredentialsError when a file cannot be read or written.
    """
    from anjungan.appliance.enrolment import credentials  # noqa: PLC0415 - heavy, and seldom needed

    pair, next_pair = folder.pair, folder.next_pair
    address = read_address(folder)
    if address is None or not (pair.key.exists() and pair.certificate.exists()):
        return RenewalState.NOT_ENROLLED
    if next_pair.certificate.exists():
        return RenewalState.WAITING
    chain = credentials.load_chain(pair.certificate)
    if not renewal_is_due(chain[0].not_valid_after_utc, now):
        return RenewalState.NOT_DUE
    endpoint = _endpoint(folder, address)
    nonce = endpoint.ask(NONCES_PATH, None, Nonce)
    if not isinstance(nonce, Nonce):
        return _not_renewed(nonce)
    key = credentials.load_key(pair.key)
    next_key = credentials.key_at(next_pair.key)
    certificate = credentials.der_of(chain[0])
    request = credentials.signing_request(next_key, kiosk)
    asked = RenewalRequest(
        nonce=nonce.nonce,
        certificate=certificate,
        signing_request=request,
        signature=credentials.sign(key, renewal_statement(nonce.nonce, certificate, request)),
    )
    told = endpoint.ask(RENEWALS_PATH, asked, EnrolmentAnswer)
    if not isinstance(told, EnrolmentAnswer):
        return _not_renewed(told)
    if told.identity is None:
        return NotRenewed("strange_answer")
    pinned = credentials.load_chain(folder.authorities)
    checked = credentials.check_identity(told.identity, next_key, kiosk, pinned)
    if not isinstance(checked, credentials.Checked):
        return NotRenewed(checked.value)
    write_public(folder.authorities, checked.authorities)
    write_public(next_pair.certificate, checked.chain)
    return RenewalState.RENEWED


def _endpoint(folder: IdentityFolder, address: RegencyAddress) -> "Endpoint":
    from anjungan.appliance.enrolment.https import Endpoint  # noqa: PLC0415 - as above

    file = Path(address.tls_authorities) if address.tls_authorities else folder.authorities
    return Endpoint(address.url, file)


def _not_renewed(told: "Refusal | Unreachable") -> RenewalOutcome:
    if isinstance(told, Refusal) and told.problem is EnrolmentProblem.TOO_EARLY:
        return RenewalState.NOT_DUE  # by the regency's clock, which counts
    return NotRenewed(told.problem.value)


class Renewing:
    """The agent's task. ``on_renewed`` is told when there is a new certificate to connect with."""

    def __init__(
        self,
        folder: IdentityFolder,
        kiosk: KioskId,
        *,
        now: Callable[[], datetime],
        rng: Random,
        on_renewed: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._folder = folder
        self._kiosk = kiosk
        self._now = now
        self._rng = rng
        self._on_renewed = on_renewed
        self._sleep = sleep
        self._failures = 0

    async def run(self) -> None:
        """Look for ever; kiosks that start together after a power cut do not ask together."""
        await asyncio.to_thread(self._mend)
        await self._sleep(self._rng.uniform(*_FIRST_LOOK_S))
        while True:
            wait_s = await self.look()
            await self._sleep(wait_s)

    def _mend(self) -> None:
        try:
            mend(self._folder)
        except OSError as error:
            log.warning("the identity was not mended: %s", error.strerror)

    async def look(self) -> float:
        """Look once; return after how many seconds to look again."""
        try:
            outcome: RenewalOutcome = await asyncio.to_thread(
                renew_if_due, self._folder, self._kiosk, self._now()
            )
        except (OSError, ValueError) as error:
            outcome = NotRenewed(str(error))
        if isinstance(outcome, NotRenewed):
            self._failures += 1
            log.warning("the certificate was not renewed: %s", outcome.reason)
            wait_s = min(LOOK_EVERY_S, _RETRY_BASE_S * 2.0 ** min(self._failures - 1, 10))
        else:
            self._failures = 0
            wait_s = LOOK_EVERY_S
        if outcome is RenewalState.RENEWED:
            log.info("the certificate was renewed")
            self._on_renewed()
        return wait_s * self._rng.uniform(1 - _JITTER, 1 + _JITTER)
