"""Reading one request: with its history, for the tracking page, and with its sealed answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, select, update

from anjungan.protocol.identity import KioskId, VillageCode
from anjungan.protocol.messages import TimeQuality
from anjungan.protocol.sealing import Binding
from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.listing import RequestLine, line_of
from anjungan.regency.requests.statuses import Actor, split_fields
from anjungan.regency.store.tables import (
    AMENDMENTS,
    OUTGOING_STATUSES,
    REQUESTS,
    STATUS_CHANGES,
)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One line of the history."""

    revision: int
    status: RequestStatus
    note: str
    changed_at: datetime
    actor: Actor
    actor_name: str
    missing_fields: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request with its history; the answers stay sealed."""

    line: RequestLine
    kiosk: KioskId
    submitted_at: datetime
    time_quality: TimeQuality
    revision: int
    note: str
    changed_at: datetime
    history: Sequence[StatusChange]
    at_kiosk: bool
    missing_fields: Sequence[str]
    amended_revisions: frozenset[int]
    """Revisions a resident made by completing the request."""


@dataclass(frozen=True, slots=True)
class SealedBox:
    """What the opener needs of one message."""

    sealed: bytes
    kid: str
    binding: Binding


@dataclass(frozen=True, slots=True)
class SealedAmendment:
    """What came later, and when."""

    id: str
    received_at: datetime
    box: SealedBox


@dataclass(frozen=True, slots=True)
class SealedAnswers:
    """The answers of a request and of its amendments, oldest first."""

    request: SealedBox
    amendments: Sequence[SealedAmendment]


def read_request(
    connection: Connection, request_id: str, scope: VillageCode | None
) -> RequestView | None:
    """One request; None when there is none, or when it is outside ``scope``."""
    conditions = [REQUESTS.c.id == request_id]
    if scope is not None:
        conditions.append(REQUESTS.c.village == scope)
    row = connection.execute(select(REQUESTS).where(*conditions)).one_or_none()
    return None if row is None else _view(connection, row)


def read_tracked(connection: Connection, ticket_digest: bytes) -> RequestView | None:
    """The request of a ticket, by the digest of its token; an unknown one costs the same."""
    row = connection.execute(
        select(REQUESTS).where(REQUESTS.c.ticket_digest == ticket_digest)
    ).one_or_none()
    if row is None:
        _history(connection, "")
        _is_at_kiosk(connection, "", 0)
        _amended_revisions(connection, "")
        return None
    return _view(connection, row)


def read_sealed(connection: Connection, request_id: str) -> SealedAnswers:
    """The sealed answers of a request that exists, and what they must be bound to."""
    row = connection.execute(select(REQUESTS).where(REQUESTS.c.id == request_id)).one()
    binding = Binding(
        request_id=row.id,
        kiosk=row.kiosk,
        service=row.service,
        form_version=row.form_version,
        ticket_token=row.ticket_token,
    )
    amendments = connection.execute(
        select(AMENDMENTS)
        .where(AMENDMENTS.c.request_id == request_id)
        .order_by(AMENDMENTS.c.revision)
    )
    return SealedAnswers(
        SealedBox(row.sealed, row.kid, binding),
        [
            SealedAmendment(
                each.id,
                each.received_at,
                SealedBox(each.sealed, each.kid, _amendment_binding(binding, each)),
            )
            for each in amendments
        ],
    )


def quarantine_amendments(connection: Connection, amendment_ids: Sequence[str]) -> None:
    """These amendments were sealed for other requests."""
    if amendment_ids:
        connection.execute(
            update(AMENDMENTS).where(AMENDMENTS.c.id.in_(amendment_ids)).values(quarantined=True)
        )


def _amendment_binding(binding: Binding, row: "Row[tuple[object, ...]]") -> Binding:
    return msgspec.structs.replace(
        binding, request_id=row.id, form_version=row.form_version, amends=binding.request_id
    )


def _view(connection: Connection, row: "Row[tuple[object, ...]]") -> RequestView:
    return RequestView(
        line=line_of(row),
        kiosk=KioskId(row.kiosk),
        submitted_at=row.submitted_at,
        time_quality=TimeQuality(row.time_quality),
        revision=row.revision,
        note=row.note,
        changed_at=row.changed_at,
        history=_history(connection, row.id),
        at_kiosk=row.revision == 1 or _is_at_kiosk(connection, row.id, row.revision),
        missing_fields=split_fields(row.missing_fields),
        amended_revisions=_amended_revisions(connection, row.id),
    )


def _history(connection: Connection, request_id: str) -> Sequence[StatusChange]:
    rows = connection.execute(
        select(STATUS_CHANGES)
        .where(STATUS_CHANGES.c.request_id == request_id)
        .order_by(STATUS_CHANGES.c.revision)
    )
    return [
        StatusChange(
            revision=row.revision,
            status=RequestStatus(row.status),
            note=row.note,
            changed_at=row.changed_at,
            actor=Actor(row.actor),
            actor_name=row.actor_name,
            missing_fields=split_fields(row.missing_fields),
        )
        for row in rows
    ]


def _is_at_kiosk(connection: Connection, request_id: str, revision: int) -> bool:
    return (
        connection.execute(
            select(OUTGOING_STATUSES.c.message_id).where(
                OUTGOING_STATUSES.c.request_id == request_id,
                OUTGOING_STATUSES.c.revision == revision,
                OUTGOING_STATUSES.c.acknowledged_at.is_not(None),
            )
        ).first()
        is not None
    )


def _amended_revisions(connection: Connection, request_id: str) -> frozenset[int]:
    return frozenset(
        connection.execute(
            select(AMENDMENTS.c.revision).where(AMENDMENTS.c.request_id == request_id)
        ).scalars()
    )
