"""Silences of kiosks in the database: kept when they end, judged once the kiosk has spoken."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Row, delete, select, update

from anjungan.protocol import contract
from anjungan.protocol.health import PreviousEnd
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import Health
from anjungan.protocol.topics import UpKind
from anjungan.regency.fleet.causes import Cause, FirstWords, Verdict, judge
from anjungan.regency.fleet.listening import deaf_times
from anjungan.regency.fleet.presence import PresenceRule, Watch
from anjungan.regency.fleet.silence import Condition, Silence, stretches
from anjungan.regency.fleet.spans import Span
from anjungan.regency.store.tables.fleet_history import KIOSK_SILENCES
from anjungan.regency.store.tables.kiosks import KIOSKS
from anjungan.regency.store.upserts import replacing_insert

SPEAKS_WITHIN: Final = timedelta(minutes=30)
"""A kiosk that has told nothing of itself for so long after its return will not explain it."""


@dataclass(frozen=True, slots=True)
class KeptSilence:
    """A silence that has ended; ``cause`` is None until it is judged."""

    kiosk: KioskId
    silence: Silence
    cause: Cause | None
    off: Span | None


def keep_silence(
    connection: Connection, kiosk: KioskId, watch: Watch, rule: PresenceRule, now: datetime
) -> None:
    """Keep the silence that a report ends now, where it was worth keeping."""
    if watch.last_report_at is None:
        return
    silence = Silence(watch.last_report_at, now, watch.will_at, rule.report_interval)
    if now <= watch.last_report_at or not silence.is_worth_keeping(now):
        return
    boot = connection.execute(
        select(KIOSKS.c.boot).where(KIOSKS.c.kiosk == kiosk)
    ).scalar_one_or_none()
    connection.execute(
        replacing_insert(connection, KIOSK_SILENCES, ("ended_at", "cause")),
        {
            "kiosk": kiosk,
            "last_report_at": silence.last_report_at,
            "ended_at": now,
            "will_at": silence.will_at,
            "report_interval_ms": round(silence.report_interval / timedelta(milliseconds=1)),
            "boot_before": boot,
            "cause": None,
            "off_from": None,
            "off_until": None,
        },
    )


def kept_silences(
    connection: Connection, kiosks: Sequence[KioskId], window: Span
) -> Mapping[KioskId, Sequence[KeptSilence]]:
    """The silences that reach into ``window``, by kiosk and in order."""
    rows = connection.execute(
        select(KIOSK_SILENCES)
        .where(
            KIOSK_SILENCES.c.kiosk.in_(kiosks),
            KIOSK_SILENCES.c.ended_at > window.begin,
            KIOSK_SILENCES.c.last_report_at < window.end,
        )
        .order_by(KIOSK_SILENCES.c.kiosk, KIOSK_SILENCES.c.last_report_at)
    )
    found: dict[KioskId, list[KeptSilence]] = defaultdict(list)
    for row in rows:
        found[KioskId(row.kiosk)].append(kept_of(row))
    return found


def judge_silences(connection: Connection, now: datetime, *, limit: int = 200) -> int:
    """Judge the silences whose kiosks have spoken since, or had the time to; return how many."""
    rows = connection.execute(
        select(KIOSK_SILENCES, KIOSKS.c.health, KIOSKS.c.health_at)
        .join_from(KIOSK_SILENCES, KIOSKS, KIOSK_SILENCES.c.kiosk == KIOSKS.c.kiosk)
        .where(KIOSK_SILENCES.c.cause.is_(None))
        .order_by(KIOSK_SILENCES.c.ended_at)
        .limit(limit)
    ).all()
    judged = 0
    for row in rows:
        words = _first_words(row)
        if words is None and now - row.ended_at < SPEAKS_WITHIN:
            continue
        kept = kept_of(row)
        silent = Span(kept.silence.last_report_at, row.ended_at)
        verdict = judge(
            silent, heard_offline=_heard_offline(connection, kept.silence, silent), words=words
        )
        _store_verdict(connection, kept, verdict)
        judged += 1
    return judged


def delete_old_silences(connection: Connection, before: datetime) -> None:
    """Forget those that ended before then."""
    connection.execute(delete(KIOSK_SILENCES).where(KIOSK_SILENCES.c.ended_at < before))


def _heard_offline(connection: Connection, silence: Silence, silent: Span) -> bool:
    told = stretches(silence, deaf_times(connection, silent), silent.end)
    conditions = {stretch.condition for stretch in told}
    # late alone is no outage of the regency: nothing was missed but a report or two
    return Condition.OFFLINE in conditions or Condition.UNKNOWN not in conditions


def _store_verdict(connection: Connection, kept: KeptSilence, verdict: Verdict) -> None:
    connection.execute(
        update(KIOSK_SILENCES)
        .where(
            KIOSK_SILENCES.c.kiosk == kept.kiosk,
            KIOSK_SILENCES.c.last_report_at == kept.silence.last_report_at,
        )
        .values(
            cause=verdict.cause.value,
            off_from=None if verdict.off is None else verdict.off.begin,
            off_until=None if verdict.off is None else verdict.off.end,
        )
    )


def _first_words(row: "Row[tuple[object, ...]]") -> FirstWords | None:
    """What the kiosk has told since its return; the newest report still tells of that start."""
    if row.health is None or row.health_at is None or row.health_at < row.ended_at:
        return None
    health = contract.decode(UpKind.HEALTH, row.health)
    if not isinstance(health, Health):
        return None
    run = health.run
    return FirstWords(
        told_at=row.health_at,
        uptime=_seconds(health.uptime_s),
        host_uptime=None
        if run is None or run.host_uptime_s is None
        else _seconds(run.host_uptime_s),
        previous_end=PreviousEnd.UNKNOWN if run is None else run.previous_end,
        last_alive_at=None if run is None else run.last_alive_at,
    )


def _seconds(count: int) -> timedelta:
    """An uptime a kiosk has told; one of more than a century changes nothing."""
    return timedelta(seconds=min(count, 100 * 365 * 86400))


def kept_of(row: "Row[tuple[object, ...]]") -> KeptSilence:
    """A row of KIOSK_SILENCES."""
    off = None if row.off_from is None else Span(row.off_from, row.off_until)
    return KeptSilence(
        kiosk=KioskId(row.kiosk),
        silence=Silence(
            row.last_report_at,
            row.ended_at,
            row.will_at,
            timedelta(milliseconds=row.report_interval_ms),
        ),
        cause=None if row.cause is None else Cause(row.cause),
        off=off,
    )
