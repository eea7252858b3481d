"""What people do about an incident: take it on, add a note, ask for silence."""

import enum
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, assert_never

from sqlalchemy import Connection, update

from anjungan.regency.alerts.tracking import MUTED_UNTIL_FIXED
from anjungan.regency.requests.lateness import WIB
from anjungan.regency.store.tables import INCIDENTS

MAX_NOTE_CHARACTERS: Final = 500
_MORNING: Final = time(7, 0)


class MuteFor(enum.Enum):
    """For how long nobody wants messages about an incident."""

    HOUR = "1h"
    EIGHT_HOURS = "8h"
    TOMORROW = "tomorrow"
    FIXED = "fixed"
    """Until it ends; a mute for a time outlives the incident, this one does not."""
    NOT = "not"
    """Take a mute back."""


@dataclass(frozen=True, slots=True)
class BadNote:
    """A note cannot be kept; ``problem`` is for the person at the form."""

    problem: str


def clean_note(text: str) -> str | BadNote:
    """A note as it is kept: lines without blanks at their ends, nothing unprintable."""
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").split("\n")]
    note = "\n".join(lines).strip()
    if len(note) > MAX_NOTE_CHARACTERS:
        return BadNote(f"Catatan paling banyak {MAX_NOTE_CHARACTERS} huruf.")
    if not note.replace("\n", "").isprintable():
        return BadNote("Catatan berisi huruf yang tidak dapat dicetak.")
    return note


def muted_until(mute: MuteFor, now: datetime) -> datetime | None:
    """When a mute that begins now ends; tomorrow is seven in the morning."""
    match mute:
        case MuteFor.HOUR:
            return now + timedelta(hours=1)
        case MuteFor.EIGHT_HOURS:
            return now + timedelta(hours=8)
        case MuteFor.TOMORROW:
            day = now.astimezone(WIB).date() + timedelta(days=1)
            return datetime.combine(day, _MORNING, WIB)
        case MuteFor.FIXED:
            return MUTED_UNTIL_FIXED
        case MuteFor.NOT:
            return None
        case _:
            assert_never(mute)


def acknowledge(
    connection: Connection, incident_id: int, *, by: str, note: str, now: datetime
) -> bool:
    """Take an open incident on, with a note in place of the one before; False when it has ended.

    Who took it on first stays named.
    """
    changed = connection.execute(
        update(INCIDENTS)
        .where(INCIDENTS.c.id == incident_id, INCIDENTS.c.ended_at.is_(None))
        .values(note=note)
    )
    connection.execute(
        update(INCIDENTS)
        .where(
            INCIDENTS.c.id == incident_id,
            INCIDENTS.c.ended_at.is_(None),
            INCIDENTS.c.acknowledged_at.is_(None),
        )
        .values(acknowledged_at=now, acknowledged_by=by)
    )
    return changed.rowcount > 0


def mute(connection: Connection, incident_id: int, until: datetime | None, *, by: str) -> bool:
    """Mute an open incident, or take its mute back (None); False when it has ended."""
    changed = connection.execute(
        update(INCIDENTS)
        .where(INCIDENTS.c.id == incident_id, INCIDENTS.c.ended_at.is_(None))
        .values(muted_until=until, muted_by=by if until is not None else "")
    )
    return changed.rowcount > 0
