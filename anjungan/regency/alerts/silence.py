"""Telling the silence of a kecamatan, or of everything, from that of single kiosks. Pure.

Kiosks that went silent within one window of time have most likely one cause: a mast, a feeder of
the power company, the regency's own line. They are one incident.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from anjungan.protocol.identity import KioskId
from anjungan.regency.alerts.facts import Facts
from anjungan.regency.alerts.judging import GOOD, UNKNOWN, level_of
from anjungan.regency.alerts.kinds import AlertKind, Rule
from anjungan.regency.alerts.snapshot import (
    REGENCY,
    FleetState,
    InboxState,
    Key,
    KioskState,
    Level,
    Reading,
    district_subject,
)
from anjungan.regency.fleet.presence import Connection

if TYPE_CHECKING:
    from anjungan.regency.alerts.districts import DistrictCode


@dataclass(frozen=True, slots=True)
class SilenceLimits:
    """How many kiosks at least make a shared silence, and within what time they went."""

    district_least: int
    regency_least: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Cluster:
    """Kiosks that went silent together, of ``total``; ``since`` the first of them."""

    silent: Sequence[KioskId]
    total: int
    since: datetime | None

    @property
    def percent(self) -> float:
        """How much of all is silent."""
        return 100 * len(self.silent) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Silences:
    """Readings of kecamatan and regency, and whose silence each kiosk's is part of."""

    readings: Mapping[Key, Reading]
    part_of: Mapping[KioskId, Sequence[Key]]
    """The largest first."""


def judge_silences(
    fleet: FleetState, rules: Mapping[AlertKind, Rule], limits: SilenceLimits
) -> Silences:
    """Look for shared silences; nothing is known of kiosks while nobody listens."""
    readings: dict[Key, Reading] = {}
    part_of: dict[KioskId, list[Key]] = {}
    regency_key = (AlertKind.REGENCY_SILENT, REGENCY)
    listening = fleet.inbox is InboxState.LISTENING
    districts: dict[DistrictCode, list[KioskState]] = {}
    for state in fleet.kiosks:
        districts.setdefault(state.district, []).append(state)

    rule = rules[AlertKind.REGENCY_SILENT]
    if fleet.inbox is InboxState.NO_BROKER:
        readings[regency_key] = Reading(Level.BAD, Facts(code="broker"))
    elif not listening:
        readings[regency_key] = UNKNOWN
    else:
        cluster = largest_cluster(fleet.kiosks, limits.window)
        readings[regency_key] = judge_cluster(cluster, rule, limits.regency_least, code="line")
        _note(part_of, readings[regency_key], regency_key, cluster)

    rule = rules[AlertKind.DISTRICT_SILENT]
    for code, states in districts.items():
        key = (AlertKind.DISTRICT_SILENT, district_subject(code))
        if not listening:
            readings[key] = UNKNOWN
            continue
        cluster = largest_cluster(states, limits.window)
        readings[key] = judge_cluster(cluster, rule, limits.district_least)
        _note(part_of, readings[key], key, cluster)
    return Silences(readings, part_of)


def largest_cluster(states: Iterable[KioskState], window: timedelta) -> Cluster:
    """The most kiosks that are offline and went so within ``window``; the later, if as many."""
    total = 0
    gone: list[tuple[datetime, KioskId]] = []
    for state in states:
        total += state.connection is not Connection.UNKNOWN
        if state.connection is Connection.OFFLINE and state.offline_since is not None:
            gone.append((state.offline_since, state.kiosk))
    gone.sort()
    best: list[tuple[datetime, KioskId]] = []
    first = 0
    for last in range(len(gone)):
        while gone[last][0] - gone[first][0] > window:
            first += 1
        if last + 1 - first >= len(best):
            best = gone[first : last + 1]
    return Cluster([kiosk for _, kiosk in best], total, best[0][0] if best else None)


def judge_cluster(cluster: Cluster, rule: Rule, least: int, *, code: str = "") -> Reading:
    """Bad with enough kiosks and share of them; well again with half the number or a small share.

    A single silent kiosk of a small kecamatan is no silence of the kecamatan.
    """
    count = len(cluster.silent)
    level = level_of(cluster.percent, rule)
    if 2 * count < least or level is Level.GOOD:
        return GOOD
    if count < least:
        level = Level.BETWEEN
    facts = Facts(
        value=round(cluster.percent, 1),
        count=count,
        total=cluster.total,
        moment=cluster.since,
        code=code,
    )
    return Reading(level, facts)


def _note(part_of: dict[KioskId, list[Key]], reading: Reading, key: Key, cluster: Cluster) -> None:
    if reading.level in {Level.BAD, Level.BETWEEN}:
        for kiosk in cluster.silent:
            part_of.setdefault(kiosk, []).append(key)
