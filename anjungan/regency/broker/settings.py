"""Settings of the broker that kiosks connect to."""

from pathlib import Path
from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Address = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z.:-]{0,253}$")]


class BrokerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two listeners, both with TLS and client certificates.

    Kiosks reach ``kiosk_port`` (on every address when ``kiosk_bind`` is empty); there the name in
    the certificate is the client id, whatever the client says. ``internal_port`` is for the
    regency's own processes, several of which share one certificate: nobody else may reach it.

    ``folder`` is what the broker reads, ``state_dir`` where it keeps its sessions.
    ``reload_command`` makes it read the revocation list anew; it is empty where a systemd path
    unit does that.
    """

    folder: Path | None = None
    state_dir: Path = Path("/var/lib/mosquitto")
    kiosk_bind: Address = ""
    kiosk_port: Port = 8883
    internal_bind: Address = "127.0.0.1"
    internal_port: Port = 8884
    max_kiosks: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1000
    reload_command: tuple[str, ...] = ()
