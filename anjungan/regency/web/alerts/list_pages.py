"""All alerts: what is open first."""

from collections.abc import Sequence
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency

from anjungan.regency.alerts.districts import all_districts
from anjungan.regency.alerts.kinds import Severity
from anjungan.regency.alerts.maintenance import windows_ahead
from anjungan.regency.alerts.reading import IncidentView, list_incidents, open_incidents
from anjungan.regency.alerts.words import KIND_WORDS
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.alerts import words
from anjungan.regency.web.alerts.incident_lines import incident_line
from anjungan.regency.web.alerts.list_query import STATE_WORDS, read_query
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page


@get("/peringatan", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def alert_list(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """The alerts, with filters by kind, kecamatan and state."""
    session = session_of(request)
    scope = session.staff.village
    query = read_query(request.query_params)
    now = site.now()
    with site.database.reading() as connection:
        page = list_incidents(connection, query.as_filter(scope), query.page)
        opened = open_incidents(connection, scope)
        windows = windows_ahead(connection, now)
    present = [window for window in windows if window.starts_at <= now]
    return staff_page(
        site,
        session,
        "alerts/list.html",
        section="alerts",
        query=query,
        page=page,
        lines=[incident_line(view, present, now) for view in page.lines],
        counts_by_severity=[
            (words.SEVERITY_SIGNS[severity], _count(opened, severity)) for severity in Severity
        ],
        waiting=sum(view.acknowledged_at is None for view in opened),
        windows=[] if scope is not None else windows,
        window_place=words.window_place,
        has_routes=bool(site.settings.alerts.routes),
        kinds=KIND_WORDS,
        districts=all_districts(),
        states=STATE_WORDS,
    )


def _count(incidents: Sequence[IncidentView], severity: Severity) -> int:
    return sum(view.severity is severity for view in incidents)


HANDLERS: Final = (alert_list,)
