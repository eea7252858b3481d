"""Fingerprints of public keys, as people compare them: read out over a telephone, or side by side.

Twenty decimal digits in groups of four carry 66 bits of the SHA-256 of the key. Whoever wants
another key confirmed under a kiosk's fingerprint has to find a second key with the same digits
while the claim lives (72 hours): 2**66 keys, more than ten thousand graphics cards make in that
time, and the digits are read out in ten seconds. Nothing else trusts the short form: certificates
and signatures use whole keys.
"""

import hashlib
from typing import Final

GROUPS: Final = 5
GROUP_DIGITS: Final = 4
_DIGITS: Final = GROUPS * GROUP_DIGITS


def fingerprint(public_key_der: bytes) -> str:
    """``4711 0815 …``: the fingerprint of a key, given as DER SubjectPublicKeyInfo (RFC 5280)."""
    digest = hashlib.sha256(public_key_der).digest()
    digits = f"{int.from_bytes(digest[:16]) % 10**_DIGITS:0{_DIGITS}d}"
    return " ".join(
        digits[start : start + GROUP_DIGITS] for start in range(0, _DIGITS, GROUP_DIGITS)
    )
