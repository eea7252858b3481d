"""The kiosks: all of them, and one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from anjungan.catalogue.villages import Village, load_villages
from anjungan.protocol.identity import IdentityError, KioskId, parse_kiosk
from anjungan.regency.fleet.overview import FleetView, KioskView, read_fleet, read_history
from anjungan.regency.fleet.presence import Connection
from anjungan.regency.requests.outgoing import count_waiting
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.fleet import words
from anjungan.regency.web.fleet.words import DeviceWords
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site, village_words
from anjungan.regency.web.staff_frame import staff_page
from anjungan.regency.web.words import Sign


@dataclass(frozen=True, slots=True)
class KioskLine:
    """A kiosk with its words."""

    view: KioskView
    village: Village
    sign: Sign
    devices: Sequence[DeviceWords]

    @property
    def troubles(self) -> Sequence[DeviceWords]:
        """Devices somebody has to look at."""
        return [device for device in self.devices if not device.is_well]


@get("/anjungan", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def fleet_page(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """All kiosks, worst first, and the pilot villages that were never heard of."""
    session = session_of(request)
    fleet = _fleet(site)
    lines = [kiosk_line(view) for view in fleet.kiosks if _in_scope(view, session.staff.village)]
    lines.sort(key=lambda line: (_rank(line.sign), line.village.name, line.view.kiosk))
    heard = {view.village for view in fleet.kiosks}
    silent = [
        village
        for village in load_villages().values()
        if village.pilot and village.code not in heard and session.staff.village is None
    ]
    return staff_page(
        site,
        session,
        "fleet/fleet.html",
        section="fleet",
        lines=lines,
        silent=sorted(silent, key=lambda village: village.name),
        well=sum(line.sign.tone == "ok" for line in lines),
        to_check=sum(line.sign.tone in {"warn", "info"} for line in lines),
        away=sum(line.sign.tone in {"error", "neutral"} for line in lines),
        queued=sum(line.view.health.queue.depth for line in lines if line.view.health),
    )


@get("/anjungan/{kiosk:str}", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def kiosk_page(
    request: PageRequest, site: NamedDependency[Site], kiosk: FromPath[str]
) -> Response[str]:
    """One kiosk: its devices, and what it told lately."""
    session = session_of(request)
    view = next((each for each in _fleet(site).kiosks if each.kiosk == _kiosk(kiosk)), None)
    if view is None or not _in_scope(view, session.staff.village):
        return site.message(404, "Tidak ada", "Anjungan ini belum pernah terdengar.")
    with site.database.reading() as connection:
        history = read_history(connection, view.kiosk)
        waiting_statuses = count_waiting(connection, view.kiosk)
    return staff_page(
        site,
        session,
        "fleet/kiosk.html",
        section="fleet",
        line=kiosk_line(view),
        history=history,
        waiting_statuses=waiting_statuses,
        event_words=words.EVENT_WORDS,
        event_detail=words.event_detail,
        refusal_words=words.REFUSAL_WORDS,
        drop_words=words.DROP_WORDS,
        message_words=words.MESSAGE_WORDS,
    )


def kiosk_line(view: KioskView) -> KioskLine:
    """A kiosk in words; one that is online with a device in trouble needs a check."""
    devices = () if view.health is None else tuple(map(words.device_words, view.health.devices))
    troubled = any(not device.is_well for device in devices)
    if view.health is not None and not view.health.screens_up:
        troubled = True
    if view.connection is Connection.ONLINE and troubled:
        sign = words.NEEDS_CHECK
    else:
        sign = words.CONNECTION_SIGNS[view.connection]
    return KioskLine(view, village_words(view.village), sign, devices)


def _fleet(site: Site) -> FleetView:
    with site.database.reading() as connection:
        return read_fleet(
            connection,
            report_interval_s=site.settings.fleet.report_interval_s,
            now=site.now(),
        )


def _in_scope(view: KioskView, scope: str | None) -> bool:
    return scope is None or view.village == scope


def _kiosk(text: str) -> KioskId | None:
    try:
        return parse_kiosk(text)
    except IdentityError:
        return None


def _rank(sign: Sign) -> int:
    return ("error", "warn", "neutral", "info", "ok").index(sign.tone)


HANDLERS: Final = (fleet_page, kiosk_page)
