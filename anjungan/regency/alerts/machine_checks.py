"""Judging what a kiosk tells of its machine, its queue and its programs. Pure."""

from datetime import datetime, timedelta
from typing import Final

from anjungan.protocol.messages import PowerFault, TimeQuality
from anjungan.regency.alerts.facts import Facts
from anjungan.regency.alerts.judging import GOOD, UNKNOWN, level_of, measured, yes_or_no
from anjungan.regency.alerts.kinds import Rule
from anjungan.regency.alerts.snapshot import KioskState, Level, Reading
from anjungan.regency.alerts.versions import parse_version
from anjungan.regency.fleet.presence import Connection

_COLDEST_C: Final = -50.0
_HOTTEST_C: Final = 150.0
_DAY_S: Final = 86400.0
_HOUR_S: Final = 3600.0


def offline(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """Nothing is heard of it, as ``fleet.presence`` judges."""
    del rule, now
    match state.connection:
        case Connection.OFFLINE:
            return Reading(Level.BAD, Facts(moment=state.offline_since))
        case Connection.ONLINE:
            return GOOD
        case Connection.RETURNING | Connection.LATE:
            return Reading(Level.BETWEEN, Facts())
        case Connection.UNKNOWN:
            return UNKNOWN


def queue_age(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """A request waits long for its receipt although the kiosk is heard."""
    del now
    health = state.present
    if health is None:
        return UNKNOWN
    queue = health.queue
    if queue.depth == 0 or queue.oldest_age_s is None:
        return GOOD
    minutes = queue.oldest_age_s // 60
    return measured(minutes, rule, Facts(value=float(minutes), count=queue.depth))


def requests_refused(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """Messages of residents were refused for good: somebody has to look at them."""
    del now
    return measured(state.refused, rule, Facts(count=state.refused))


def clone_suspected(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """Somebody else may hold the kiosk's key; well again when staff have closed the alarm."""
    del rule, now
    return yes_or_no(is_bad=state.clone_signs > 0, facts=Facts(count=state.clone_signs))


def storage_recovered(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """The kiosk's database was damaged and made again."""
    at = state.events.storage_recovered_at
    if at is None or now - at >= timedelta(hours=rule.opens_at or 0.0):
        return GOOD
    return Reading(Level.BAD, Facts(moment=at))


def disk_read_only(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """Nothing can be stored: the medium has turned read-only."""
    del rule, now
    health = state.present
    if health is None or health.disk is None:
        return UNKNOWN
    return yes_or_no(is_bad=health.disk.read_only)


def disk_low(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """Little room is left."""
    del now
    health = state.present
    if health is None:
        return UNKNOWN
    free = health.disk.free_bytes if health.disk is not None else health.disk_free_bytes
    return UNKNOWN if free is None else measured(free // 1_000_000, rule)


def card_wear(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """The medium says that most of its life is used."""
    del now
    health = state.present
    if health is None or health.disk is None or health.disk.life_used_percent is None:
        return UNKNOWN
    return measured(health.disk.life_used_percent, rule)


def heat(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """The processor is hot, or has been slowed down for it."""
    del now
    health = state.present
    if health is None:
        return UNKNOWN
    celsius = health.cpu_temperature_c
    is_possible = celsius is not None and _COLDEST_C <= celsius <= _HOTTEST_C
    power = () if health.power is None else health.power.now
    # a weak supply slows it down as well
    if PowerFault.THROTTLED in power and PowerFault.UNDER_VOLTAGE not in power:
        return Reading(Level.BAD, Facts(value=celsius if is_possible else None, code="throttled"))
    if celsius is None or not is_possible:
        return UNKNOWN
    return measured(round(celsius), rule)


def under_voltage(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """The supply was too weak since the boot; another supply begins with another boot."""
    del rule, now
    health = state.present
    if health is None or health.power is None:
        return UNKNOWN
    is_now = PowerFault.UNDER_VOLTAGE in health.power.now
    was = PowerFault.UNDER_VOLTAGE in health.power.since_boot
    return yes_or_no(is_bad=is_now or was, facts=Facts(code="now" if is_now else "since_boot"))


def clock_off(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """The clock differs from the regency's."""
    del now
    health = state.present
    if health is None or health.clock is None or health.clock.offset_ms is None:
        return UNKNOWN
    offset_s = health.clock.offset_ms / 1000
    return measured(abs(offset_s), rule, Facts(value=float(round(offset_s))))


def clock_unsynced(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """No time server and no clock chip has said what time it is."""
    del rule, now
    health = state.present
    if health is None:
        return UNKNOWN
    return yes_or_no(is_bad=health.time_quality is TimeQuality.UNSYNCED)


def restart_loop(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """Agent or screens start again and again: how often within the last hour.

    Starts of the agent are told by events; restarts counted since the boot are spread over it.
    """
    del now
    starts = float(state.events.starts)
    code = "agent"
    health = state.present
    if health is not None and health.run is not None:
        hours = max(1.0, (health.run.host_uptime_s or health.uptime_s) / _HOUR_S)
        for restarts, name in (
            (health.run.agent_restarts, "agent"),
            (health.run.screens_restarts, "screens"),
        ):
            if restarts / hours > starts:
                starts, code = restarts / hours, name
    if health is None and level_of(starts, rule) is Level.GOOD:
        return UNKNOWN
    return measured(starts, rule, Facts(count=round(starts), code=code))


def certificate_ends(state: KioskState, rule: Rule, now: datetime) -> Reading:
    """The kiosk's certificate ends within days and has not renewed itself."""
    health = state.present
    if health is None or health.certificate_expires_at is None:
        return UNKNOWN
    ends_at = health.certificate_expires_at
    days = (ends_at - now).total_seconds() / _DAY_S
    return measured(days, rule, Facts(value=float(int(days)), moment=ends_at))


def version_behind(state: KioskState, newest: str) -> Reading:
    """It runs an older version than ``newest``."""
    wanted, its = parse_version(newest), parse_version(state.version)
    if wanted is None or its is None:
        return UNKNOWN
    return yes_or_no(is_bad=its < wanted, facts=Facts(version=state.version, newest=newest))
