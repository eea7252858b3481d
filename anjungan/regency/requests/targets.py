"""Service times and days off in the database, over those of the catalogue."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from anjungan.regency.requests.lateness import Targets
from anjungan.regency.service_titles import all_service_words
from anjungan.regency.store.tables import HOLIDAYS, SERVICE_TARGETS

MOST_WORKING_DAYS: Final = 60
MAX_HOLIDAY_NAME_CHARACTERS: Final = 100
_WORKING_DAYS: Final = re.compile(r"([0-9]{1,2}) hari kerja")


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off."""

    day: date
    name: str


@cache
def catalogue_days() -> Mapping[str, int]:
    """The working days the catalogue promises, by service; "ask the officer" promises none."""
    found = ((each.id, _WORKING_DAYS.fullmatch(each.duration)) for each in all_service_words())
    return {service: int(match.group(1)) for service, match in found if match is not None}


def read_targets(connection: Connection, default_days: int) -> Targets:
    """All targets; ``default_days`` is for services that neither file nor person decided on."""
    return Targets(
        default_days,
        {**catalogue_days(), **read_overrides(connection)},
        frozenset(connection.execute(select(HOLIDAYS.c.day)).scalars()),
    )


def read_overrides(connection: Connection) -> Mapping[str, int]:
    """What people decided, by service."""
    rows = connection.execute(select(SERVICE_TARGETS))
    return {row.service: row.working_days for row in rows}


def set_override(connection: Connection, service: str, working_days: int | None) -> None:
    """Decide on the working days of a service; None leaves it to the catalogue again."""
    mine = SERVICE_TARGETS.c.service == service
    if working_days is None:
        connection.execute(delete(SERVICE_TARGETS).where(mine))
        return
    changed = connection.execute(
        update(SERVICE_TARGETS).where(mine).values(working_days=working_days)
    )
    if changed.rowcount == 0:
        connection.execute(
            insert(SERVICE_TARGETS).values(service=service, working_days=working_days)
        )


def read_holidays(connection: Connection) -> Sequence[Holiday]:
    """All days off, in order."""
    rows = connection.execute(select(HOLIDAYS).order_by(HOLIDAYS.c.day))
    return [Holiday(row.day, row.name) for row in rows]


def add_holidays(connection: Connection, holidays: Sequence[Holiday]) -> int:
    """Add days off and return how many are new; a known day gets the new name."""
    new = 0
    for each in holidays:
        renamed = connection.execute(
            update(HOLIDAYS).where(HOLIDAYS.c.day == each.day).values(name=each.name)
        )
        if renamed.rowcount == 0:
            connection.execute(insert(HOLIDAYS).values(day=each.day, name=each.name))
            new += 1
    return new


def remove_holiday(connection: Connection, day: date) -> bool:
    """Remove a day off; False when it was none."""
    removed = connection.execute(delete(HOLIDAYS).where(HOLIDAYS.c.day == day))
    return removed.rowcount > 0
