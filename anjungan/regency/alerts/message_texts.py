"""The words of messages: what, where, since when, what to do first, and where to read on."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from anjungan.regency.alerts.reading import IncidentView
from anjungan.regency.alerts.runbooks import load_runbooks
from anjungan.regency.alerts.telling import Occasion
from anjungan.regency.alerts.words import KIND_WORDS, SEVERITY_WORDS, facts_words, place_words
from anjungan.regency.web.words import clock_time, duration, long_date


@dataclass(frozen=True, slots=True)
class MessageText:
    """A title of one line and a body of a few."""

    title: str
    body: str


def compose(
    incident: IncidentView, occasion: Occasion, *, public_url: str, now: datetime
) -> MessageText:
    """The message about an incident."""
    what = KIND_WORDS[incident.kind]
    where = place_words(incident)
    link = f"{public_url.rstrip('/')}/peringatan/{incident.id}"
    known = facts_words(incident.kind, incident.facts, now)
    lines = [f"{what}: {known}." if known else f"{what}."]
    lines.append(where if incident.kiosk is None else f"{where} ({incident.kiosk}).")
    match occasion:
        case Occasion.OPENED:
            title = f"{SEVERITY_WORDS[incident.severity]}: {what} – {where}"
            lines.append(f"Sejak {_moment(incident.since)}.")
            lines.append(f"Langkah pertama: {load_runbooks()[incident.kind].first}")
        case Occasion.ENDED:
            ended_at = incident.ended_at or now
            title = f"Selesai: {what} – {where}"
            lines.append(
                f"Dari {_moment(incident.since)} sampai {_moment(ended_at)} "
                f"({duration(ended_at - incident.since)})."
            )
        case Occasion.TRIAL:
            raise ValueError("a trial message has no incident")
        case _:
            assert_never(occasion)
    lines.append(f"{link}")
    lines.append(f"Peringatan nomor {incident.id}")
    return MessageText(title, "\n".join(lines))


def compose_trial(*, asked_by: str, public_url: str, now: datetime) -> MessageText:
    """A message that only shows that a route works."""
    return MessageText(
        "Uji pesan peringatan anjungan",
        f"Pesan uji dari Pemantau Anjungan Desa, {_moment(now)}, diminta oleh {asked_by}.\n"
        f"Tidak ada yang perlu dilakukan.\n{public_url.rstrip('/')}/setelan/peringatan",
    )


def _moment(moment: datetime) -> str:
    return f"{long_date(moment)} pukul {clock_time(moment)} WIB"
