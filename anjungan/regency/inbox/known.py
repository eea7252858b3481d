"""Which message ids were seen before, asked and remembered for a whole batch."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from anjungan.protocol.messages import ReceiptItem, ReceiptOutcome, RefusalCode
from anjungan.regency.inbox.reading import Incoming, Unreadable
from anjungan.regency.inbox.verdicts import Refused
from anjungan.regency.store.bulk import BulkInsert, BulkSelect, milliseconds
from anjungan.regency.store.tables import RECEIVED_MESSAGES

_SEEN: Final = BulkSelect(
    RECEIVED_MESSAGES,
    *("message_id", "kiosk", "kind", "body_hash", "refusal"),
    like=("message_id",),
)
_REMEMBER: Final = BulkInsert(
    RECEIVED_MESSAGES,
    *("message_id", "kiosk", "kind", "body_hash", "refusal", "reason", "received_at"),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    kiosk: str
    kind: str
    body_hash: bytes
    refusal: str | None


class KnownMessages:
    """What was seen before this batch, and what this batch has decided so far."""

    def __init__(self, connection: Connection, message_ids: Sequence[str], now: datetime) -> None:
        self._connection = connection
        self._received_ms = milliseconds(now)
        self._seen: dict[str, list[_Seen]] = defaultdict(list)
        self._new: list[tuple[object, ...]] = []
        if message_ids:
            for message_id, *seen in _SEEN.run(connection, message_ids):
                self._seen[message_id].append(_Seen(*seen))

    def answer(self, reading: Incoming | Unreadable, message_id: str) -> ReceiptItem | None:
        """What to say to an id that was seen before; None to a new one.

        The same message gets the answer it got; another body under the id is a conflict. What
        another kiosk sent in vain does not spoil this kiosk's id.
        """
        seen = self._seen.get(message_id)
        if seen is None:
            return None
        for each in seen:
            same_sender = each.kiosk == reading.kiosk
            same_message = each.kind == reading.kind.value and each.body_hash == reading.body_hash
            if same_sender and same_message:
                if each.refusal is not None:
                    return refusal(message_id, RefusalCode(each.refusal))
                return ReceiptItem(message_id=message_id, outcome=ReceiptOutcome.DUPLICATE)
        if any(each.kiosk == reading.kiosk or each.refusal is None for each in seen):
            return refusal(message_id, RefusalCode.ID_CONFLICT)
        return None

    def remember(
        self, reading: Incoming | Unreadable, message_id: str, refused: Refused | None
    ) -> None:
        """Decide for good; ``write`` puts it into the database."""
        kiosk, kind, body_hash = reading.kiosk, reading.kind.value, reading.body_hash
        code = None if refused is None else refused.code.value
        reason = "" if refused is None else refused.reason
        self._seen[message_id].append(_Seen(kiosk, kind, body_hash, code))
        self._new.append((message_id, kiosk, kind, body_hash, code, reason, self._received_ms))

    def write(self) -> None:
        """Insert what was remembered since the last call, in one order for all workers."""
        _REMEMBER.run(self._connection, sorted(self._new, key=lambda row: str(row[0])))
        self._new.clear()


def refusal(message_id: str, code: RefusalCode) -> ReceiptItem:
    """The item of a receipt that refuses a message."""
    return ReceiptItem(message_id=message_id, outcome=ReceiptOutcome.REFUSED, code=code)
