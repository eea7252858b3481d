"""Making a letter: its number, its sealed values, its frozen wording, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, insert

from anjungan.protocol.identity import VillageCode
from anjungan.protocol.keyring import SealingKey
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.status import RequestStatus
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.letters.checking import digest_of, hide_initials, new_secret
from anjungan.regency.letters.frame import LetterFrame, encode_frame
from anjungan.regency.letters.letterheads import code_of, read_letterhead
from anjungan.regency.letters.numbers import give_number
from anjungan.regency.letters.records import LetterState, end_letter, valid_letter_of
from anjungan.regency.letters.sealed_values import (
    LetterContent,
    TooLong,
    letter_binding,
    seal_content,
)
from anjungan.regency.letters.template_file import RESIDENT
from anjungan.regency.letters.templates import LetterTemplate
from anjungan.regency.letters.values import Values, changed_fields
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.store.tables import LETTERS

LETTER_STATUSES: Final = frozenset(
    {RequestStatus.UNDER_REVIEW, RequestStatus.AWAITING_SIGNATURE, RequestStatus.READY}
)
"""Statuses in which a letter can be made."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter about to be made.

    Attributes:
        frame: with an empty number.
        begun: the values before the officer corrected them.
        replaces: the valid letter the officer saw, None where there was none.
    """

    request_id: str
    village: VillageCode
    template: LetterTemplate
    frame: LetterFrame
    values: Values
    begun: Values
    replaces: str | None

    def __repr__(self) -> str:
        return f"Draft(request_id={self.request_id!r}, …)"


@dataclass(frozen=True, slots=True)
class Made:
    """The letter is made, under this number."""

    letter_id: str
    number: str


@dataclass(frozen=True, slots=True)
class MadeMeanwhile:
    """Somebody else made or voided a letter of this request; nothing was made now."""


MakeOutcome = Made | MadeMeanwhile | TooLong


def make_letter(
    connection: Connection, draft: Draft, staff: StaffMember, key: SealingKey, now: datetime
) -> MakeOutcome:
    """Give a number and store the letter; the one it replaces becomes superseded.

    Call within ``writing()``. Unless Made comes back nothing was given.
    """
    valid = valid_letter_of(connection, draft.request_id)
    if (None if valid is None else valid.id) != draft.replaces:
        return MadeMeanwhile()
    changed = changed_fields(draft.begun, draft.values)
    content = LetterContent(
        values=draft.values,
        before={name: draft.begun[name] for name in changed},
        secret=new_secret(),
    )
    letter_id = new_message_id(round(now.timestamp() * 1000))
    digest = digest_of(content.secret.token)
    service = draft.template.service
    # long values are refused before a number is taken for them
    trial = letter_binding(letter_id, draft.village, service, "0" * 120, digest)
    if isinstance(seal_content(content, trial, key), TooLong):
        return TooLong()
    number = give_number(
        connection,
        read_letterhead(connection, draft.village),
        code=code_of(connection, draft.village, draft.template),
        day=draft.frame.dated,
    )
    binding = letter_binding(letter_id, draft.village, service, number.text, digest)
    sealed = seal_content(content, binding, key)
    if isinstance(sealed, TooLong):
        raise TypeError("a shorter binding does not make the values longer")
    connection.execute(
        insert(LETTERS).values(
            id=letter_id,
            request_id=draft.request_id,
            village=draft.village,
            service=service,
            number=number.text,
            year=number.year,
            sequence=number.sequence,
            running_number=number.running,
            dated=draft.frame.dated.isoformat(),
            made_at=now,
            made_by=staff.display_name,
            state=LetterState.VALID.value,
            void_reason="",
            corrected_fields=" ".join(changed),
            token_digest=digest,
            short_code=content.secret.code,
            initials=hide_initials(draft.values.get(f"{RESIDENT}_nama", ""), content.secret.token),
            kid=key.kid,
            sealed=sealed,
            frame=encode_frame(msgspec.structs.replace(draft.frame, number=number.text)),
        )
    )
    if valid is not None:
        end_letter(connection, valid.id, LetterState.SUPERSEDED, now, replaced_by=letter_id)
    replaced = "" if valid is None else f"; replaces {valid.number}"
    corrected = f"; corrected {', '.join(changed)}" if changed else ""
    record(
        connection,
        actor_of(staff),
        AuditAction.LETTER_MADE,
        subject=letter_id,
        now=now,
        village=draft.village,
        detail=f"number {number.text}; request {draft.request_id}{replaced}{corrected}",
    )
    return Made(letter_id, number.text)
