"""Other requests of the same resident, as far as that can be told without knowing who it is."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, select, update

from anjungan.protocol.identity import VillageCode
from anjungan.regency.requests.listing import RequestLine, line_of
from anjungan.regency.store.tables import REQUESTS

MOST_SHOWN: Final = 10


def same_card(
    connection: Connection, request_id: str, scope: VillageCode | None
) -> Sequence[RequestLine]:
    """Other requests made with the same card, newest first.

    Cards are linked with a key of their village, so these are all of one village.
    """
    of_this = select(REQUESTS.c.card_link).where(REQUESTS.c.id == request_id).scalar_subquery()
    return _others(
        connection, request_id, scope, REQUESTS.c.card_link == of_this, REQUESTS.c.card_link != ""
    )


def same_resident(
    connection: Connection, request_id: str, mark: bytes, scope: VillageCode | None
) -> Sequence[RequestLine]:
    """Other requests with this mark, newest first: those whose answers were opened before."""
    return _others(connection, request_id, scope, REQUESTS.c.resident_mark == mark)


def keep_mark(connection: Connection, request_id: str, mark: bytes) -> None:
    """Remember whose request it is, without knowing who that is."""
    connection.execute(
        update(REQUESTS).where(REQUESTS.c.id == request_id).values(resident_mark=mark)
    )


def _others(
    connection: Connection,
    request_id: str,
    scope: VillageCode | None,
    *conditions: ColumnElement[bool],
) -> Sequence[RequestLine]:
    within = [] if scope is None else [REQUESTS.c.village == scope]
    rows = connection.execute(
        select(REQUESTS)
        .where(*conditions, REQUESTS.c.id != request_id, *within)
        .order_by(REQUESTS.c.received_at.desc(), REQUESTS.c.id.desc())
        .limit(MOST_SHOWN)
    )
    return [line_of(row) for row in rows]
