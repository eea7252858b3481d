"""What surrounds every staff page: who is logged in, how much waits, whether the inbox runs."""

from typing import Any, Literal

from litestar import Response

from anjungan.regency.inbox.beats import read_beat
from anjungan.regency.requests.reading import count_waiting
from anjungan.regency.staff.sessions import Session
from anjungan.regency.web.site import Site
from anjungan.regency.web.words import ROLE_WORDS


def staff_page(
    site: Site,
    session: Session,
    template: str,
    *,
    section: Literal["requests", "fleet"],
    status_code: int = 200,
    **context: Any,
) -> Response[str]:
    """Render a staff page."""
    staff = session.staff
    with site.database.reading() as connection:
        waiting = count_waiting(connection, staff.village) if staff.role.handles_requests else 0
        beat = read_beat(connection)
    return site.page(
        template,
        status_code=status_code,
        section=section,
        staff=staff,
        role_word=ROLE_WORDS[staff.role],
        form_token=session.form_token,
        waiting=waiting,
        inbox=beat,
        inbox_alive=beat is not None and beat.is_alive(site.now()),
        **context,
    )
