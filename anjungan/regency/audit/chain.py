"""The chain of the audit log: each digest covers a line and the digest before it.

It is written in the transaction of the line, which is alone on both databases while it lasts; lines
of transactions that ran beside others are sealed with the next one. A line that was changed, taken
away or put in between shows; so does a shortened log, to whoever knows a digest from before.
"""

import enum
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import Connection, insert, select

from anjungan.regency.store.tables import AUDIT, AUDIT_CHAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Row

BEGINNING: Final = bytes(32)
_AT_ONCE: Final = 1000
_COLUMNS: Final = (
    *("id", "at", "actor", "staff_id", "role", "action", "subject", "village", "detail"),
)


class Fault(enum.Enum):
    """What is wrong with the log; the value says it on the command line."""

    LINE_MISSING = "a line is missing"
    LINE_CHANGED = "a line was changed"
    LINK_MISSING = "the chain has a gap"
    LINE_INSERTED = "a line was put in between"
    DIGEST_UNKNOWN = "the given digest is not in the chain: lines were taken away or written anew"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How the log stands. ``fault_line`` is the number of the first line that is wrong."""

    lines: int
    unsealed: int
    digest: bytes
    fault: Fault | None = None
    fault_line: int | None = None


def seal_lines(connection: Connection) -> None:
    """Add all lines that are not in the chain yet. Only in a transaction that is alone."""
    last = connection.execute(
        select(AUDIT_CHAIN).order_by(AUDIT_CHAIN.c.position.desc()).limit(1)
    ).one_or_none()
    position, digest, newest = (
        (0, BEGINNING, 0) if last is None else (last.position, last.digest, last.audit_id)
    )
    rows = connection.execute(select(AUDIT).where(AUDIT.c.id > newest).order_by(AUDIT.c.id)).all()
    links = []
    for row in rows:
        position, digest = position + 1, _link(digest, row)
        links.append({"position": position, "audit_id": row.id, "digest": digest})
    if links:
        connection.execute(insert(AUDIT_CHAIN), links)


def check_chain(connection: Connection, known_digest: bytes | None = None) -> ChainReport:
    """Walk the whole log. With ``known_digest``, one that was seen before must still be in it."""
    streamed = {"yield_per": _AT_ONCE}
    links = select(AUDIT_CHAIN).order_by(AUDIT_CHAIN.c.position)
    lines = select(AUDIT).order_by(AUDIT.c.id)
    with (
        connection.execute(links, execution_options=streamed) as sealed,
        connection.execute(lines, execution_options=streamed) as written,
    ):
        return _compare(iter(sealed), iter(written), known_digest)


def _compare(
    links: "Iterator[Row[Any]]", lines: "Iterator[Row[Any]]", known_digest: bytes | None
) -> ChainReport:
    digest, position, newest = BEGINNING, 0, 0
    known_seen = known_digest is None
    for link in links:
        row = next(lines, None)
        fault_line = link.audit_id
        fault = None
        if link.position != position + 1:
            fault = Fault.LINK_MISSING
        elif row is None or row.id > link.audit_id:
            fault = Fault.LINE_MISSING
        elif row.id < link.audit_id:
            fault, fault_line = Fault.LINE_INSERTED, row.id
        elif _link(digest, row) != link.digest:
            fault = Fault.LINE_CHANGED
        if fault is not None:
            return ChainReport(position, 0, digest, fault, fault_line)
        position, digest, newest = link.position, link.digest, link.audit_id
        known_seen = known_seen or digest == known_digest
    unsealed = sum(1 for _ in lines)
    if not known_seen:
        return ChainReport(position, unsealed, digest, Fault.DIGEST_UNKNOWN, newest)
    return ChainReport(position, unsealed, digest)


def _link(before: bytes, row: "Row[Any]") -> bytes:
    values = [_plain(getattr(row, name)) for name in _COLUMNS]
    return hashlib.sha256(before + msgspec.json.encode(values)).digest()


def _plain(value: object) -> object:
    return round(value.timestamp() * 1000) if isinstance(value, datetime) else value
