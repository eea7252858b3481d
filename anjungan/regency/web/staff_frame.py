"""What surrounds every staff page: who is logged in, how much waits, whether the inbox runs."""

from collections.abc import Mapping
from typing import Any

from litestar import Response

from anjungan.regency.alerts.reading import count_unacknowledged
from anjungan.regency.enrolment.enrolments import count_waiting_enrolments
from anjungan.regency.inbox.beats import read_beat
from anjungan.regency.requests.counting import count_waiting
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.staff.sessions import Session
from anjungan.regency.web.navigation import menu_of
from anjungan.regency.web.people.words import ROLE_WORDS
from anjungan.regency.web.site import Site


def staff_page(
    site: Site,
    session: Session,
    template: str,
    *,
    section: str,
    status_code: int = 200,
    known_counts: Mapping[str, int] | None = None,
    **context: Any,
) -> Response[str]:
    """Render a staff page; ``section`` is that of the menu's entry it belongs to.

    ``known_counts`` are numbers of the menu, by section, that the page has counted anyway.
    """
    staff = session.staff
    counts = dict(known_counts or {})
    with site.database.reading() as connection:
        if "requests" not in counts:
            counts["requests"] = (
                count_waiting(connection, staff.village)
                if staff.may(Permission.READ_REQUESTS)
                else 0
            )
        if staff.may(Permission.READ_ENROLMENTS):
            counts["enrolment"] = count_waiting_enrolments(connection, site.now())
        if staff.may(Permission.READ_FLEET):
            counts["alerts"] = count_unacknowledged(connection, staff.village)
        beat = read_beat(connection)
    return site.page(
        template,
        status_code=status_code,
        section=section,
        staff=staff,
        may=staff.may,
        P=Permission,
        navigation=menu_of(staff),
        counts=counts,
        role_word=ROLE_WORDS[staff.role],
        form_token=session.form_token,
        inbox=beat,
        inbox_alive=beat is not None and beat.is_alive(site.now()),
        **context,
    )
