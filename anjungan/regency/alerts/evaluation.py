"""Judging everything at one moment. Pure."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from anjungan.protocol.identity import KioskId
from anjungan.regency.alerts import device_checks, machine_checks
from anjungan.regency.alerts.facts import Facts
from anjungan.regency.alerts.judging import UNKNOWN, yes_or_no
from anjungan.regency.alerts.kinds import AlertKind, Rule
from anjungan.regency.alerts.silence import SilenceLimits, judge_silences
from anjungan.regency.alerts.snapshot import (
    REGENCY,
    FleetState,
    InboxState,
    Key,
    KioskState,
    Level,
    Reading,
    kiosk_of_subject,
)

Check = Callable[[KioskState, Rule, datetime], Reading]

KIOSK_CHECKS: Final[Mapping[AlertKind, Check]] = MappingProxyType(
    {
        AlertKind.PAPER_OUT: device_checks.paper_out,
        AlertKind.PAPER_LOW: device_checks.paper_low,
        AlertKind.COVER_OPEN: device_checks.cover_open,
        AlertKind.PRINTER_FAULT: device_checks.printer_fault,
        AlertKind.CARD_READER_MISSING: device_checks.card_reader_missing,
        AlertKind.DEVICE_FAULT: device_checks.device_fault,
        AlertKind.SCREENS_DOWN: device_checks.screens_down,
        AlertKind.CONTACT_OPENED: device_checks.contact_opened,
        AlertKind.CLONE_SUSPECTED: machine_checks.clone_suspected,
        AlertKind.QUEUE_AGE: machine_checks.queue_age,
        AlertKind.REQUESTS_REFUSED: machine_checks.requests_refused,
        AlertKind.STORAGE_RECOVERED: machine_checks.storage_recovered,
        AlertKind.DISK_READ_ONLY: machine_checks.disk_read_only,
        AlertKind.DISK_LOW: machine_checks.disk_low,
        AlertKind.CARD_WEAR: machine_checks.card_wear,
        AlertKind.HEAT: machine_checks.heat,
        AlertKind.UNDER_VOLTAGE: machine_checks.under_voltage,
        AlertKind.CLOCK_OFF: machine_checks.clock_off,
        AlertKind.CLOCK_UNSYNCED: machine_checks.clock_unsynced,
        AlertKind.RESTART_LOOP: machine_checks.restart_loop,
        AlertKind.CERTIFICATE_URGENT: machine_checks.certificate_ends,
        AlertKind.CERTIFICATE_SOON: machine_checks.certificate_ends,
    }
)
"""What is judged by the state of one kiosk alone."""

_TOLD_BY: Final[Mapping[AlertKind, AlertKind]] = MappingProxyType(
    {
        AlertKind.PAPER_LOW: AlertKind.PAPER_OUT,
        AlertKind.CERTIFICATE_SOON: AlertKind.CERTIFICATE_URGENT,
        AlertKind.DISK_LOW: AlertKind.DISK_READ_ONLY,
        AlertKind.CLOCK_UNSYNCED: AlertKind.CLOCK_OFF,
    }
)
"""The worse kind that tells of a kind as well, for the same kiosk."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Readings of all that is bad and of all that was known to be, and what tells of what.

    ``part_of``: the keys whose incident would tell of this one, the largest first.
    """

    readings: Mapping[Key, Reading]
    part_of: Mapping[Key, Sequence[Key]]


def evaluate(
    fleet: FleetState,
    rules: Mapping[AlertKind, Rule],
    limits: SilenceLimits,
    known: AbstractSet[Key],
    now: datetime,
) -> Evaluation:
    """Judge every kind for every subject.

    Args:
        fleet: everything at this moment.
        rules: the rule of every kind.
        limits: what makes a shared silence.
        known: the keys that are pending or open; of the others only what is bad is returned.
        now: the moment.
    """
    readings: dict[Key, Reading] = {}
    part_of: dict[Key, Sequence[Key]] = {}

    def keep(key: Key, reading: Reading) -> None:
        if reading.level is Level.BAD or key in known:
            readings[key] = reading

    silences = judge_silences(fleet, rules, limits)
    for key, reading in silences.readings.items():
        if rules[key[0]].enabled:
            keep(key, reading)
    if rules[AlertKind.INBOX_DOWN].enabled:
        keep((AlertKind.INBOX_DOWN, REGENCY), _inbox(fleet))

    checks = [(kind, check, rules[kind]) for kind, check in KIOSK_CHECKS.items()]
    checks = [each for each in checks if each[2].enabled]
    offline_rule = rules[AlertKind.OFFLINE]
    known_subjects = {subject for _, subject in known}
    is_deaf = fleet.inbox is not InboxState.LISTENING
    for state in fleet.kiosks:
        if offline_rule.enabled:
            reading = UNKNOWN if is_deaf else machine_checks.offline(state, offline_rule, now)
            keep((AlertKind.OFFLINE, state.kiosk), reading)
        if rules[AlertKind.VERSION_BEHIND].enabled:
            reading = machine_checks.version_behind(state, fleet.newest_version)
            keep((AlertKind.VERSION_BEHIND, state.kiosk), reading)
        is_known = state.kiosk in known_subjects  # most are not, and keys cost more than checks
        for kind, check, rule in checks:
            reading = check(state, rule, now)
            if reading.level is Level.BAD or is_known:
                keep((kind, state.kiosk), reading)
    for key in known - readings.keys():
        readings[key] = Reading(Level.VOID, Facts())
    for kind, subject in readings:
        owners = _owners(kind, subject, silences.part_of)
        if owners:
            part_of[kind, subject] = owners
    return Evaluation(readings, part_of)


def _inbox(fleet: FleetState) -> Reading:
    if fleet.inbox is InboxState.NEVER_STARTED:
        return UNKNOWN
    return yes_or_no(
        is_bad=fleet.inbox is InboxState.DOWN, facts=Facts(moment=fleet.inbox_heard_at)
    )


def _owners(
    kind: AlertKind, subject: str, silent_with: Mapping[KioskId, Sequence[Key]]
) -> Sequence[Key]:
    if kind is AlertKind.DISTRICT_SILENT:
        return ((AlertKind.REGENCY_SILENT, REGENCY),)
    if kind is AlertKind.OFFLINE:
        kiosk = kiosk_of_subject(subject)
        return () if kiosk is None else silent_with.get(kiosk, ())
    worse = _TOLD_BY.get(kind)
    return () if worse is None else ((worse, subject),)
