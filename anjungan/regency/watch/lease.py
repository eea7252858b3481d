"""The lease by which only one watch works, however many are started."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from anjungan.regency.store.tables import LEASES

LASTS: Final = timedelta(seconds=30)


def take_lease(connection: Connection, name: str, holder: str, now: datetime) -> bool:
    """Take or prolong the lease; False while another holder's has not run out."""
    taken = connection.execute(
        update(LEASES)
        .where(LEASES.c.name == name, or_(LEASES.c.holder == holder, LEASES.c.until < now))
        .values(holder=holder, until=now + LASTS)
    )
    if taken.rowcount:
        return True
    if connection.execute(select(LEASES.c.name).where(LEASES.c.name == name)).first() is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(insert(LEASES).values(name=name, holder=holder, until=now + LASTS))
    except IntegrityError:  # another was faster by a moment
        return False
    return True


def leave_lease(connection: Connection, name: str, holder: str, now: datetime) -> None:
    """Let another take over at once."""
    connection.execute(
        update(LEASES).where(LEASES.c.name == name, LEASES.c.holder == holder).values(until=now)
    )
