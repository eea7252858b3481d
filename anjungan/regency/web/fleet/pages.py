"""The pages of kiosks, for the application."""

from typing import Final

from anjungan.regency.web.fleet.fleet_page import fleet_page
from anjungan.regency.web.fleet.kiosk_page import kiosk_page
from anjungan.regency.web.fleet.map_page import map_page

HANDLERS: Final = (fleet_page, map_page, kiosk_page)
