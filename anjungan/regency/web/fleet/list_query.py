"""What the list of kiosks is asked for, from its address and into it again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from anjungan.catalogue.villages import Village
from anjungan.regency.fleet.overview import KioskView
from anjungan.regency.web.fleet.standing import Standing

LONGEST_TEXT: Final = 60
_LAST_PAGE: Final = 10_000


@dataclass(frozen=True, slots=True)
class FleetQuery:
    """Text in names or ids, a standing, a kecamatan, and the page from 1."""

    text: str = ""
    standing: Standing | None = None
    district: str = ""
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text or self.standing or self.district)

    def lets_through(self, view: KioskView, village: Village) -> bool:
        """Whether a kiosk has the text and lies in the kecamatan."""
        if self.district and village.district != self.district:
            return False
        words = f"{village.name} {village.district} {view.kiosk}".casefold()
        return all(part in words for part in self.text.casefold().split())

    def address(self, page: int = 1) -> str:
        """The address of a page of the same list."""
        values = {
            "cari": self.text,
            "status": self.standing.value if self.standing else "",
            "kecamatan": self.district,
            "halaman": str(page) if page > 1 else "",
        }
        text = urlencode({name: value for name, value in values.items() if value})
        return f"/anjungan?{text}" if text else "/anjungan"


def parse_fleet_query(values: Mapping[str, str]) -> FleetQuery:
    """Read the address; what makes no sense is left out."""
    standings = {each.value: each for each in Standing}
    page = values.get("halaman", "1")
    return FleetQuery(
        text=" ".join(values.get("cari", "").split())[:LONGEST_TEXT],
        standing=standings.get(values.get("status", "")),
        district=values.get("kecamatan", "")[:LONGEST_TEXT],
        page=min(_LAST_PAGE, int(page))
        if page.isascii() and page.isdecimal() and page != "0"
        else 1,
    )
