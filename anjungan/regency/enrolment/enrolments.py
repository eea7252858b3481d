"""A kiosk's way to its first certificate: it asks with a claim code, and staff decide."""

import enum
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, assert_never

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from anjungan.protocol.enrolment import EnrolmentProblem, EnrolmentState
from anjungan.protocol.identity import KioskId, RegencyCode, VillageCode, regency_of, village_of
from anjungan.regency.audit.trail import Actor, AuditAction, actor_of, record, system_actor
from anjungan.regency.enrolment.authority import Authority
from anjungan.regency.enrolment.certificates import (
    CertificateView,
    certificate_with_serial,
    issue_and_keep,
)
from anjungan.regency.enrolment.claims import (
    Accepted,
    Blocked,
    Expired,
    UsedBefore,
    WrongCode,
    check_code,
    use_claim,
)
from anjungan.regency.enrolment.revocation import RevocationReason, revoke
from anjungan.regency.enrolment.signing_request import (
    BadRequest,
    SigningRequest,
    read_signing_request,
)
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.staff.permissions import PERMISSIONS, Permission
from anjungan.regency.store.tables import CLAIMS, ENROLMENTS, STAFF

WAITS_FOR: Final = timedelta(hours=72)
"""How long a request waits for staff."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The request stands; staff compare this fingerprint."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The request does not stand."""

    problem: EnrolmentProblem
    tries_left: int | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """A request as staff see it."""

    id: str
    kiosk: KioskId
    fingerprint: str
    asked_at: datetime
    state: EnrolmentState
    decided_at: datetime | None
    decided_by_name: str
    serial: str | None
    claimed_by: int | None
    claimed_by_name: str

    @property
    def village(self) -> VillageCode:
        """Where the kiosk stands."""
        return village_of(self.kiosk)


class Decision(enum.Enum):
    """What became of a decision of staff."""

    DONE = "done"
    GONE = "gone"
    """There is no such request."""
    DECIDED_MEANWHILE = "decided_meanwhile"
    NEEDS_ANOTHER = "needs_another"
    """Whoever made the claim may not confirm it while there is somebody else who may."""


def ask(
    connection: Connection,
    *,
    regency: RegencyCode,
    code: str,
    poll_token: str,
    signing_request: bytes,
    now: datetime,
) -> Pending | Refused:
    """Take a kiosk's request for its first certificate; the same one again changes nothing."""
    request = read_signing_request(signing_request)
    if isinstance(request, BadRequest) or regency_of(request.kiosk) != regency:
        return Refused(EnrolmentProblem.BAD_SIGNING_REQUEST)
    outcome = check_code(connection, request.kiosk, code, now)
    match outcome:
        case Accepted(claim_id):
            return _keep(connection, request, claim_id, _digest(poll_token), now)
        case UsedBefore(claim_id):
            return _same_again(connection, claim_id, request, _digest(poll_token))
        case Expired():
            return Refused(EnrolmentProblem.CODE_EXPIRED)
        case Blocked(costs_try):
            if costs_try:
                _note_wrong_code(connection, request.kiosk, now)
            return Refused(EnrolmentProblem.CODE_BLOCKED)
        case WrongCode(tries_left, costs_try):
            if costs_try:  # and so at most five lines a claim, whoever floods us
                _note_wrong_code(connection, request.kiosk, now)
            return Refused(EnrolmentProblem.WRONG_CODE, tries_left)
        case _:
            assert_never(outcome)


def answer(
    connection: Connection, poll_token: str, now: datetime
) -> tuple[EnrolmentState, CertificateView | None] | None:
    """How far the request of a poll token is, with its certificate; None for no such token."""
    row = connection.execute(
        _views().where(ENROLMENTS.c.poll_digest == _digest(poll_token))
    ).one_or_none()
    if row is None:
        return None
    view = _view(row, now)
    if view.state is not EnrolmentState.CONFIRMED or view.serial is None:
        return view.state, None
    certificate = certificate_with_serial(connection, view.serial)
    if certificate is None or certificate.revoked_at is not None:
        return EnrolmentState.REFUSED, None
    return view.state, certificate


