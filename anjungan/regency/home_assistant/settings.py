"""Where the Home Assistant's broker is. Off until a host is named."""

from pathlib import Path
from typing import Annotated

import msgspec


class HomeAssistantSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The broker Home Assistant listens to; it is another one than that of the kiosks.

    ``tls`` may only be off for a broker on this machine. ``ca_file`` is for a broker whose
    certificate no public authority signed. The password stands in a file of its own.
    """

    host: str = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8883
    tls: bool = True
    ca_file: Path | None = None
    username: str = ""
    password_file: Path | None = None
    prefix: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = "homeassistant"

    @property
    def is_on(self) -> bool:
        """Whether anything is published."""
        return bool(self.host)
