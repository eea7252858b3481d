"""Where the broker is, and how patient the uplink is."""

import ipaddress
from pathlib import Path
from typing import Annotated, Final

import msgspec

from anjungan.protocol.identity import KioskId, RegencyCode, regency_of

Seconds = Annotated[float, msgspec.Meta(gt=0)]

MIN_KEEPALIVE_S: Final = 120
_BROKER_GRACE_S: Final = 5.0


class PlainMqttRefusedError(ValueError):
    """Unencrypted MQTT may only be spoken with a broker on this machine."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"plain MQTT to {host!r} is refused: without TLS the broker must be on this machine"
            " (localhost, 127.0.0.1 or ::1)"
        )


class UplinkSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the line.

    ``receipt_timeout_s`` is how long a message may stay unanswered before it is sent again; the
    wait then doubles up to ``receipt_timeout_cap_s``; a regency that has said nothing for as long
    counts as absent. Reconnecting waits a random time up to
    ``backoff_base_s`` doubled with each failure, at most ``backoff_cap_s``, and begins anew only
    after a connection has lasted ``stable_after_s``.

    With ``identity_dir`` TLS is spoken, by the certificate in that folder; without it the broker
    must be on this machine.
    """

    kiosk: KioskId
    version: str
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 1883
    identity_dir: Path | None = None
    keepalive_s: Annotated[int, msgspec.Meta(ge=MIN_KEEPALIVE_S, le=65535)] = 120
    connect_timeout_s: Seconds = 15.0
    health_interval_s: Seconds = 300.0
    health_change_gap_s: Seconds = 10.0
    receipt_timeout_s: Seconds = 60.0
    receipt_timeout_cap_s: Seconds = 600.0
    backoff_base_s: Seconds = 1.0
    backoff_cap_s: Seconds = 300.0
    stable_after_s: Seconds = 60.0

    @property
    def answer_timeout_s(self) -> float:
        """How long the broker may be silent after something was sent before it is given up.

        Longer than the regency's silence is borne, so that a slow line is told as "luring" and
        may still recover before it is opened anew.
        """
        return self.receipt_timeout_s + _BROKER_GRACE_S

    @property
    def regency(self) -> RegencyCode:
        """The regency the kiosk belongs to."""
        return regency_of(self.kiosk)


def require_loopback(host: str) -> None:
    """Raise PlainMqttRefusedError unless ``host`` names this machine."""
    if host == "localhost":
        return
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise PlainMqttRefusedError(host)