def confirm(
    connection: Connection,
    enrolment_id: str,
    staff: StaffMember,
    issuing: Authority,
    now: datetime,
) -> Decision:
    """Issue the certificate; what the kiosk had before is revoked (write the lists then)."""
    view = enrolment_with_id(connection, enrolment_id, now)
    if view is None:
        return Decision.GONE
    if needs_another(connection, view, staff):
        return Decision.NEEDS_ANOTHER
    actor = actor_of(staff)
    if not _decide(connection, view, EnrolmentState.CONFIRMED, actor, now):
        return Decision.DECIDED_MEANWHILE
    row = connection.execute(
        select(ENROLMENTS.c.signing_request).where(ENROLMENTS.c.id == enrolment_id)
    ).one()
    request = read_signing_request(row.signing_request)
    assert isinstance(request, SigningRequest)  # noqa: S101 - was checked when it came
    revoke(connection, view.kiosk, RevocationReason.ENROLLED_ANEW, by=actor.name, now=now)
    certificate = issue_and_keep(connection, issuing, request, now)
    connection.execute(
        update(ENROLMENTS).where(ENROLMENTS.c.id == enrolment_id).values(serial=certificate.serial)
    )
    _record(connection, actor, AuditAction.ENROLMENT_CONFIRMED, view, now)
    return Decision.DONE


def refuse(connection: Connection, enrolment_id: str, actor: Actor, now: datetime) -> Decision:
    """Refuse a request; its claim is used up."""
    view = enrolment_with_id(connection, enrolment_id, now)
    if view is None:
        return Decision.GONE
    if not _decide(connection, view, EnrolmentState.REFUSED, actor, now):
        return Decision.DECIDED_MEANWHILE
    _record(connection, actor, AuditAction.ENROLMENT_REFUSED, view, now)
    return Decision.DONE


def needs_another(connection: Connection, view: EnrolmentView, staff: StaffMember) -> bool:
    """Whether somebody else has to confirm: who made the claim, where others may confirm."""
    if view.claimed_by != staff.id:
        return False
    roles = [r.value for r, held in PERMISSIONS.items() if Permission.CONFIRM_ENROLMENTS in held]
    others = select(STAFF.c.id).where(
        STAFF.c.role.in_(roles), STAFF.c.id != staff.id, STAFF.c.disabled_at.is_(None)
    )
    return connection.execute(others.limit(1)).first() is not None


def waiting(connection: Connection, now: datetime) -> Sequence[EnrolmentView]:
    """Requests that wait for staff, the oldest first."""
    rows = connection.execute(
        _views()
        .where(
            ENROLMENTS.c.state == EnrolmentState.PENDING.value,
            ENROLMENTS.c.asked_at > now - WAITS_FOR,
        )
        .order_by(ENROLMENTS.c.asked_at)
    )
    return [_view(row, now) for row in rows]


def count_waiting_enrolments(connection: Connection, now: datetime) -> int:
    """How many requests wait for staff."""
    return (
        connection.scalar(
            select(func.count())
            .select_from(ENROLMENTS)
            .where(
                ENROLMENTS.c.state == EnrolmentState.PENDING.value,
                ENROLMENTS.c.asked_at > now - WAITS_FOR,
            )
        )
        or 0
    )


def enrolments_of(connection: Connection, kiosk: KioskId, now: datetime) -> Sequence[EnrolmentView]:
    """All requests of a kiosk, the newest first."""
    rows = connection.execute(
        _views().where(ENROLMENTS.c.kiosk == kiosk).order_by(ENROLMENTS.c.asked_at.desc())
    )
    return [_view(row, now) for row in rows]


