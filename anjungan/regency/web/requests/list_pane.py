"""The list beside the opened request: its lines, its counts, and the filters that are set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from anjungan.protocol.identity import VillageCode
from anjungan.regency.requests.counting import InboxCounts, count_inbox
from anjungan.regency.requests.lateness import LateLimits, Targets
from anjungan.regency.requests.listing import RequestPage, list_requests
from anjungan.regency.service_titles import service_words
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.web.requests.list_query import TAB_STATUSES, ListQuery, Tab
from anjungan.regency.web.requests.words import AGE_WORDS, STATUS_SIGNS, TAB_WORDS, counted
from anjungan.regency.web.site import Site, village_words

_COUNTED: Final = (Tab.NEW, Tab.WAITING, Tab.DONE)


@dataclass(frozen=True, slots=True)
class TabView:
    """A tab: its word, its count as far as it was counted, its address."""

    word: str
    count: str
    href: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter that is set, and the address of the list without it."""

    word: str
    without: str


@dataclass(frozen=True, slots=True)
class ListPane:
    """Everything the list shows."""

    query: ListQuery
    page: RequestPage
    counts: InboxCounts
    tabs: Sequence[TabView]
    chips: Sequence[FilterChip]
    late: str
    late_href: str
    newer_href: str
    older_href: str


def read_pane(site: Site, staff: StaffMember, query: ListQuery) -> ListPane:
    """Read the list: one statement for its lines, one for all its counts."""
    now = site.now()
    limits = LateLimits.at(now, targets_of(site))
    wanted = query.as_filter(scope=staff.village, now=now)
    groups = {tab.value: TAB_STATUSES[tab] for tab in _COUNTED}
    with site.database.reading() as connection:
        page = list_requests(connection, wanted, limits, after=query.after, before=query.before)
        counts = count_inbox(connection, wanted, groups, limits)
    return ListPane(
        query=query,
        page=page,
        counts=counts,
        tabs=[_tab(query, tab, counts) for tab in Tab],
        chips=_chips(query, staff.village),
        late="" if query.late or not counts.late else counted(counts.late),
        late_href=replace(query.from_begin, tab=None, status=None, late=True).url,
        newer_href="" if page.before is None else query.page_before(page.before).url,
        older_href="" if page.after is None else query.page_after(page.after).url,
    )


def targets_of(site: Site) -> Targets:
    """Service times and days off, of at most ten seconds ago."""
    default_days = site.settings.requests.late_after_working_days
    return site.targets.targets(site.database, default_days, site.monotonic_s())


def pane_context(pane: ListPane) -> Mapping[str, Any]:
    """What the templates of the list need."""
    return {"pane": pane, "query": pane.query, "service_words": service_words}


def _tab(query: ListQuery, tab: Tab, counts: InboxCounts) -> TabView:
    count = counts.groups.get(tab.value)
    return TabView(
        TAB_WORDS[tab],
        "" if count is None else counted(count),
        query.in_tab(tab).url,
        tab is query.shown_tab,
    )


def _chips(query: ListQuery, scope: VillageCode | None) -> Sequence[FilterChip]:
    begin = query.from_begin
    chips = []
    if query.text:
        chips.append(FilterChip(f"Cari “{query.text}”", replace(begin, text="").url))
    if query.village is not None and scope is None:
        place = village_words(query.village)
        chips.append(FilterChip(place.full_name, replace(begin, village=None).url))
    if query.service:
        title = service_words(query.service).title
        chips.append(FilterChip(title, replace(begin, service="").url))
    if query.status is not None:
        word = STATUS_SIGNS[query.status].word
        chips.append(FilterChip(word, replace(begin, status=None).url))
    if query.age is not None:
        chips.append(FilterChip(AGE_WORDS[query.age], replace(begin, age=None).url))
    if query.late:
        chips.append(FilterChip("Terlambat", replace(begin, late=False).url))
    return chips
