"""Keeping what births told, and raising the alarm when two devices use one identity."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import State
from anjungan.regency.enrolment.clone_signs import Birth, Births, Run, after_birth, is_clone
from anjungan.regency.enrolment.clones import record_clone
from anjungan.regency.store.tables import KIOSK_BIRTHS
from anjungan.regency.store.upserts import replacing_insert

DETAIL: Final = "two devices take the connection from each other in turns"
_RUNS: Final = msgspec.json.Decoder(tuple[Run, ...])


def note_birth(connection: Connection, kiosk: KioskId, state: State, now: datetime) -> bool:
    """Note a live birth in the inbox's transaction; True when it is a sign of a clone."""
    row = connection.execute(
        select(KIOSK_BIRTHS).where(KIOSK_BIRTHS.c.kiosk == kiosk)
    ).one_or_none()
    before = Births()
    if row is not None:
        before = Births(_RUNS.decode(row.runs), row.returns, row.returned_at)
    after = after_birth(before, Birth(state.run, state.session), now)
    if after == before:
        return False
    values = {
        "runs": msgspec.json.encode(after.runs).decode(),
        "returns": after.returns,
        "returned_at": after.returned_at,
    }
    statement = replacing_insert(connection, KIOSK_BIRTHS, tuple(values))
    connection.execute(statement, {"kiosk": kiosk, **values})
    if not is_clone(before, after):
        return False
    record_clone(connection, kiosk, DETAIL, now)
    return True
