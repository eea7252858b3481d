"""Values shared by the regency's tests."""

import socket
from datetime import UTC, datetime

from anjungan.protocol.identity import KioskId, RegencyCode

REGENCY = RegencyCode("3505")
KIOSK = KioskId("3505102001-1")
OTHER_KIOSK = KioskId("3505171001-1")
BEGIN = datetime(2026, 11, 24, 2, 41, tzinfo=UTC)  # Tuesday 09.41 WIB
PLANTED_NIK = "3505104107900147"
PASSWORD = "kata sandi yang panjang"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
