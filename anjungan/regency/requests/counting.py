"""How many requests stand in each part of the inbox, counted as far as anybody reads numbers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Integer,
    ScalarSelect,
    Select,
    func,
    literal,
    literal_column,
    select,
)

from anjungan.protocol.identity import VillageCode
from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.lateness import WAITS_FOR_STAFF, LateLimits
from anjungan.regency.requests.listing import RequestFilter, Source, source_of
from anjungan.regency.store.tables import REQUESTS

MOST_COUNTED: Final = 1000
"""A count that reaches this is "at least so many": counting on would read the whole table."""

Groups = Mapping[str, Collection[RequestStatus]]


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """Capped counts: of each group of statuses, of the late ones, and of what waits for staff.

    ``waiting`` knows no filter: it is the number in the menu.
    """

    groups: Mapping[str, int]
    late: int
    waiting: int


def count_inbox(
    connection: Connection, wanted: RequestFilter, groups: Groups, limits: LateLimits
) -> InboxCounts:
    """Count every group of statuses within the filter, whose own statuses play no part."""
    names = list(groups)
    counted = connection.execute(counts_statement(wanted, groups, limits)).one()
    return InboxCounts(
        groups=dict(zip(names, counted[: len(names)], strict=True)),
        late=counted[-2],
        waiting=counted[-1],
    )


def counts_statement(wanted: RequestFilter, groups: Groups, limits: LateLimits) -> Executable:
    """The one statement of all counts: the groups in order, late, waiting."""
    source = source_of(wanted)
    counts: list[ColumnElement[int] | ScalarSelect[int]]
    if source is None:
        counts = [literal(0)] * (len(groups) + 1)
    else:
        counts = [_count(source.with_status(*statuses)) for statuses in groups.values()]
        late = [*source.with_status(*WAITS_FOR_STAFF), *source.late(limits)]
        counts.append(_count(late))
    counts.append(_waiting(wanted.scope))
    return select(*(each.label(f"count_{number}") for number, each in enumerate(counts)))


def count_waiting(connection: Connection, scope: VillageCode | None) -> int:
    """How many requests wait for staff, capped."""
    return connection.execute(select(_waiting(scope))).scalar_one()


def _waiting(scope: VillageCode | None) -> ScalarSelect[int]:
    source = source_of(RequestFilter(scope=scope)) or Source(REQUESTS.c, ())
    return _count(source.with_status(*WAITS_FOR_STAFF))


def _count(conditions: Sequence[ColumnElement[bool]]) -> ScalarSelect[int]:
    found: Select[int] = select(literal_column("1", Integer)).where(*conditions)
    return select(func.count()).select_from(found.limit(MOST_COUNTED).subquery()).scalar_subquery()
