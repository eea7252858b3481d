"""Values shared by the regency's tests."""

from datetime import UTC, datetime

from anjungan.protocol.identity import KioskId, RegencyCode

REGENCY = RegencyCode("3505")
KIOSK = KioskId("3505102001-1")
OTHER_KIOSK = KioskId("3505171001-1")
BEGIN = datetime(2026, 11, 24, 2, 41, tzinfo=UTC)  # Tuesday 09.41 WIB
PLANTED_NIK = "3505104107900147"
PASSWORD = "kata sandi yang panjang"
