"""Open incidents as the list of kiosks tells of them; their own pages tell more."""

from dataclasses import dataclass
from typing import Final

from anjungan.catalogue.villages import load_villages
from anjungan.regency.alerts.kinds import AlertKind
from anjungan.regency.alerts.reading import IncidentView
from anjungan.regency.alerts.words import KIND_WORDS, facts_words, place_words
from anjungan.regency.web.alerts.words import KIND_ICONS, SEVERITY_SIGNS

_SAY_ALL: Final = frozenset({AlertKind.PAPER_OUT, AlertKind.COVER_OPEN})
"""Kinds whose facts only say again what the kind says."""


@dataclass(frozen=True, slots=True)
class IncidentWords:
    """What is wrong, where, and where to read on."""

    incident: IncidentView
    place: str
    word: str
    detail: str
    icon: str
    tone: str


def incident_words(incident: IncidentView) -> IncidentWords:
    """An incident in a few words."""
    village = None if incident.village is None else load_villages().get(incident.village)
    return IncidentWords(
        incident=incident,
        place=place_words(incident) if village is None else village.name,
        word=KIND_WORDS[incident.kind],
        detail="" if incident.kind in _SAY_ALL else facts_words(incident.kind, incident.facts),
        icon=KIND_ICONS[incident.kind],
        tone=SEVERITY_SIGNS[incident.severity].tone,
    )
