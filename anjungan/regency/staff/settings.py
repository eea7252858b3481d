"""Settings of logins."""

from pathlib import Path

import msgspec


class PeopleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether administrators must have a second factor, and the key their secrets are kept with.

    Without ``second_factor_key_file`` the key is ``second-factor.key`` in the data folder. All web
    processes of a regency share it; whoever keeps a back-up of the database keeps this one apart.
    """

    administrators_need_second_factor: bool = False
    second_factor_key_file: Path | None = None
