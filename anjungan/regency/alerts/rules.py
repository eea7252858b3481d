"""The rules in force: the defaults, and over them what staff have set."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from anjungan.regency.alerts.kinds import DEFAULT_RULES, AlertKind, Rule, Severity, Unit
from anjungan.regency.store.tables import ALERT_RULES

LONGEST_GRACE_S: Final = 7 * 86400
_HIGHEST: Final = 1_000_000.0
_ONE_LIMIT: Final = frozenset({AlertKind.CONTACT_OPENED, AlertKind.STORAGE_RECOVERED})
"""Kinds that count for a while after an event: both limits are the same."""


class BadRuleError(ValueError):
    """A rule cannot be kept as given; the message is for the person at the form."""


def has_one_limit(kind: AlertKind) -> bool:
    """Whether a kind has a duration in place of two limits."""
    return kind in _ONE_LIMIT


def rules_in_force(connection: Connection, *, pace: float = 1.0) -> Mapping[AlertKind, Rule]:
    """The rule of every kind; grace times are multiplied with ``pace``."""
    rules = dict(DEFAULT_RULES)
    for row in connection.execute(select(ALERT_RULES)):
        kind = AlertKind(row.kind)
        rules[kind] = Rule(
            severity=Severity(row.severity),
            grace_s=row.grace_s,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            unit=DEFAULT_RULES[kind].unit,
            enabled=row.enabled,
        )
    if pace == 1.0:
        return rules
    return {
        kind: msgspec.structs.replace(rule, grace_s=round(rule.grace_s * pace))
        for kind, rule in rules.items()
    }


def check_rule(kind: AlertKind, rule: Rule) -> None:
    """Raise BadRuleError where a rule can never work."""
    usual = DEFAULT_RULES[kind]
    if not 0 <= rule.grace_s <= LONGEST_GRACE_S:
        raise BadRuleError("Masa tunggu paling lama tujuh hari.")
    if usual.unit is Unit.NONE:
        if rule.opens_at is not None or rule.closes_at is not None:
            raise BadRuleError("Jenis ini tidak memakai batas.")
        return
    if rule.opens_at is None or rule.closes_at is None:
        raise BadRuleError("Isi kedua batas.")
    if not (0 <= rule.opens_at <= _HIGHEST and 0 <= rule.closes_at <= _HIGHEST):
        raise BadRuleError("Batas harus angka dari 0 sampai 1.000.000.")
    if has_one_limit(kind):
        if rule.opens_at != rule.closes_at or rule.opens_at == 0:
            raise BadRuleError("Lamanya harus lebih dari 0.")
        return
    if rule.opens_at == rule.closes_at or rule.rises != usual.rises:
        side = "di bawah" if usual.rises else "di atas"
        raise BadRuleError(f"Batas pulih harus {side} batas bahaya.")


def set_rule(
    connection: Connection, kind: AlertKind, rule: Rule, *, by: str, now: datetime
) -> None:
    """Set the rule of a kind; one that is the default again is forgotten.

    Raises:
        BadRuleError: it can never work.
    """
    check_rule(kind, rule)
    if rule == DEFAULT_RULES[kind]:
        connection.execute(delete(ALERT_RULES).where(ALERT_RULES.c.kind == kind.value))
        return
    values = {
        "opens_at": rule.opens_at,
        "closes_at": rule.closes_at,
        "grace_s": rule.grace_s,
        "severity": rule.severity.value,
        "enabled": rule.enabled,
        "changed_at": now,
        "changed_by": by,
    }
    changed = connection.execute(
        update(ALERT_RULES).where(ALERT_RULES.c.kind == kind.value).values(values)
    )
    if changed.rowcount == 0:
        connection.execute(insert(ALERT_RULES).values(kind=kind.value, **values))
