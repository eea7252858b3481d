"""New requests, all of a batch at once: what is stored, known already, or refused."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from anjungan.protocol.identity import KioskId, village_of
from anjungan.protocol.messages import RefusalCode, Request
from anjungan.regency.inbox.verdicts import Accepted, AlreadyHere, Refused
from anjungan.regency.requests.statuses import RECEIVED_STATUS, Actor
from anjungan.regency.store.bulk import BulkInsert, BulkSelect, milliseconds
from anjungan.regency.store.tables import REQUESTS, STATUS_CHANGES

_LIKE_THESE: Final = BulkSelect(
    REQUESTS,
    *("id", "kiosk", "village", "ticket_digest", "ticket_code"),
    like=("id", "ticket_digest", "ticket_code"),
)
_STORE_REQUESTS: Final = BulkInsert(
    REQUESTS,
    *("id", "kiosk", "village", "service", "form_version", "ticket_token", "ticket_digest"),
    *("ticket_code", "queue_number", "submitted_at", "time_quality", "card_link", "kid", "sealed"),
    *("received_at", "status", "revision", "note", "changed_at", "quarantined"),
)
_STORE_CHANGES: Final = BulkInsert(
    STATUS_CHANGES,
    *("request_id", "revision", "status", "note", "changed_at", "actor", "actor_name"),
)
_TAKEN: Final = Refused(RefusalCode.TICKET_TAKEN, "another request has this ticket")
_OTHER_REQUEST: Final = Refused(RefusalCode.ID_CONFLICT, "another request has this id")

RequestVerdict = Accepted | AlreadyHere | Refused


def token_digest(token: str) -> bytes:
    """What a ticket token is looked up by."""
    return hashlib.sha256(token.encode("ascii")).digest()


def take_requests(
    connection: Connection, wanted: Sequence[tuple[KioskId, Request]], now: datetime
) -> Sequence[RequestVerdict]:
    """Store the new ones, unless their tickets belong to others; one verdict each, in order."""
    if not wanted:
        return ()
    digests = [token_digest(request.ticket_token) for _, request in wanted]
    tickets = _Tickets(connection, wanted, digests)
    now_ms = milliseconds(now)
    requests, changes, verdicts = [], [], []
    for (kiosk, request), digest in zip(wanted, digests, strict=True):
        verdict = tickets.judge(kiosk, request, digest)
        verdicts.append(verdict)
        if isinstance(verdict, Accepted):
            requests.append(_request_row(kiosk, request, digest, now_ms))
            changes.append((request.id, 1, int(RECEIVED_STATUS), "", now_ms, Actor.KIOSK.value, ""))
    # sorted: two workers that store the same requests wait for each other, never in a circle
    _STORE_REQUESTS.run(connection, sorted(requests, key=lambda row: str(row[0])))
    _STORE_CHANGES.run(connection, changes)
    return verdicts


class _Tickets:
    """Whose ids, tokens and codes are taken: in the database, and in this batch so far."""

    def __init__(
        self,
        connection: Connection,
        wanted: Sequence[tuple[KioskId, Request]],
        digests: Sequence[bytes],
    ) -> None:
        ids = [request.id for _, request in wanted]
        codes = [request.ticket_code for _, request in wanted]
        self._stored: dict[str, tuple[str, bytes]] = {}
        self._digests: set[bytes] = set()
        self._codes: set[tuple[str, str]] = set()
        for row in _LIKE_THESE.run(connection, ids, digests, codes):
            self._add(*row)

    def judge(self, kiosk: KioskId, request: Request, digest: bytes) -> RequestVerdict:
        """Decide about one, and keep what it takes."""
        stored = self._stored.get(request.id)
        if stored is not None:
            # its message id may be forgotten by now; the request itself is not
            return AlreadyHere() if stored == (kiosk, digest) else _OTHER_REQUEST
        village = village_of(kiosk)
        if digest in self._digests or (village, request.ticket_code) in self._codes:
            return _TAKEN
        self._add(request.id, kiosk, village, digest, request.ticket_code)
        return Accepted(statuses_due=False)

    def _add(self, request_id: str, kiosk: str, village: str, digest: bytes, code: str) -> None:
        self._stored[request_id] = (kiosk, digest)
        self._digests.add(digest)
        self._codes.add((village, code))


def _request_row(
    kiosk: KioskId, request: Request, digest: bytes, now_ms: int
) -> tuple[object, ...]:
    return (
        request.id,
        kiosk,
        village_of(kiosk),
        request.service,
        request.form_version,
        request.ticket_token,
        digest,
        request.ticket_code,
        request.queue_number,
        milliseconds(request.submitted_at),
        request.time_quality.value,
        request.card_link,
        request.kid,
        request.sealed,
        now_ms,
        int(RECEIVED_STATUS),
        1,
        "",
        now_ms,
        False,
    )
