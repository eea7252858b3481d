"""Where the broker is and how the inbox speaks with it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import msgspec

from anjungan.regency.loopback import is_loopback

PLAIN_PORT: Final = 1883
INTERNAL_TLS_PORT: Final = 8884
"""The broker's second listener, which only the regency's own processes reach."""


class MqttSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The broker. Plain MQTT is refused unless it stands on this machine.

    Without ``tls`` a broker elsewhere is spoken with over TLS and one on this machine plainly, as
    a demo does; a regency with kiosks says ``tls = true``. Without ``port`` it is 8884 with TLS
    and 1883 without. The files are the certificate authority's own unless others are named.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] | None = None
    keep_alive_s: Annotated[int, msgspec.Meta(ge=5, le=1200)] = 60
    tls: bool | None = None
    authorities_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    @property
    def uses_tls(self) -> bool:
        """Whether the connection is encrypted and both ends show certificates."""
        return not is_loopback(self.host) if self.tls is None else self.tls

    @property
    def port_in_use(self) -> int:
        """The port that is connected to."""
        return self.port or (INTERNAL_TLS_PORT if self.uses_tls else PLAIN_PORT)


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What a client needs for TLS: whom it trusts, its certificate with its chain, its key."""

    authorities: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is; ``tls`` None speaks plainly."""

    host: str
    port: int
    tls: TlsFiles | None
