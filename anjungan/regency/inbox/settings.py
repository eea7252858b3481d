"""Settings of the inbox."""

from typing import Annotated

import msgspec

PerSecond = Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]
Burst = Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)]


class InboxSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much one kiosk may send, so that one that floods hurts nobody else.

    What is receipted (requests and the like) and everything else are counted apart. A kiosk whose
    line comes back after days sends what has waited: that is what the bursts are for.
    """

    messages_per_s: PerSecond = 50.0
    burst_messages: Burst = 2000
    bytes_per_s: PerSecond = 131_072.0
    burst_bytes: Burst = 8_388_608
