"""One kiosk: how it is, how it has been, what it told."""

from datetime import UTC, datetime, timedelta
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection as DatabaseConnection

from anjungan.protocol.identity import IdentityError, KioskId, parse_kiosk
from anjungan.regency.alerts.contacts import contact_of
from anjungan.regency.alerts.maintenance import kiosks_in_maintenance
from anjungan.regency.alerts.rules import rules_in_force
from anjungan.regency.fleet.kiosk_log import LogTopic, read_log
from anjungan.regency.fleet.measurements import used_percent
from anjungan.regency.fleet.overview import KioskView, read_dropped, read_kiosk
from anjungan.regency.fleet.past import last_days, read_pasts
from anjungan.regency.fleet.samples import read_lines
from anjungan.regency.requests.outgoing import count_waiting
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.fleet import words
from anjungan.regency.web.fleet.availability import STRIP_DAYS, availability
from anjungan.regency.web.fleet.charts_of_kiosk import RANGES, kiosk_charts, range_of
from anjungan.regency.web.fleet.kiosk_line import kiosk_line
from anjungan.regency.web.fleet.log_words import TOPIC_CODES, TOPIC_WORDS, log_line
from anjungan.regency.web.fleet.machine_facts import machine_facts
from anjungan.regency.web.fleet.maintenance_spans import planned_spans
from anjungan.regency.web.fleet.warnings import standing_of
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site, village_words
from anjungan.regency.web.staff_frame import staff_page

LOG_LINES: Final = 12
_LONGEST_MS: Final = 4_000_000_000_000


@get("/anjungan/{kiosk:str}", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def kiosk_page(
    request: PageRequest, site: NamedDependency[Site], kiosk: FromPath[str]
) -> Response[str]:
    """Everything known of one kiosk."""
    session = session_of(request)
    now, interval_s = site.now(), site.settings.fleet.report_interval_s
    asked = range_of(request.query_params.get("rentang", ""))
    topics = _topics(request.query_params.get("catatan", ""))
    before = _moment(request.query_params.get("sebelum", ""))
    with site.database.reading() as connection:
        view = _view(connection, kiosk, interval_s, now)
        if view is None or session.staff.village not in {None, view.village}:
            return site.message(404, "Tidak ada", "Anjungan ini belum pernah terdengar.")
        rules = rules_in_force(connection)
        until = kiosks_in_maintenance(connection, now).get(view.kiosk)
        window = last_days(now, STRIP_DAYS + 1)
        past = read_pasts(
            connection,
            [view.kiosk],
            window,
            report_interval=timedelta(seconds=interval_s),
            planned=planned_spans(connection, [view.kiosk], window),
        ).get(view.kiosk)
        lines = read_lines(connection, view.kiosk, now - asked.length, now)
        log = read_log(connection, view.kiosk, topics=topics, before=before, limit=LOG_LINES)
        dropped = read_dropped(connection, view.kiosk)
        waiting_statuses = count_waiting(connection, view.kiosk)
        contact = contact_of(connection, view.village)
    standing = standing_of(view, rules, in_maintenance=until is not None, now=now)
    health = view.health
    return staff_page(
        site,
        session,
        "fleet/kiosk.html",
        section="fleet",
        line=kiosk_line(
            view,
            village_words(view.village),
            standing,
            rules=rules,
            until=until,
            uptime=None,
            now=now,
        ),
        facts=() if health is None else machine_facts(health, rules, now),
        disk_used=None
        if health is None or health.disk is None
        else used_percent(health.disk.total_bytes, health.disk.free_bytes),
        up_s=_up_s(view),
        availability=availability(past, now),
        asked=asked,
        ranges=RANGES,
        charts=kiosk_charts(
            lines, asked, rules, now, report_interval=timedelta(seconds=interval_s)
        ),
        log=[log_line(entry, now) for entry in log.entries],
        log_older=None if log.older is None else round(log.older.timestamp() * 1000),
        log_before=before,
        log_topics=[(TOPIC_CODES[each], TOPIC_WORDS[each]) for each in LogTopic],
        log_topic=TOPIC_CODES[next(iter(topics))] if len(topics) == 1 else "",
        dropped=dropped,
        drop_words=words.DROP_WORDS,
        waiting_statuses=waiting_statuses,
        contact=contact,
    )


def _view(
    connection: DatabaseConnection, text: str, interval_s: float, now: datetime
) -> KioskView | None:
    try:
        kiosk: KioskId = parse_kiosk(text)
    except IdentityError:
        return None
    return read_kiosk(connection, kiosk, report_interval_s=interval_s, now=now)


def _up_s(view: KioskView) -> int | None:
    """How long the machine has been up; of one that does not tell, how long its program has."""
    if view.health is None:
        return None
    run = view.health.run
    return view.health.uptime_s if run is None or run.host_uptime_s is None else run.host_uptime_s


def _topics(code: str) -> frozenset[LogTopic]:
    asked = [topic for topic, each in TOPIC_CODES.items() if each == code]
    return frozenset(asked or LogTopic)


def _moment(text: str) -> datetime | None:
    """A moment in an address, in milliseconds; None where it is none."""
    if not text.isascii() or not text.isdecimal() or int(text) > _LONGEST_MS:
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)
