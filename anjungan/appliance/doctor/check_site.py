"""Settings, keys, database and free space: what can be looked at without anybody's help."""

import os
import pwd
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from anjungan.appliance.agent.keys import load_keys
from anjungan.appliance.agent.site_facts import site_facts
from anjungan.appliance.agent.wall_clock import VILLAGE_ZONE
from anjungan.appliance.doctor.finding import Finding, good, note, wrong
from anjungan.appliance.doctor.mistake_words import FIXES, said_of
from anjungan.appliance.doctor.words import Said, say
from anjungan.appliance.errors import ConfigError
from anjungan.appliance.settings.site import EXAMPLE_KIOSK, SiteSettings
from anjungan.appliance.storage import DATABASE_NAME
from anjungan.appliance.storage.inspection import inspect_database
from anjungan.appliance.storage.records import FailureReason, StorageError

_KIB: Final = 1024
_MB: Final = 1_000_000
_QUEUE_DAYS_AHEAD: Final = timedelta(days=1)
"""A clock around midnight is no reason to say anything."""

SETTINGS: Final = say("settings.subject")


def wrong_settings(error: ConfigError, file: Path) -> Finding:
    """The settings, meant to stand in ``file``, could not be loaded, or cannot be used."""
    fix = FIXES.get(error.problem, "line")
    return wrong(
        SETTINGS,
        said_of(error),
        expected=say("settings.expected"),
        fix=say(f"settings_fix.{fix}", file=file, example=EXAMPLE_KIOSK),
    )


def check_settings(settings: SiteSettings) -> Finding:
    """Which kiosk this is.

    Raises:
        ConfigError: the kiosk's identity names no village.
    """
    facts = site_facts(settings)
    village = f"{facts.village_kind} {facts.village}, {facts.district}"
    return good(SETTINGS, say("settings.good", kiosk=settings.kiosk.id, village=village))


def check_user(settings: SiteSettings) -> Finding | None:
    """A note when the permissions tried here are not those of the agent."""
    folder = Path(settings.paths.data_dir)
    try:
        owner = folder.stat().st_uid
    except OSError:
        return None
    if owner == os.getuid():
        return None
    return note(
        say("user.subject"),
        say("user.other", folder=folder),
        say("user.fix", owner=_name_of(owner)),
    )


def check_keys(settings: SiteSettings) -> Finding:
    """The keyring, its root and the village key, read as the agent reads them."""
    subject = say("keys.subject")
    try:
        keys = load_keys(settings)
    except ConfigError as error:
        return wrong(
            subject,
            said_of(error),
            expected=say("keys.expected"),
            fix=say("keys.fix"),
        )
    return good(subject, say("keys.good", serial=keys.keyring.serial))


def check_database(settings: SiteSettings) -> tuple[Finding, ...]:
    """Whether the database exists and its pages agree, and what it tells; nothing is written."""
    folder = Path(settings.paths.data_dir)
    path = folder / DATABASE_NAME
    subject = say("database.subject", path=path)
    try:
        if not path.exists():
            return (note(subject, say("database.none"), say("database.none_fix")),)
        found = inspect_database(path)
    except StorageError as error:
        if error.reason is FailureReason.DAMAGED:
            damaged, fix = say("database.damaged"), say("database.damaged_fix")
            return (_wrong_database(subject, damaged, fix),)
        return (_unreadable(subject, error.reason.value, folder),)
    except OSError as error:
        return (_unreadable(subject, os.strerror(error.errno or 0), folder),)
    size_kib = found.size_bytes // _KIB
    whole = good(subject, say("database.good", size_kib=size_kib, waiting=found.waiting_messages))
    if found.last_queue_day is None or not is_clock_set(settings):
        return (whole,)
    today = datetime.now(ZoneInfo(VILLAGE_ZONE)).date()
    ahead = queue_ahead(found.last_queue_day, today)
    return (whole,) if ahead is None else (whole, ahead)


def queue_ahead(last_queue_day: date, today: date) -> Finding | None:
    """A note when a clock that ran ahead numbered a ticket more than a day after ``today``.

    Queue numbers never go back to an earlier date, lest one be given twice.
    """
    if last_queue_day - today <= _QUEUE_DAYS_AHEAD:
        return None
    return note(
        say("queue.subject"),
        say("queue.ahead", day=f"{last_queue_day:%d-%m-%Y}", today=f"{today:%d-%m-%Y}"),
        say("queue.fix", day=f"{last_queue_day:%d-%m-%Y}"),
    )


def _unreadable(subject: Said, reason: str, folder: Path) -> Finding:
    return _wrong_database(
        subject,
        say("database.unreadable", reason=reason),
        say("database.unreadable_fix", folder=folder),
    )


def _wrong_database(subject: Said, answered: Said, fix: Said) -> Finding:
    return wrong(subject, answered, expected=say("database.expected"), fix=fix)


def check_space(settings: SiteSettings) -> Finding:
    """Free space for the agent's user, against the limit below which requests are refused."""
    folder = _existing(Path(settings.paths.data_dir))
    least_bytes = settings.limits.min_free_disk_bytes
    subject = say("space.subject", folder=folder)
    try:
        stat = os.statvfs(folder)
    except OSError as error:
        answered = say("space.unknown", reason=os.strerror(error.errno or 0))
    else:
        free_bytes = stat.f_bavail * stat.f_frsize
        answered = say("space.answer", free_mb=free_bytes // _MB)
        if free_bytes > least_bytes:
            return good(subject, answered)
    return wrong(
        subject,
        answered,
        expected=say("space.expected", least_mb=least_bytes // _MB),
        fix=say("space.fix"),
    )


def check_clock(settings: SiteSettings) -> Finding:
    """Whether a time server has set the clock in this boot; without that nothing is wrong yet."""
    subject = say("clock.subject")
    if is_clock_set(settings):
        return good(subject, say("clock.good"))
    return note(subject, say("clock.unsure"), say("clock.fix"))


def is_clock_set(settings: SiteSettings) -> bool:
    """A time server has set the clock in this boot, so its date can be trusted."""
    return Path(settings.paths.clock_mark_file).exists()


def _existing(folder: Path) -> Path:
    """``folder``, or the nearest folder above it that exists: it is made there."""
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"
