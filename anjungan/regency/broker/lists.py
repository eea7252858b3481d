"""How the revocation lists that the broker reads stand: an expired one locks everybody out.

What counts is the file in the broker's folder, not what the authority has made: a copy that was
not brought over, or a broker that was not reloaded, locks out as well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, assert_never

from cryptography import x509

ENDS_SOON: Final = timedelta(days=3)
_BEGIN: Final = b"-----BEGIN X509 CRL-----"


@dataclass(frozen=True, slots=True)
class ListsGood:
    """All lists hold until ``ends_at`` and longer."""

    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ListsEndSoon:
    """Nobody is locked out yet, but the lists were not made anew in time."""

    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ListsEnded:
    """The broker refuses everybody whose certificate an ended list speaks for."""

    ended_at: datetime


@dataclass(frozen=True, slots=True)
class ListsUnreadable:
    """There is no file, or no list in it: a broker started now would let nobody in."""


ListState = ListsGood | ListsEndSoon | ListsEnded | ListsUnreadable


def list_state(path: Path, now: datetime) -> ListState:
    """How the lists in the file stand; the one that ends first speaks for all."""
    try:
        blocks = path.read_bytes().split(_BEGIN)[1:]
        lists = [x509.load_pem_x509_crl(_BEGIN + block) for block in blocks]
    except (OSError, ValueError):
        return ListsUnreadable()
    ends = [each.next_update_utc for each in lists if each.next_update_utc is not None]
    if not ends:
        return ListsUnreadable()
    first = min(ends)
    if first <= now:
        return ListsEnded(first)
    return ListsEndSoon(first) if first - now <= ENDS_SOON else ListsGood(first)


def describe(state: ListState) -> str:
    """A line for an administrator."""
    match state:
        case ListsGood(ends_at):
            return f"good until {ends_at:%Y-%m-%d %H:%M}Z"
        case ListsEndSoon(ends_at):
            return f"ENDS SOON, at {ends_at:%Y-%m-%d %H:%M}Z; then nobody can connect"
        case ListsEnded(ended_at):
            return f"ENDED at {ended_at:%Y-%m-%d %H:%M}Z: nobody can connect"
        case ListsUnreadable():
            return "MISSING OR UNREADABLE: nobody can connect"
        case _:
            assert_never(state)
