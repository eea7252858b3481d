"""What tests of the inbox read from its pages and set in its database."""

import re

from sqlalchemy import update

from anjungan.regency.store.tables import REQUESTS


def ids_in(html):
    """The requests of the list, in order."""
    return [part.split('"')[0] for part in html.split('id="r-')[1:]]


def href_of(html, rel):
    """The address a link of the pager leads to, or None."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html)
    return None if found is None else found.group(1).replace("&amp;", "&")


def set_status(database, request, status):
    """Put a request into a status, whatever stood before."""
    with database.writing() as connection:
        connection.execute(
            update(REQUESTS).where(REQUESTS.c.id == request.id).values(status=int(status))
        )
