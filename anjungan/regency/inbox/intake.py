"""Taking a batch of messages into the database, in one transaction, and saying what to answer.

A message is known by its id. The first one with an id decides for good: the same message again
gets ``duplicate`` (or the same refusal), another body under a known id is an id conflict.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, assert_never

from sqlalchemy import Connection, bindparam, insert, select

from anjungan.protocol.amendment import Amendment
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import (
    Ack,
    Cancel,
    Event,
    Health,
    ReceiptItem,
    ReceiptOutcome,
    RefusalCode,
    Request,
    State,
)
from anjungan.protocol.topics import UpKind
from anjungan.regency.fleet import reports
from anjungan.regency.fleet.presence import PresenceRule
from anjungan.regency.inbox.amendment_intake import take_amendment
from anjungan.regency.inbox.reading import Dropped, DropReason, Incoming, Reading, Unreadable
from anjungan.regency.inbox.request_intake import take_cancel, take_request
from anjungan.regency.inbox.verdicts import Accepted, Refused, Unanswered, Verdict
from anjungan.regency.requests.outgoing import acknowledged, resend_to
from anjungan.regency.store.tables import RECEIVED_MESSAGES

ITEMS_IN_RECEIPT: Final = 100
"""An item takes up to 110 bytes, and a payload may have 16 KiB."""

# Built once: building these takes longer than running them.
_SEEN: Final = select(RECEIVED_MESSAGES).where(
    RECEIVED_MESSAGES.c.message_id == bindparam("message_id")
)
_REMEMBER: Final = insert(RECEIVED_MESSAGES)

_ID_CONFLICT: Final = Refused(RefusalCode.ID_CONFLICT, "another message has this id")


@dataclass(slots=True)
class Taken:
    """What a batch calls for once it is committed."""

    receipts: dict[KioskId, list[ReceiptItem]] = field(default_factory=lambda: defaultdict(list))
    statuses_due: bool = False


def take(
    connection: Connection, readings: Sequence[Reading], rule: PresenceRule, now: datetime
) -> Taken:
    """Write a batch; the caller commits and only then sends the receipts.

    Requests go first, so that what follows them in the same batch finds them.
    """
    taken = Taken()
    for reading in sorted(readings, key=_request_first):
        match reading:
            case Dropped():
                reports.count_dropped(connection, reading.kiosk, reading.reason.value, now)
            case Unreadable():
                _refuse_unreadable(connection, reading, taken, now)
            case Incoming():
                _take_incoming(connection, reading, taken, rule, now)
            case _:
                assert_never(reading)
    return taken


def _request_first(reading: Reading) -> bool:
    return not (isinstance(reading, Incoming) and reading.kind is UpKind.REQUEST)


def _take_incoming(
    connection: Connection, incoming: Incoming, taken: Taken, rule: PresenceRule, now: datetime
) -> None:
    kiosk = incoming.kiosk
    match incoming.message:
        case State() as state:
            born = reports.store_state(
                connection, kiosk, state, rule, now, retained=incoming.retained
            )
            if born:
                resend_to(connection, kiosk, now)
                taken.statuses_due = True
            return
        case Health() as health:
            reports.store_report(connection, kiosk, rule, now)
            reports.store_health(connection, kiosk, health, now)
        case Ack() as ack:
            reports.store_report(connection, kiosk, rule, now)
            acknowledged(connection, kiosk, ack.message_ids, now)
        case Request() | Amendment() | Cancel() | Event() as message:
            reports.store_report(connection, kiosk, rule, now)
            _take_receipted(connection, incoming, message, taken, now)
        case _:
            assert_never(incoming.message)


def _take_receipted(
    connection: Connection,
    incoming: Incoming,
    message: Request | Amendment | Cancel | Event,
    taken: Taken,
    now: datetime,
) -> None:
    receipts = taken.receipts[incoming.kiosk]
    known = _known(connection, incoming, message.id)
    if known is not None:
        receipts.append(known)
        return
    verdict: Verdict
    match message:
        case Request():
            verdict = take_request(connection, incoming.kiosk, message, now)
        case Amendment():
            verdict = take_amendment(connection, incoming.kiosk, message, now)
        case Cancel():
            verdict = take_cancel(connection, incoming.kiosk, message, now)
        case Event():
            reports.store_event(connection, incoming.kiosk, message, now)
            verdict = Accepted(statuses_due=False)
        case _:
            assert_never(message)
    match verdict:
        case Accepted():
            taken.statuses_due |= verdict.statuses_due
            _remember(connection, incoming, message.id, None, now)
            receipts.append(ReceiptItem(message_id=message.id, outcome=ReceiptOutcome.ACCEPTED))
        case Refused():
            _remember(connection, incoming, message.id, verdict, now)
            receipts.append(_refusal(message.id, verdict.code))
        case Unanswered():
            pass
        case _:
            assert_never(verdict)


def _refuse_unreadable(
    connection: Connection, unreadable: Unreadable, taken: Taken, now: datetime
) -> None:
    reports.count_dropped(connection, unreadable.kiosk, DropReason.MALFORMED.value, now)
    receipts = taken.receipts[unreadable.kiosk]
    known = _known(connection, unreadable, unreadable.message_id)
    if known is not None:
        receipts.append(known)
        return
    verdict = Refused(RefusalCode.MALFORMED, unreadable.reason)
    _remember(connection, unreadable, unreadable.message_id, verdict, now)
    receipts.append(_refusal(unreadable.message_id, verdict.code))


def _known(
    connection: Connection, reading: Incoming | Unreadable, message_id: str
) -> ReceiptItem | None:
    """The answer to an id that was seen before, or None."""
    rows = connection.execute(_SEEN, {"message_id": message_id}).all()
    for row in rows:
        same_sender = row.kiosk == reading.kiosk
        if same_sender and row.kind == reading.kind.value and row.body_hash == reading.body_hash:
            if row.refusal is not None:
                return _refusal(message_id, RefusalCode(row.refusal))
            return ReceiptItem(message_id=message_id, outcome=ReceiptOutcome.DUPLICATE)
    # what another kiosk sent in vain must not spoil this kiosk's id
    if any(row.kiosk == reading.kiosk or row.refusal is None for row in rows):
        return _refusal(message_id, _ID_CONFLICT.code)
    return None


def _remember(
    connection: Connection,
    reading: Incoming | Unreadable,
    message_id: str,
    refused: Refused | None,
    now: datetime,
) -> None:
    connection.execute(
        _REMEMBER,
        {
            "message_id": message_id,
            "kiosk": reading.kiosk,
            "kind": reading.kind.value,
            "body_hash": reading.body_hash,
            "refusal": None if refused is None else refused.code.value,
            "reason": "" if refused is None else refused.reason,
            "received_at": now,
        },
    )


def _refusal(message_id: str, code: RefusalCode) -> ReceiptItem:
    return ReceiptItem(message_id=message_id, outcome=ReceiptOutcome.REFUSED, code=code)


def receipts_of(taken: Taken) -> Iterator[tuple[KioskId, Sequence[ReceiptItem]]]:
    """What each receipt holds: all of one kiosk together, as far as a payload reaches."""
    for kiosk, items in taken.receipts.items():
        for start in range(0, len(items), ITEMS_IN_RECEIPT):
            yield kiosk, items[start : start + ITEMS_IN_RECEIPT]
