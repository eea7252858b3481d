"""What the regency holds, read and opened from outside its processes, for checks of the whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from anjungan.protocol.sealing import Binding, Opened, unseal
from anjungan.protocol.status import RequestStatus
from anjungan.regency.keys import KeyFiles, load_private_keys
from anjungan.regency.settings import load_settings
from anjungan.simulation.places import Places


@dataclass(frozen=True, slots=True)
class HeldRequest:
    """One request in the regency's database, its answers opened by name."""

    id: str
    kiosk: str
    service: str
    ticket_code: str
    ticket_token: str
    status: RequestStatus
    revision: int
    answers: dict[str, str]

    def __repr__(self) -> str:
        return f"HeldRequest({self.id}, {self.status.name})"


def held_requests(places: Places) -> tuple[HeldRequest, ...]:
    """Every request the regency has committed, in the order of arrival.

    Raises:
        ValueError: sealed answers cannot be opened, or belong to another request.
    """
    settings = load_settings(places.regency_file, {})
    keys = load_private_keys(KeyFiles(settings.keys_path))
    held = []
    for row in _rows(settings.database_path.as_uri() + "?mode=ro"):
        binding = Binding(
            request_id=row["id"],
            kiosk=row["kiosk"],
            service=row["service"],
            form_version=row["form_version"],
            ticket_token=row["ticket_token"],
        )
        opened = unseal(row["sealed"], binding, keys[row["kid"]])
        if not isinstance(opened, Opened):
            raise ValueError(f"the answers of {row['id']} cannot be opened")  # noqa: TRY004 - no wrong type
        held.append(
            HeldRequest(
                id=row["id"],
                kiosk=row["kiosk"],
                service=row["service"],
                ticket_code=row["ticket_code"],
                ticket_token=row["ticket_token"],
                status=RequestStatus(row["status"]),
                revision=row["revision"],
                answers={item.name: item.value for item in opened.answers.items},
            )
        )
    return tuple(held)


def _rows(uri: str) -> Iterator[sqlite3.Row]:
    with closing(sqlite3.connect(uri, uri=True, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        yield from connection.execute("SELECT * FROM requests ORDER BY received_at, id")
