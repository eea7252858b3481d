"""Refused access: counted and logged, and written to the audit where a person was refused."""

import enum
import logging
import threading
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from anjungan.regency.audit.trail import AuditAction, actor_of, record

if TYPE_CHECKING:
    from datetime import datetime

    from anjungan.protocol.identity import VillageCode
    from anjungan.regency.staff.accounts import StaffMember
    from anjungan.regency.store.database import Database

LOG: Final = logging.getLogger(__name__)

_LONGEST_SUBJECT: Final = 100


class Refusal(enum.Enum):
    """Why somebody was turned away; the value is what the audit says."""

    NO_SESSION = "belum masuk"
    FORM = "formulir tidak dikenal"
    ROLE = "peran tidak boleh"
    VILLAGE = "desa lain"
    LOGIN = "login ditolak"
    LOGIN_DELAYED = "login harus menunggu"


class TurnedAway:
    """How often each refusal happened since this process began. Safe for threads."""

    def __init__(self) -> None:
        self._counts: Counter[Refusal] = Counter()
        self._lock = threading.Lock()

    def count(self, refusal: Refusal) -> None:
        """One more."""
        with self._lock:
            self._counts[refusal] += 1

    def counts(self) -> Mapping[Refusal, int]:
        """All refusals, also those that never happened."""
        with self._lock:
            return {refusal: self._counts[refusal] for refusal in Refusal}


def refuse(
    turned_away: TurnedAway,
    database: "Database",
    staff: "StaffMember",
    refusal: Refusal,
    *,
    subject: str,
    now: "datetime",
    village: "VillageCode | None" = None,
) -> None:
    """Count, log and write down that a member of staff was refused ``subject``.

    ``subject`` is an id that exists, or an address as it is registered: never what was typed.
    """
    turned_away.count(refusal)
    LOG.warning("refused: staff %d, %s, %s", staff.id, refusal.name.lower(), subject)
    with database.writing() as connection:
        record(
            connection,
            actor_of(staff),
            AuditAction.ACCESS_REFUSED,
            subject=subject[:_LONGEST_SUBJECT],
            now=now,
            village=village,
            detail=refusal.value,
        )
