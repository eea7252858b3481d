"""Settings of logins."""

from pathlib import Path

import msgspec


class PeopleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether administrators must have a second factor, and the key their secrets are kept with.

    Without ``keys_dir`` it is the folder ``staff-keys`` in the data folder. All web processes of a
    regency share it.
    """

    administrators_need_second_factor: bool = False
    keys_dir: Path | None = None
