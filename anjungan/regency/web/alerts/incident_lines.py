"""An incident with its words, as lists and pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from anjungan.regency.alerts.maintenance import Window
from anjungan.regency.alerts.reading import IncidentView
from anjungan.regency.alerts.words import KIND_WORDS, facts_words, place_words
from anjungan.regency.web.alerts import words
from anjungan.regency.web.words import Sign, duration


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """An incident in words. ``lasted`` is how long it has gone on, or went on."""

    view: IncidentView
    title: str
    icon: str
    place: str
    known: str
    lasted: str
    severity: Sign
    states: Sequence[Sign]
    muted: str


def incident_line(view: IncidentView, windows: Sequence[Window], now: datetime) -> IncidentLine:
    """An incident as it is shown at ``now``."""
    return IncidentLine(
        view=view,
        title=KIND_WORDS[view.kind],
        icon=words.KIND_ICONS[view.kind],
        place=place_words(view),
        known=facts_words(view.kind, view.facts, now),
        lasted=duration((view.ended_at or now) - view.since),
        severity=words.SEVERITY_SIGNS[view.severity],
        states=_states(view, windows, now),
        muted=words.muted_words(view, now) if view.is_open else "",
    )


def _states(view: IncidentView, windows: Sequence[Window], now: datetime) -> Sequence[Sign]:
    if not view.is_open:
        return (words.ENDED,)
    signs: list[Sign] = []
    if view.calm_since is not None:
        signs.append(words.CALMING)
    if view.acknowledged_at is not None:
        signs.append(words.TAKEN_ON)
    if view.is_muted(now):
        signs.append(words.MUTED)
    if any(window.covers(view.kiosk, view.district) for window in windows):
        signs.append(words.MAINTENANCE)
    return signs
