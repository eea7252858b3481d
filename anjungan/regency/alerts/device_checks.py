"""Judging what a kiosk tells of its devices. Pure."""

from datetime import datetime, timedelta
from typing import Final

from anjungan.protocol.messages import DeviceHealth, Health
from anjungan.regency.alerts.facts import Facts, fact_of
from anjungan.regency.alerts.judging import (
    GOOD,
    UNKNOWN,
    level_of,
    of_devices,
    yes_or_no,
)
from anjungan.regency.alerts.kinds import Rule
from anjungan.regency.alerts.snapshot import KioskState, Level, Reading

PRINTERS: Final = frozenset({"printer", "document_printer"})
CARD_READER: Final = "card_reader"
_PAPER_OUT: Final = "paper_out"
_PAPER_LOW: Final = "near_end"
_COVER_OPEN: Final = "cover_open"
_OPENED: Final = "opened"
_WELL: Final = frozenset({"ready", "starting"})
_WITH_ALERTS_OF_THEIR_OWN: Final = frozenset({_PAPER_OUT, _PAPER_LOW, _COVER_OPEN})


def paper_out(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """A printer has no paper left."""
    del rule, now
    return _coded(state, _PAPER_OUT)


def paper_low(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """A printer says that its paper ends soon, or the estimate is below the limit."""
    del now
    health = state.present
    if health is None:
        return UNKNOWN
    level = Level.GOOD
    low: list[DeviceHealth] = []
    for printer in _printers(health):
        its = _paper_level(printer, rule)
        if its is Level.BAD:
            low.append(printer)
        if its is Level.BAD or (its is Level.BETWEEN and level is Level.GOOD):
            level = its
    if level is Level.GOOD:
        return GOOD
    left = [each.level_percent for each in low if each.level_percent is not None]
    value = None if not left else float(min(left))
    return Reading(level, Facts(value=value, devices=tuple(map(fact_of, low))))


def cover_open(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """A printer's cover stands open."""
    del rule, now
    return _coded(state, _COVER_OPEN)


def printer_fault(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """A printer is missing or in trouble other than paper and cover."""
    del rule, now
    health = state.present
    if health is None:
        return UNKNOWN
    return of_devices(
        tuple(
            fact_of(each)
            for each in _printers(health)
            if each.state not in _WELL and each.code not in _WITH_ALERTS_OF_THEIR_OWN
        )
    )


def card_reader_missing(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """A card reader is missing or in trouble."""
    del rule, now
    health = state.present
    if health is None:
        return UNKNOWN
    return of_devices(
        tuple(
            fact_of(each)
            for each in health.devices
            if each.kind == CARD_READER and _is_unwell(each)
        )
    )


def device_fault(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """Any other device is missing or in trouble."""
    del rule, now
    health = state.present
    if health is None:
        return UNKNOWN
    return of_devices(
        tuple(
            fact_of(each)
            for each in health.devices
            if each.kind != CARD_READER and each.kind not in PRINTERS and _is_unwell(each)
        )
    )


def screens_down(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """The agent runs, its screens do not."""
    del rule, now
    health = state.present
    return UNKNOWN if health is None else yes_or_no(is_bad=not health.screens_up)


def contact_opened(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """A door or seal stands open, or was opened a short while ago.

    An opening between two reports is known by its event alone, so it counts for a while.
    """
    opened_at = state.events.contact_opened_at
    lasts = timedelta(minutes=rule.opens_at or 0.0)
    if opened_at is not None and now - opened_at < lasts:
        return Reading(Level.BAD, Facts(moment=opened_at))
    health = state.present
    if health is None:
        return UNKNOWN
    stands_open = any(each.code == _OPENED for each in health.devices)
    return yes_or_no(is_bad=stands_open, facts=Facts(moment=opened_at))


def _is_unwell(device: DeviceHealth) -> bool:
    if device.state not in _WELL:
        return True
    return device.state == "ready" and bool(device.code) and device.code != _OPENED


def _coded(state: KioskState, code: str) -> Reading:
    health = state.present
    if health is None:
        return UNKNOWN
    return of_devices(tuple(fact_of(each) for each in _printers(health) if each.code == code))


def _printers(health: Health) -> tuple[DeviceHealth, ...]:
    return tuple(each for each in health.devices if each.kind in PRINTERS)


def _paper_level(printer: DeviceHealth, rule: Rule) -> Level:
    if printer.code == _PAPER_OUT:
        return Level.BETWEEN  # an alert of its own tells of it
    if printer.code == _PAPER_LOW:
        return Level.BAD
    return Level.GOOD if printer.level_percent is None else level_of(printer.level_percent, rule)
