"""Settings of the inbox."""

from typing import Annotated

import msgspec

PerSecond = Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]
Burst = Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)]


Worker = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]{0,16}$")]


class InboxSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which worker this is, and how much one kiosk may send, so that one that floods hurts nobody.

    ``worker`` is empty where the inbox is one process. Several share the work, each with a name of
    its own ("a", "b"), all with one PostgreSQL database and one broker; limits hold for each.

    What is receipted (requests and the like) and everything else are counted apart. A kiosk whose
    line comes back after days sends what has waited: that is what the bursts are for.
    """

    worker: Worker = ""
    messages_per_s: PerSecond = 50.0
    burst_messages: Burst = 2000
    bytes_per_s: PerSecond = 131_072.0
    burst_bytes: Burst = 8_388_608
