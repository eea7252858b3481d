"""The inbox without an opened request, and its filters."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency

from anjungan.catalogue.villages import Village, load_villages
from anjungan.protocol.identity import VillageCode
from anjungan.regency.service_titles import all_service_words
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.requests.list_pane import pane_context, read_pane
from anjungan.regency.web.requests.list_query import MAX_TEXT_CHARACTERS, ListQuery
from anjungan.regency.web.requests.words import AGE_WORDS, STATUS_SIGNS
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page


@get("/permohonan", opt={"needs": Permission.READ_REQUESTS}, sync_to_thread=True)
def request_list(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """The list: late ones first, then the newest."""
    session = session_of(request)
    pane = read_pane(site, session.staff, ListQuery.read(request.query_params))
    return staff_page(
        site,
        session,
        "requests/inbox.html",
        section="requests",
        known_counts={"requests": pane.counts.waiting},
        opened="",
        live_url=pane.query.url,
        max_text=MAX_TEXT_CHARACTERS,
        **pane_context(pane),
    )


@get("/permohonan/saring", opt={"needs": Permission.READ_REQUESTS}, sync_to_thread=True)
def filter_page(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """All filters as a form; a page of its own, so that no list carries 248 villages along."""
    session = session_of(request)
    return staff_page(
        site,
        session,
        "requests/filters.html",
        section="requests",
        query=ListQuery.read(request.query_params).from_begin,
        services=all_service_words(),
        districts=districts(session.staff.village),
        statuses=STATUS_SIGNS,
        ages=AGE_WORDS,
        max_text=MAX_TEXT_CHARACTERS,
    )


def districts(scope: VillageCode | None) -> Mapping[str, Sequence[Village]]:
    """The villages to choose from, by kecamatan; none for an officer of one village."""
    if scope is not None:
        return {}
    villages = sorted(load_villages().values(), key=lambda each: (each.district, each.name))
    return {
        district: list(members)
        for district, members in groupby(villages, key=lambda each: each.district)
    }


HANDLERS: Final = (request_list, filter_page)
