"""Telling requests of one resident without telling who: a keyed hash of the NIK. Pure.

A NIK has few possible values, so a plain hash of one is as good as the NIK itself. The key stands
with the private keys and never in the database; see decision 24.
"""

import hashlib
import hmac
from typing import Final

_PURPOSE: Final = b"anjungan resident mark 1\0"


def resident_mark(key: bytes, nik: str) -> bytes:
    """HMAC-SHA-256 of the sixteen digits, 32 bytes."""
    return hmac.new(key, _PURPOSE + nik.encode("ascii"), hashlib.sha256).digest()
