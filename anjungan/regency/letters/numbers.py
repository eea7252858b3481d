"""Giving numbers to letters: one after the other, without holes, none twice.

A number is given in the transaction that stores its letter, so one that fails leaves no hole.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, update

from anjungan.protocol.identity import VillageCode
from anjungan.regency.letters.letterheads import VillageLetterhead
from anjungan.regency.letters.number_format import NumberParts, NumberScope, write_number
from anjungan.regency.store.tables import LETTER_COUNTERS, LETTERS


@dataclass(frozen=True, slots=True)
class GivenNumber:
    """A number of this village that no other letter has or will have."""

    text: str
    year: int
    sequence: str
    running: int


def give_number(
    connection: Connection, letterhead: VillageLetterhead, *, code: str, day: date
) -> GivenNumber:
    """The next number. Call within ``writing()``, which lets nobody else write meanwhile.

    A text that a letter has already (the village changed its format or sequence) is passed over.
    """
    sequence = sequence_of(letterhead.number_scope, code)
    running = last_number(connection, letterhead.village, day.year, sequence)
    while True:
        running += 1
        parts = NumberParts(code, letterhead.number_village_code, running, day)
        text = write_number(letterhead.number_format, parts)
        if not _is_given(connection, letterhead.village, text):
            break
    _keep(connection, letterhead.village, day.year, sequence, running)
    return GivenNumber(text, day.year, sequence, running)


def sequence_of(scope: NumberScope, code: str) -> str:
    """The name of the sequence that a letter of this code is counted in."""
    return code if scope is NumberScope.CODE else ""


def last_number(connection: Connection, village: VillageCode, year: int, sequence: str) -> int:
    """The last running number of a sequence; zero before the first."""
    found = connection.execute(
        select(LETTER_COUNTERS.c.last_number).where(
            LETTER_COUNTERS.c.village == village,
            LETTER_COUNTERS.c.year == year,
            LETTER_COUNTERS.c.sequence == sequence,
        )
    ).scalar_one_or_none()
    return found or 0


def continue_after(
    connection: Connection, village: VillageCode, *, year: int, sequence: str, number: int
) -> bool:
    """Go on after a number of the village's paper register; False where we are past it already."""
    if number < last_number(connection, village, year, sequence):
        return False
    _keep(connection, village, year, sequence, number)
    return True


def _is_given(connection: Connection, village: VillageCode, text: str) -> bool:
    return (
        connection.execute(
            select(LETTERS.c.id).where(LETTERS.c.village == village, LETTERS.c.number == text)
        ).first()
        is not None
    )


def _keep(
    connection: Connection, village: VillageCode, year: int, sequence: str, number: int
) -> None:
    changed = connection.execute(
        update(LETTER_COUNTERS)
        .where(
            LETTER_COUNTERS.c.village == village,
            LETTER_COUNTERS.c.year == year,
            LETTER_COUNTERS.c.sequence == sequence,
        )
        .values(last_number=number)
    )
    if changed.rowcount == 0:
        connection.execute(
            insert(LETTER_COUNTERS).values(
                village=village, year=year, sequence=sequence, last_number=number
            )
        )
