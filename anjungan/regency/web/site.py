"""What every page needs: settings, database, opener, templates, the time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Response
from litestar.connection import ASGIConnection

from anjungan.catalogue.villages import Village, load_villages
from anjungan.protocol.identity import VillageCode
from anjungan.protocol.tickets import TicketCode, spell_code
from anjungan.regency.opener.opening import SealOpener
from anjungan.regency.settings import RegencySettings
from anjungan.regency.staff.factor_key import FactorKey
from anjungan.regency.store.database import Database
from anjungan.regency.web import words
from anjungan.regency.web.assets import Assets
from anjungan.regency.web.enrolment.limits import EnrolmentLimits
from anjungan.regency.web.fleet.charts import shown
from anjungan.regency.web.fleet.words import last_heard
from anjungan.regency.web.live.hub import Hub
from anjungan.regency.web.rate_limit import RateLimit
from anjungan.regency.web.requests.target_cache import TargetCache
from anjungan.regency.web.requests.words import LATE, QUARANTINED, STATUS_SIGNS, counted
from anjungan.regency.web.turned_away import TurnedAway

Connection = ASGIConnection[Any, Any, Any, Any]

LOOKS_PER_MINUTE: Final = 120.0
MISSES_PER_MINUTE: Final = 20.0


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that pages share. ``now`` is the present moment, ``monotonic_s`` a clock."""

    settings: RegencySettings
    database: Database
    opener: SealOpener
    factor_key: FactorKey
    assets: Assets
    templates: Environment
    now: Callable[[], datetime]
    monotonic_s: Callable[[], float]
    hub: Hub
    targets: TargetCache = field(default_factory=TargetCache)
    looks: RateLimit = field(default_factory=lambda: RateLimit(LOOKS_PER_MINUTE, LOOKS_PER_MINUTE))
    misses: RateLimit = field(
        default_factory=lambda: RateLimit(MISSES_PER_MINUTE, MISSES_PER_MINUTE)
    )
    enrolment_limits: EnrolmentLimits = field(default_factory=EnrolmentLimits)
    turned_away: TurnedAway = field(default_factory=TurnedAway)
    unknown_logins: RateLimit = field(default_factory=lambda: RateLimit(30.0, 0.5))
    """How many refused logins of unknown names are written down."""

    def page(self, template: str, *, status_code: int = 200, **context: Any) -> Response[str]:
        """Render a page."""
        html = self.templates.get_template(template).render(now=self.now(), **context)
        return Response(html, media_type=MediaType.HTML, status_code=status_code)

    def message(self, status_code: int, title: str, text: str) -> Response[str]:
        """A page that only says something."""
        return self.page("message.html", status_code=status_code, title=title, text=text)

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self.settings.data_dir


def client_address(connection: Connection) -> str:
    """The address a request came from, for limits; never logged or stored in the clear."""
    return connection.client.host if connection.client is not None else ""


def make_templates(assets: Assets, regency_name: str) -> Environment:
    """The template environment: everything is escaped, a misspelt name is an error."""
    environment = Environment(
        loader=PackageLoader("anjungan.regency.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        regency_name=regency_name,
        asset=assets.url,
        icon=assets.icon,
        village=village_words,
        spell_code=lambda code: spell_code(TicketCode(code)),
        status_sign=STATUS_SIGNS.__getitem__,
        long_date=words.long_date,
        day_words=words.day_words,
        clock_time=words.clock_time,
        short_moment=words.short_moment,
        seconds=words.seconds,
        degrees=words.degrees,
        gigabytes=words.gigabytes,
        last_heard=last_heard,
        shown=shown,
        list_moment=words.list_moment,
        icon_paths=assets.icon_paths,
        counted=counted,
        LATE=LATE,
        QUARANTINED=QUARANTINED,
    )
    return environment


def village_words(code: VillageCode) -> Village:
    """The village of a code; one that is not in the list is named by its code."""
    known = load_villages().get(code)
    if known is not None:
        return known
    return Village(code=code, name=code, kind="desa", district="-", pilot=False)
