"""All kiosks, the worst first, a page at a time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from sqlalchemy import Connection as DatabaseConnection

from anjungan.catalogue.villages import Village, load_villages
from anjungan.protocol.identity import KioskId, VillageCode
from anjungan.regency.alerts.kinds import AlertKind
from anjungan.regency.alerts.maintenance import kiosks_in_maintenance
from anjungan.regency.alerts.reading import IncidentView, open_incidents
from anjungan.regency.alerts.rules import rules_in_force
from anjungan.regency.fleet.overview import FleetView, KioskView, read_fleet
from anjungan.regency.fleet.past import last_days, read_pasts
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.fleet.incident_words import IncidentWords, incident_words
from anjungan.regency.web.fleet.kiosk_line import KioskLine, kiosk_line
from anjungan.regency.web.fleet.list_query import parse_fleet_query
from anjungan.regency.web.fleet.maintenance_spans import planned_spans
from anjungan.regency.web.fleet.standing import STANDING_RANK, STANDING_SIGNS, Standing
from anjungan.regency.web.fleet.warnings import Rules, standing_of
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site, village_words
from anjungan.regency.web.staff_frame import staff_page

PAGE_LINES: Final = 50
INCIDENTS_SHOWN: Final = 6
UPTIME_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Stood:
    """A kiosk and the one word for it."""

    view: KioskView
    village: Village
    standing: Standing


@dataclass(frozen=True, slots=True)
class Fleet:
    """What pages of kiosks begin with."""

    stood: Sequence[Stood]
    until: Mapping[KioskId, datetime]
    rules: Rules
    view: FleetView


@get("/anjungan", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def fleet_page(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """The list, the numbers above it, and what has to be done."""
    session = session_of(request)
    scope, now = session.staff.village, site.now()
    query = parse_fleet_query(request.query_params)
    with site.database.reading() as connection:
        fleet = read_stood(connection, site, scope, now)
        found = [
            each
            for each in fleet.stood
            if query.lets_through(each.view, each.village)
            and query.standing in {None, each.standing}
        ]
        found.sort(key=_order)
        pages = max(1, -(-len(found) // PAGE_LINES))
        page = min(query.page, pages)
        shown = found[(page - 1) * PAGE_LINES : page * PAGE_LINES]
        lines = _lines(connection, site, fleet, shown, now)
        incidents = open_incidents(connection, scope)
    counts = Counter(each.standing for each in fleet.stood)
    last = page == pages and not query.is_filtered
    return staff_page(
        site,
        session,
        "fleet/fleet.html",
        section="fleet",
        lines=lines,
        query=query,
        page=page,
        pages=pages,
        total=len(fleet.stood),
        found=len(found),
        silent=_not_installed(fleet, scope) if last else (),
        counts_by=counts,
        queued=sum(each.view.health.queue.depth for each in fleet.stood if each.view.health),
        standings=STANDING_SIGNS,
        S=Standing,
        districts=sorted({each.village.district for each in fleet.stood}),
        incidents=_told(incidents),
        more_incidents=max(0, len(incidents) - INCIDENTS_SHOWN),
        limits={
            kind.value: fleet.rules[kind].opens_at for kind in (AlertKind.PAPER_LOW, AlertKind.HEAT)
        },
    )


def read_stood(
    connection: DatabaseConnection, site: Site, scope: VillageCode | None, now: datetime
) -> Fleet:
    """All kiosks in scope with the word for each."""
    view = read_fleet(connection, report_interval_s=site.settings.fleet.report_interval_s, now=now)
    rules = rules_in_force(connection)
    until = kiosks_in_maintenance(connection, now)
    stood = [
        Stood(
            each,
            village_words(each.village),
            standing_of(each, rules, in_maintenance=each.kiosk in until, now=now),
        )
        for each in view.kiosks
        if scope is None or each.village == scope
    ]
    return Fleet(stood, until, rules, view)


def _order(stood: Stood) -> tuple[int, str, str]:
    return STANDING_RANK[stood.standing], stood.village.name, stood.view.kiosk


def _lines(
    connection: DatabaseConnection,
    site: Site,
    fleet: Fleet,
    shown: Sequence[Stood],
    now: datetime,
) -> Sequence[KioskLine]:
    window = last_days(now, UPTIME_DAYS)
    kiosks = [each.view.kiosk for each in shown]
    pasts = read_pasts(
        connection,
        kiosks,
        window,
        report_interval=timedelta(seconds=site.settings.fleet.report_interval_s),
        planned=planned_spans(connection, kiosks, window),
    )
    return [
        kiosk_line(
            each.view,
            each.village,
            each.standing,
            rules=fleet.rules,
            until=fleet.until.get(each.view.kiosk),
            uptime=pasts[each.view.kiosk].uptime(window) if each.view.kiosk in pasts else None,
            now=now,
        )
        for each in shown
    ]


def _not_installed(fleet: Fleet, scope: VillageCode | None) -> Sequence[Village]:
    """The pilot villages that were never heard of."""
    if scope is not None:
        return ()
    heard = {each.view.village for each in fleet.stood}
    return sorted(
        (each for each in load_villages().values() if each.pilot and each.code not in heard),
        key=lambda each: each.name,
    )


def _told(incidents: Sequence[IncidentView]) -> Sequence[IncidentWords]:
    return [incident_words(each) for each in incidents[:INCIDENTS_SHOWN]]
