"""Settings of the certificate authority and of enrolment."""

from pathlib import Path
from typing import Annotated

import msgspec


class EnrolmentSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the authority's files stand, and what kiosks are told to connect to.

    ``broker_host`` is empty where kiosks reach the broker under the name of the public address.
    """

    authority_dir: Path | None = None
    broker_host: Annotated[str, msgspec.Meta(max_length=253)] = ""
    broker_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8883
