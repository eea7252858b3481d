"""Asking for the present password again, before something that matters is changed."""

from dataclasses import dataclass
from datetime import timedelta

from anjungan.regency.staff.accounts import StaffMember, credentials_of, password_fits
from anjungan.regency.staff.throttle import note_success, remaining_delay
from anjungan.regency.web.people.login_flow import attempt_of, refuse_login, wait_words
from anjungan.regency.web.people.words import WRONG_PASSWORD
from anjungan.regency.web.security import PageRequest
from anjungan.regency.web.site import Site


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """It is not, and what to say about it."""

    problem: str
    status_code: int


def confirm_password(
    request: PageRequest, site: Site, staff: StaffMember, password: str
) -> NotConfirmed | None:
    """None when the password is that of ``staff``; a wrong one counts as in a login."""
    now = site.now()
    with site.database.reading() as connection:
        credentials = credentials_of(connection, staff.name)
        attempt = attempt_of(connection, request, staff.name, staff.id, now)
        delay = remaining_delay(connection, attempt, now)
    if delay > timedelta(0):
        return NotConfirmed(wait_words(delay), 429)
    if not password_fits(credentials, password):
        refuse_login(site, staff.id, attempt)
        return NotConfirmed(WRONG_PASSWORD, 403)
    with site.database.writing() as connection:
        note_success(connection, attempt)
    return None
