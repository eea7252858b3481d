"""Anjungan Desa Pintar: the village kiosk, the regency's side, and their simulators."""

from typing import Final

__version__: Final = "0.1.0"
