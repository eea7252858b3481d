"""What the forms of visits send, and what is wrong with it."""

import re
from typing import Annotated, Final

import msgspec
from sqlalchemy import Connection, select

from anjungan.protocol.identity import KioskId
from anjungan.regency.alerts.visits import MAX_KIOSKS, MAX_TEXT_CHARACTERS, VisitPlan
from anjungan.regency.store.tables import INCIDENTS, KIOSKS
from anjungan.regency.web.alerts.form_times import read_day
from anjungan.regency.web.alerts.list_query import read_kiosk

MAX_NAME_CHARACTERS: Final = 100
_NUMBERS: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
Long = Annotated[str, msgspec.Meta(max_length=8000)]


class VisitForm(msgspec.Struct, frozen=True):
    """A plan as typed. ``incidents`` are numbers; a box ticked once comes as one text."""

    planned_on: Annotated[str, msgspec.Meta(max_length=40)] = ""
    technician: Annotated[str, msgspec.Meta(max_length=500)] = ""
    task: Long = ""
    kiosks: list[str] | str = msgspec.field(default_factory=list)
    incidents: list[str] | str = msgspec.field(default_factory=list)


class ReportForm(msgspec.Struct, frozen=True):
    """What was done, and the parts it took."""

    report: Long = ""
    parts: Long = ""


def as_list(values: list[str] | str) -> list[str]:
    """The values of a field that may come once or more often."""
    return [values] if isinstance(values, str) else list(values)


def incident_numbers(form: VisitForm) -> set[int]:
    """The numbers of the alerts a visit is to be about, whether there are such or not."""
    return {int(text) for text in as_list(form.incidents) if _NUMBERS.fullmatch(text)}


def clean_text(text: str) -> str | None:
    """A text of several lines as it is kept; None where it is too long or unprintable."""
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").split("\n")]
    cleaned = "\n".join(lines).strip()
    is_good = len(cleaned) <= MAX_TEXT_CHARACTERS and cleaned.replace("\n", "").isprintable()
    return cleaned if is_good else None


def read_plan(connection: Connection, form: VisitForm) -> VisitPlan | str:
    """The plan, or what is wrong with the form."""
    planned_on = read_day(form.planned_on)
    if planned_on is None:
        return "Isi tanggal kunjungan."
    technician = " ".join(form.technician.split())
    if not technician or len(technician) > MAX_NAME_CHARACTERS or not technician.isprintable():
        return "Isi nama teknisi."
    task = clean_text(form.task)
    if task is None:
        return f"Tugas paling banyak {MAX_TEXT_CHARACTERS} huruf."
    kiosks = _kiosks(connection, as_list(form.kiosks))
    if not kiosks:
        return "Pilih anjungan yang dikunjungi."
    if len(kiosks) > MAX_KIOSKS:
        return f"Satu kunjungan paling banyak {MAX_KIOSKS} anjungan."
    return VisitPlan(
        planned_on=planned_on,
        technician=technician,
        task=task,
        kiosks=kiosks,
        incident_ids=_incidents(connection, incident_numbers(form)),
    )


def _kiosks(connection: Connection, given: list[str]) -> list[KioskId]:
    wanted = {kiosk for kiosk in map(read_kiosk, given) if kiosk is not None}
    found = connection.execute(
        select(KIOSKS.c.kiosk).where(KIOSKS.c.kiosk.in_(wanted)).order_by(KIOSKS.c.kiosk)
    )
    return [KioskId(kiosk) for kiosk in found.scalars()]


def _incidents(connection: Connection, wanted: set[int]) -> list[int]:
    found = connection.execute(
        select(INCIDENTS.c.id).where(INCIDENTS.c.id.in_(wanted)).order_by(INCIDENTS.c.id)
    )
    return list(found.scalars())
