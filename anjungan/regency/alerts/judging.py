"""Holding a measured value against a rule. Pure."""

from typing import Final

from anjungan.regency.alerts.facts import DeviceFact, Facts
from anjungan.regency.alerts.kinds import Rule
from anjungan.regency.alerts.snapshot import Level, Reading

GOOD: Final = Reading(Level.GOOD, Facts())
UNKNOWN: Final = Reading(Level.UNKNOWN, Facts())


def level_of(value: float, rule: Rule) -> Level:
    """Where ``value`` stands between the limits of a rule that has them."""
    if rule.opens_at is None or rule.closes_at is None:
        raise ValueError("this rule has no limits")
    sign = 1 if rule.rises else -1
    if sign * value >= sign * rule.opens_at:
        return Level.BAD
    return Level.GOOD if sign * value <= sign * rule.closes_at else Level.BETWEEN


def measured(value: float, rule: Rule, facts: Facts | None = None) -> Reading:
    """The reading of a value; without ``facts`` the value, rounded, is the only one."""
    level = level_of(value, rule)
    if level is Level.GOOD:
        return GOOD
    return Reading(level, Facts(value=round(value, 1)) if facts is None else facts)


def yes_or_no(*, is_bad: bool, facts: Facts | None = None) -> Reading:
    """The reading of a kind that knows only yes and no."""
    return Reading(Level.BAD, facts or Facts()) if is_bad else GOOD


def of_devices(devices: tuple[DeviceFact, ...]) -> Reading:
    """Bad while there are devices in trouble."""
    return Reading(Level.BAD, Facts(devices=devices)) if devices else GOOD