def enrolment_with_id(
    connection: Connection, enrolment_id: str, now: datetime
) -> EnrolmentView | None:
    """One request."""
    row = connection.execute(_views().where(ENROLMENTS.c.id == enrolment_id)).one_or_none()
    return None if row is None else _view(row, now)


def _keep(
    connection: Connection, request: SigningRequest, claim_id: int, poll: bytes, now: datetime
) -> Pending | Refused:
    if not use_claim(connection, claim_id, now):
        return _same_again(connection, claim_id, request, poll)
    try:
        with connection.begin_nested():
            connection.execute(
                insert(ENROLMENTS).values(
                    id=str(uuid.uuid4()),
                    claim_id=claim_id,
                    kiosk=request.kiosk,
                    signing_request=request.der,
                    fingerprint=request.fingerprint,
                    poll_digest=poll,
                    asked_at=now,
                    state=EnrolmentState.PENDING.value,
                    decided_by_name="",
                )
            )
    except IntegrityError:  # a poll token of another request: a kiosk of ours never does that
        return Refused(EnrolmentProblem.CODE_USED)
    record(
        connection,
        system_actor("enrolment"),
        AuditAction.ENROLMENT_ASKED,
        subject=request.kiosk,
        now=now,
        village=village_of(request.kiosk),
        detail=request.fingerprint,
    )
    return Pending(request.fingerprint)


def _same_again(
    connection: Connection, claim_id: int, request: SigningRequest, poll: bytes
) -> Pending | Refused:
    row = connection.execute(
        select(ENROLMENTS).where(ENROLMENTS.c.claim_id == claim_id)
    ).one_or_none()
    before = None if row is None else read_signing_request(row.signing_request)
    if (
        row is None
        or not isinstance(before, SigningRequest)
        or before.public_key_der != request.public_key_der
        or row.poll_digest != poll
    ):
        return Refused(EnrolmentProblem.CODE_USED)
    return Pending(row.fingerprint)


def _decide(
    connection: Connection,
    view: EnrolmentView,
    state: EnrolmentState,
    actor: Actor,
    now: datetime,
) -> bool:
    if view.state is not EnrolmentState.PENDING:
        return False
    decided = connection.execute(
        update(ENROLMENTS)
        .where(ENROLMENTS.c.id == view.id, ENROLMENTS.c.state == EnrolmentState.PENDING.value)
        .values(state=state.value, decided_at=now, decided_by_name=actor.name)
    )
    return bool(decided.rowcount)


def _record(
    connection: Connection, actor: Actor, action: AuditAction, view: EnrolmentView, now: datetime
) -> None:
    record(
        connection,
        actor,
        action,
        subject=view.kiosk,
        now=now,
        village=view.village,
        detail=view.fingerprint,
    )


def _note_wrong_code(connection: Connection, kiosk: KioskId, now: datetime) -> None:
    record(
        connection,
        system_actor("enrolment"),
        AuditAction.CLAIM_TRIED,
        subject=kiosk,
        now=now,
        village=village_of(kiosk),
    )


def _views() -> Any:
    return select(ENROLMENTS, CLAIMS.c.made_by, CLAIMS.c.made_by_name).join(
        CLAIMS, CLAIMS.c.id == ENROLMENTS.c.claim_id
    )


def _view(row: Any, now: datetime) -> EnrolmentView:
    state = EnrolmentState(row.state)
    if state is EnrolmentState.PENDING and row.asked_at <= now - WAITS_FOR:
        state = EnrolmentState.EXPIRED
    return EnrolmentView(
        id=row.id,
        kiosk=KioskId(row.kiosk),
        fingerprint=row.fingerprint,
        asked_at=row.asked_at,
        state=state,
        decided_at=row.decided_at,
        decided_by_name=row.decided_by_name,
        serial=row.serial,
        claimed_by=row.made_by,
        claimed_by_name=row.made_by_name,
    )


def _digest(poll_token: str) -> bytes:
    return hashlib.sha256(poll_token.encode()).digest()
