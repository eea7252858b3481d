"""Settings of the opener."""

from typing import Annotated

import msgspec


class OpenerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may ask the opener: its own user, and these users of the system (by number)."""

    also_uids: tuple[Annotated[int, msgspec.Meta(ge=0)], ...] = ()
