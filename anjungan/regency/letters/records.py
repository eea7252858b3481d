"""Letters as they are stored: those of a request, one by its paper, and its end."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, select, update

from anjungan.protocol.identity import VillageCode
from anjungan.protocol.sealing import Binding
from anjungan.protocol.tickets import TicketCode
from anjungan.regency.letters.frame import LetterFrame, decode_frame
from anjungan.regency.letters.sealed_values import letter_binding
from anjungan.regency.store.tables import LETTERS


class LetterState(enum.Enum):
    """What has become of a letter that was made."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """One letter; nothing of what stands in it. ``corrected`` names fields, not their values."""

    id: str
    request_id: str
    village: VillageCode
    service: str
    number: str
    dated: date
    made_at: datetime
    made_by: str
    state: LetterState
    ended_at: datetime | None
    replaced_by: str | None
    void_reason: str
    corrected: Sequence[str]
    short_code: TicketCode


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter with what is needed to print it again."""

    record: LetterRecord
    frame: LetterFrame
    sealed: bytes
    kid: str
    binding: Binding
    hidden_initials: bytes


def letters_of(connection: Connection, request_id: str) -> Sequence[LetterRecord]:
    """All letters of a request, newest first."""
    rows = connection.execute(
        select(LETTERS)
        .where(LETTERS.c.request_id == request_id)
        .order_by(LETTERS.c.made_at.desc(), LETTERS.c.id.desc())
    )
    return [_record(row) for row in rows]


def valid_letter_of(connection: Connection, request_id: str) -> LetterRecord | None:
    """The letter of a request that holds now; there is at most one."""
    row = connection.execute(
        select(LETTERS).where(
            LETTERS.c.request_id == request_id, LETTERS.c.state == LetterState.VALID.value
        )
    ).one_or_none()
    return None if row is None else _record(row)


def read_letter(connection: Connection, letter_id: str) -> StoredLetter | None:
    """One letter, by its id."""
    row = connection.execute(select(LETTERS).where(LETTERS.c.id == letter_id)).one_or_none()
    return None if row is None else _stored(row)


def read_by_digest(connection: Connection, token_digest: bytes) -> StoredLetter | None:
    """One letter, by what its QR says."""
    row = connection.execute(
        select(LETTERS).where(LETTERS.c.token_digest == token_digest)
    ).one_or_none()
    return None if row is None else _stored(row)


def read_by_code(connection: Connection, code: str) -> StoredLetter | None:
    """One letter, by the code under its QR."""
    row = connection.execute(select(LETTERS).where(LETTERS.c.short_code == code)).one_or_none()
    return None if row is None else _stored(row)


def village_of_letter(connection: Connection, letter_id: str) -> VillageCode | None:
    """The village whose letter it is."""
    found = connection.execute(
        select(LETTERS.c.village).where(LETTERS.c.id == letter_id)
    ).scalar_one_or_none()
    return None if found is None else VillageCode(found)


def end_letter(
    connection: Connection,
    letter_id: str,
    state: LetterState,
    now: datetime,
    *,
    reason: str = "",
    replaced_by: str | None = None,
) -> bool:
    """End a letter that is valid; False when it is not."""
    changed = connection.execute(
        update(LETTERS)
        .where(LETTERS.c.id == letter_id, LETTERS.c.state == LetterState.VALID.value)
        .values(state=state.value, ended_at=now, void_reason=reason, replaced_by=replaced_by)
    )
    return changed.rowcount == 1


def _stored(row: "Row[tuple[object, ...]]") -> StoredLetter:
    return StoredLetter(
        record=_record(row),
        frame=decode_frame(row.frame),
        sealed=row.sealed,
        kid=row.kid,
        binding=letter_binding(row.id, row.village, row.service, row.number, row.token_digest),
        hidden_initials=row.initials,
    )


def _record(row: "Row[tuple[object, ...]]") -> LetterRecord:
    return LetterRecord(
        id=row.id,
        request_id=row.request_id,
        village=VillageCode(row.village),
        service=row.service,
        number=row.number,
        dated=date.fromisoformat(row.dated),
        made_at=row.made_at,
        made_by=row.made_by,
        state=LetterState(row.state),
        ended_at=row.ended_at,
        replaced_by=row.replaced_by,
        void_reason=row.void_reason,
        corrected=row.corrected_fields.split(),
        short_code=TicketCode(row.short_code),
    )
