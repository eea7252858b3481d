"""The way to the first certificate, step by step; each may be interrupted and done again.

1. a key is made and written; 2. code and poll token are written; 3. the regency is asked; 4. it is
asked again and again how far it is; 5. the certificate is checked and written; 6. it takes its
place. Whatever was written is taken up again; the same question gets the same answer.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from anjungan.appliance.enrolment.credentials import (
    Checked,
    IdentityProblem,
    check_identity,
    fingerprint_of_key,
    key_at,
    load_chain,
    signing_request,
)
from anjungan.appliance.enrolment.https import Endpoint, Unreachable
from anjungan.appliance.enrolment.identity import (
    IdentityFolder,
    RegencyAddress,
    install,
    mend,
    sync_folder,
    write_address,
    write_private,
    write_public,
)
from anjungan.protocol.enrolment import (
    ANSWERS_PATH,
    REQUESTS_PATH,
    AnswerRequest,
    EnrolmentAnswer,
    EnrolmentPending,
    EnrolmentRequest,
    EnrolmentState,
    IssuedIdentity,
    Refusal,
)
from anjungan.protocol.identity import KioskId


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """What an enrolment under way keeps on disk."""

    url: str
    code: str
    poll_token: str
    tls_authorities: str = ""

    def __repr__(self) -> str:
        return f"Remembered(url={self.url!r}, …)"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Staff have not decided yet."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Refused or expired: this enrolment is over, and a new code is needed."""

    state: EnrolmentState


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The kiosk has its identity."""

    not_after: datetime
    address: RegencyAddress


Progress = Waiting | Decided | Enrolled | IdentityProblem | Refusal | Unreachable


class Enrolling:
    """One enrolment of ``kiosk``. ``pinned`` is the file with the roots it trusts."""

    def __init__(self, folder: IdentityFolder, kiosk: KioskId, pinned: Path) -> None:
        """Take up what is there; make the key where there is none.

        Raises OSError or CredentialsError when a file cannot be read or written.
        """
        folder.make()
        mend(folder)
        self._folder = folder
        self._kiosk = kiosk
        self._pinned_file = pinned
        self._pinned = load_chain(pinned)
        self._key = key_at(folder.enrolling_pair.key)

    @property
    def fingerprint(self) -> str:
        """The digits the technician reads out."""
        return fingerprint_of_key(self._key)

    @property
    def signing_request(self) -> bytes:
        """What is asked for, as DER."""
        return signing_request(self._key, self._kiosk)

    @property
    def remembered(self) -> Remembered | None:
        """The question of an enrolment that was interrupted."""
        try:
            return msgspec.json.decode(self._folder.enrolling.read_bytes(), type=Remembered)
        except (OSError, msgspec.DecodeError):
            return None

    def remember(self, url: str, code: str, tls_authorities: str = "") -> Remembered:
        """Write down what will be asked, before it is asked; the same code keeps its token."""
        before = self.remembered
        token = secrets.token_urlsafe(32)
        if before is not None and before.code == code:
            token = before.poll_token
        question = Remembered(url=url, code=code, poll_token=token, tls_authorities=tls_authorities)
        write_private(self._folder.enrolling, msgspec.json.encode(question))
        return question

    def ask(self, question: Remembered) -> EnrolmentPending | Refusal | Unreachable:
        """Ask for the certificate; asked again, the answer is the same."""
        asked = EnrolmentRequest(
            code=question.code,
            poll_token=question.poll_token,
            signing_request=self.signing_request,
        )
        return self._endpoint(question).ask(REQUESTS_PATH, asked, EnrolmentPending)

    def poll(self, question: Remembered) -> Progress:
        """How far is it? A certificate is checked and put to use."""
        asked = AnswerRequest(poll_token=question.poll_token)
        told = self._endpoint(question).ask(ANSWERS_PATH, asked, EnrolmentAnswer)
        if not isinstance(told, EnrolmentAnswer):
            return told
        if told.state is EnrolmentState.PENDING:
            return Waiting()
        if told.identity is None:
            self.give_up()
            return Decided(told.state)
        return self.take(told.identity, question.url, question.tls_authorities)

    def take(
        self, identity: IssuedIdentity, url: str, tls_authorities: str = ""
    ) -> Enrolled | IdentityProblem:
        """Check an answer, whichever way it came, and put it to use."""
        checked = check_identity(identity, self._key, self._kiosk, self._pinned)
        if not isinstance(checked, Checked):
            return checked
        address = RegencyAddress(
            url=url,
            tls_authorities=tls_authorities,
            broker_host=identity.broker_host,
            broker_port=identity.broker_port,
        )
        write_public(self._folder.authorities, checked.authorities)
        write_address(self._folder, address)
        write_public(self._folder.enrolling_pair.certificate, checked.chain)
        install(self._folder)
        return Enrolled(checked.not_after, address)

    def forget(self) -> None:
        """This question is over; the key may serve for another."""
        self._folder.enrolling.unlink(missing_ok=True)
        sync_folder(self._folder.folder)

    def give_up(self) -> None:
        """This question will get no certificate: forget it and its key."""
        for path in (self._folder.enrolling, self._folder.enrolling_pair.key):
            path.unlink(missing_ok=True)
        sync_folder(self._folder.folder)

    def _endpoint(self, question: Remembered) -> Endpoint:
        file = Path(question.tls_authorities) if question.tls_authorities else self._pinned_file
        return Endpoint(question.url, file)
