"""The regency as a map: every village, those with kiosks by how they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency

from anjungan.catalogue.villages import Village, load_villages
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.web.fleet.fleet_page import Stood, read_stood
from anjungan.regency.web.fleet.list_query import FleetQuery
from anjungan.regency.web.fleet.map_labels import Labels, Name
from anjungan.regency.web.fleet.regency_map import Place, load_regency_map
from anjungan.regency.web.fleet.standing import (
    NOT_INSTALLED,
    STANDING_RANK,
    STANDING_SIGNS,
    Standing,
)
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page
from anjungan.regency.web.words import Sign

NAMES_SHOWN: Final = 45
"""Names of villages on the map; of more only those in trouble."""
_VILLAGE_TEXT: Final = 21
_DISTRICT_TEXT: Final = 17


@dataclass(frozen=True, slots=True)
class MapVillage:
    """A village that has kiosks: the worst of them speaks for it."""

    village: Village
    place: Place | None
    standing: Standing
    kiosks: Sequence[Stood]

    @property
    def sign(self) -> Sign:
        """Its word."""
        return STANDING_SIGNS[self.standing]

    @property
    def href(self) -> str:
        """Its kiosk, or the list of its kiosks."""
        if len(self.kiosks) == 1:
            return f"/anjungan/{self.kiosks[0].view.kiosk}"
        return FleetQuery(text=self.village.name, district=self.village.district).address()


@get("/anjungan/peta", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def map_page(request: PageRequest, site: NamedDependency[Site]) -> Response[str]:
    """The map, and the same as a list."""
    session = session_of(request)
    with site.database.reading() as connection:
        fleet = read_stood(connection, site, session.staff.village, site.now())
    drawing = load_regency_map()
    villages = _villages(fleet.stood, drawing.villages)
    by_standing = {
        standing: [each for each in villages if each.standing is standing] for standing in Standing
    }
    installed = {each.village.code for each in villages}
    named = villages if len(villages) <= NAMES_SHOWN else _troubled(villages)
    labels = Labels(drawing.width, drawing.height)
    return staff_page(
        site,
        session,
        "fleet/map.html",
        section="fleet",
        drawing=drawing,
        empty=[
            (village, drawing.villages[code])
            for code, village in load_villages().items()
            if code in drawing.villages and code not in installed
        ],
        groups=[(STANDING_SIGNS[key], key, group) for key, group in by_standing.items() if group],
        village_names=labels.place(
            (Name(each.village.name, each.place.x, each.place.y) for each in named if each.place),
            _VILLAGE_TEXT,
        ),
        district_names=labels.place(
            (Name(name, place.x, place.y) for name, place in drawing.districts.items()),
            _DISTRICT_TEXT,
        ),
        not_installed=NOT_INSTALLED,
        signs=[(standing, STANDING_SIGNS[standing]) for standing in Standing],
        kiosks=len(fleet.stood),
    )


def _villages(stood: Sequence[Stood], places: Mapping[str, Place]) -> Sequence[MapVillage]:
    grouped: dict[str, list[Stood]] = {}
    for each in stood:
        grouped.setdefault(each.view.village, []).append(each)
    villages = [
        MapVillage(
            village=kiosks[0].village,
            place=places.get(code),
            standing=min((each.standing for each in kiosks), key=STANDING_RANK.__getitem__),
            kiosks=kiosks,
        )
        for code, kiosks in grouped.items()
    ]
    return sorted(villages, key=lambda each: each.village.name)


def _troubled(villages: Sequence[MapVillage]) -> Sequence[MapVillage]:
    worst = sorted(villages, key=lambda each: STANDING_RANK[each.standing])
    wanted = {Standing.OFFLINE, Standing.CHECK, Standing.LATE}
    return [each for each in worst if each.standing in wanted][:NAMES_SHOWN]
