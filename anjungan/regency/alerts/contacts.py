"""Whom to call in a village: somebody of its staff, never a resident."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from anjungan.protocol.identity import VillageCode
from anjungan.regency.store.tables import VILLAGE_CONTACTS

MAX_CHARACTERS: Final = 100
_PHONE: Final = re.compile(r"\+?[0-9][0-9 .()/-]{5,28}[0-9]")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of a village's staff and the number to call; ``position`` may be empty."""

    name: str
    position: str
    phone: str

    @property
    def dialled(self) -> str:
        """The number as a phone dials it: digits, after a plus where there is one."""
        digits = re.sub(r"[^0-9]", "", self.phone)
        return f"+{digits}" if self.phone.startswith("+") else digits


class BadContactError(ValueError):
    """A contact cannot be kept as given; the message is for the person at the form."""


def parse_contact(name: str, position: str, phone: str) -> Contact:
    """A contact from a form; raise BadContactError where it will not do."""
    contact = Contact(" ".join(name.split()), " ".join(position.split()), " ".join(phone.split()))
    if not contact.name or len(contact.name) > MAX_CHARACTERS or not contact.name.isprintable():
        raise BadContactError("Isi nama petugas, paling banyak 100 huruf.")
    if len(contact.position) > MAX_CHARACTERS or not contact.position.isprintable():
        raise BadContactError("Jabatan paling banyak 100 huruf.")
    if _PHONE.fullmatch(contact.phone) is None:
        raise BadContactError("Isi nomor telepon, misalnya 0812 3456 7890.")
    return contact


def contact_of(connection: Connection, village: VillageCode) -> Contact | None:
    """Whom to call in ``village``; None where nobody has been named."""
    row = connection.execute(
        select(VILLAGE_CONTACTS).where(VILLAGE_CONTACTS.c.village == village)
    ).one_or_none()
    return None if row is None else _contact(row)


def all_contacts(connection: Connection) -> Mapping[VillageCode, Contact]:
    """The contacts of all villages that have one."""
    rows = connection.execute(select(VILLAGE_CONTACTS))
    return {VillageCode(row.village): _contact(row) for row in rows}


def set_contact(
    connection: Connection, village: VillageCode, contact: Contact, *, by: str, now: datetime
) -> None:
    """Name somebody in place of whoever was named before."""
    values = {
        "name": contact.name,
        "position": contact.position,
        "phone": contact.phone,
        "changed_at": now,
        "changed_by": by,
    }
    changed = connection.execute(
        update(VILLAGE_CONTACTS).where(VILLAGE_CONTACTS.c.village == village).values(values)
    )
    if changed.rowcount == 0:
        connection.execute(insert(VILLAGE_CONTACTS).values(village=village, **values))


def remove_contact(connection: Connection, village: VillageCode) -> bool:
    """Take the village's contact away; False where there is none."""
    gone = connection.execute(delete(VILLAGE_CONTACTS).where(VILLAGE_CONTACTS.c.village == village))
    return gone.rowcount > 0


def _contact(row: "Row[tuple[object, ...]]") -> Contact:
    return Contact(row.name, row.position, row.phone)
